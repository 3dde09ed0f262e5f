"""Puts business and papers before a meeting, and keeps the agenda as it stands when the meeting is held."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.governance.agendas import queries
from services.governance.agendas.domain import Block, Item, check_open, check_place, is_late
from services.governance.agendas.models import AgendaItem, Paper
from services.governance.meetings import queries as meetings
from services.governance.meetings.commands import begin, finish, touch
from services.governance.meetings.domain import Do, Status, check_begun
from services.governance.memberships.queries import must_chair
from shared.acting import By
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause, causes_data
from shared.problems import Invalid, NotFound


async def add(
    tx: Tx,
    by: By,
    meeting_id: UUID,
    *,
    title: str,
    text: str | None,
    minutes: int | None,
    position: int | None,
    causes: Sequence[Cause],
) -> UUID:
    """Put business on the agenda; the line's id. NotInTheChair; NotNow once it is held; Invalid for a place with a gap."""
    row = await _opened(tx, by, meeting_id)
    there = await queries.business(tx, row.id)
    place = check_place(position, len(there))
    for later in there[place - 1 :]:
        await tx.execute(update(AgendaItem).where(AgendaItem.id == later.id).values(position=AgendaItem.position + 1))
    at = there[place - 1].position if place <= len(there) else (there[-1].position + 1 if there else 1)
    item = Item(block=Block.BUSINESS, title=title, text=text, minutes=minutes)
    entry = _entry(tx, by, row.id, item, at) | {"causes": causes_data(causes)}
    await tx.execute(insert(AgendaItem), entry)
    await touch(tx, row)
    found: UUID = entry["id"]
    return found


async def remove(tx: Tx, by: By, meeting_id: UUID, agenda_item_id: UUID) -> None:
    """Take business off the agenda. AgendaItemNotFound; NotNow once the meeting is held."""
    row = await _opened(tx, by, meeting_id)
    must_match(by.if_match, row.version)
    line = await queries.item(tx, row.id, agenda_item_id)
    await tx.execute(update(AgendaItem).where(AgendaItem.id == line.id).values(removed_at=tx.now))
    await touch(tx, row)


async def place(tx: Tx, by: By, meeting_id: UUID, agenda_item_id: UUID, position: int) -> None:
    """Move business up or down on the agenda. AgendaItemNotFound; NotNow once the meeting is held; Invalid beyond the last place."""
    row = await _opened(tx, by, meeting_id)
    must_match(by.if_match, row.version)
    line = await queries.item(tx, row.id, agenda_item_id)
    order = [one.id for one in await queries.business(tx, row.id) if one.id != line.id]
    order.insert(check_place(position, len(order)) - 1, line.id)
    for number, item_id in enumerate(order, start=1):
        await tx.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(position=number))
    await touch(tx, row)


async def supply(tx: Tx, by: By, meeting_id: UUID, *, title: str, link: str, agenda_item_id: UUID | None) -> UUID:
    """Put a paper before the meeting, marked where it comes late; its id. Invalid for a line that this agenda has not."""
    row = await _opened(tx, by, meeting_id)
    if agenda_item_id:
        try:
            await queries.item(tx, row.id, agenda_item_id)
        except NotFound:
            raise Invalid.field("agenda_item_id", "no_line", "This agenda has no such line of business.") from None
    paper_id = new_id()
    entry = {
        "id": paper_id,
        "meeting_id": row.id,
        "agenda_item_id": agenda_item_id,
        "title": title,
        "link": link,
        "late": is_late(tx.now, queries.papers_due(row.starts_at)),
        "added_at": tx.now,
        "added_by": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.execute(insert(Paper), entry)
    return paper_id


async def hold(tx: Tx, by: By, meeting_id: UUID) -> None:
    """The meeting has begun: its agenda stays as it stands. NotInTheChair; NotNow; NotBegun before its hour."""
    row = await begin(tx, by, meeting_id, Do.HOLD)
    check_begun(row.starts_at, tx.now)
    places: dict[Block, int] = {}
    for item in await queries.besides(tx, row):
        places[item.block] = places.get(item.block, 0) + 1
        await tx.execute(insert(AgendaItem), _entry(tx, by, row.id, item, places[item.block]))
    await finish(tx, by, row, Do.HOLD, {"held_at": tx.now})


async def _opened(tx: Tx, by: By, meeting_id: UUID) -> Row[Any]:
    """The meeting, locked, whose agenda this caller may change now."""
    row = await meetings.for_update(tx, by.principal, by.reach, meeting_id)
    await must_chair(tx, by, row.body_id)
    check_open(Status(row.status))
    return row


def _entry(tx: Tx, by: By, meeting_id: UUID, item: Item, position: int) -> dict[str, Any]:
    about_type, about_id = item.about or (None, None)
    return {
        "id": new_id(),
        "meeting_id": meeting_id,
        "block": item.block,
        "position": position,
        "title": item.title,
        "text": item.text,
        "minutes": item.minutes,
        "about_type": about_type,
        "about_id": about_id,
        "causes": [],
        "added_at": tx.now,
        "added_by": by.subject,
    }
