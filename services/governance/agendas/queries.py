"""Reads agendas: what always stands there is data, what comes back is found, and what is kept is read."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Row, select

from services.governance.actions import queries as actions
from services.governance.agendas.domain import Block, Item, in_order, open_action
from services.governance.agendas.models import AgendaItem, Paper
from services.governance.body_decisions import queries as body_decisions
from services.governance.chair_reports import queries as chair_reports
from services.governance.meetings import queries as meetings
from services.governance.meetings.domain import Status
from shared.calendar import OutsideCalendar
from shared.days import today, written
from shared.db import Tx
from shared.problems import NotFound
from shared.reference import LENIENT, Record, Text, read
from shared.rules import calendar

PATH = Path(__file__).parents[1] / "data" / "agenda.yaml"
ACTION, DECISION = "governance.action", "governance.body_decision"
REPORT, MEETING = "governance.chair_report", "governance.meeting"


class AgendaItemNotFound(NotFound):
    """The agenda has no such line."""

    code = "agenda_item_not_found"
    cure = "Read the agenda again."


async def of_meeting(tx: Tx, meeting: Row[Any]) -> list[Item]:
    """A meeting's agenda in order: as it would stand now while it is convened, as it stood once it was held."""
    kept = [_item(row) for row in await _kept(tx, meeting.id)]
    if meeting.status != Status.CONVENED:
        return in_order(kept)
    return in_order([*await besides(tx, meeting), *kept])


async def besides(tx: Tx, meeting: Row[Any]) -> list[Item]:
    """What stands on the agenda without anybody putting it there."""
    standing = [Item(block=one.block, title=one.title) for one in _in_force(today(meeting.starts_at)).standing]
    before = await meetings.last_before(tx, meeting.body_id, meeting.starts_at)
    return [*standing, *_minutes(before), *await _arising(tx, meeting, before)]


async def business(tx: Tx, meeting_id: UUID) -> list[Row[Any]]:
    """What somebody has put on the agenda, in order."""
    return [row for row in await _kept(tx, meeting_id) if row.block == Block.BUSINESS]


async def item(tx: Tx, meeting_id: UUID, agenda_item_id: UUID) -> Row[Any]:
    """One line that is kept. AgendaItemNotFound where this agenda has none such."""
    for row in await _kept(tx, meeting_id):
        if row.id == agenda_item_id:
            return row
    raise AgendaItemNotFound("This agenda has no such line.")


async def papers(tx: Tx, meeting_id: UUID) -> Sequence[Row[Any]]:
    """The papers for a meeting, in the order of their coming."""
    statement = select(*Paper.__table__.c).where(Paper.meeting_id == meeting_id)
    return await tx.rows(statement.order_by(Paper.added_at, Paper.id))


def papers_due(starts_at: datetime) -> datetime | None:
    """Until when a paper for a meeting is not late; None where the calendar does not reach so far."""
    day = today(starts_at)
    try:
        return calendar().due_before_working_days(day, _in_force(day).papers_working_days_before)
    except OutsideCalendar:
        return None


def _minutes(before: Row[Any] | None) -> list[Item]:
    if before is None:
        return []
    said = f"Minutes of {before.reference}, {written(today(before.starts_at))}"
    return [Item(block=Block.MINUTES, title=said, about=(MEETING, str(before.id)))]


async def _arising(tx: Tx, meeting: Row[Any], before: Row[Any] | None) -> list[Item]:
    """What comes back by itself: open actions; decisions by correspondence and chairs' reports since the meeting before."""
    day = today(tx.now)
    acted = [
        Item(
            block=Block.ARISING,
            title=open_action(row.reference, row.status, row.due_on, day),
            text=row.text,
            about=(ACTION, str(row.id)),
        )
        for row in await actions.open_of_body(tx, meeting.body_id)
    ]
    since = before.held_at if before else None
    decided = [
        Item(
            block=Block.ARISING,
            title=f"Decided by correspondence on {written(row.taken_on)}: {row.reference}",
            text=row.text,
            about=(DECISION, str(row.id)),
        )
        for row in await body_decisions.by_correspondence(tx, meeting.body_id, since)
    ]
    reported = [
        Item(
            block=Block.ARISING,
            title=f"Report of the chair of {row.body_name} on {row.meeting_reference}",
            text=row.text,
            about=(REPORT, str(row.id)),
        )
        for row in await chair_reports.to_body(tx, meeting.body_id, since)
    ]
    return [*acted, *decided, *reported]


async def _kept(tx: Tx, meeting_id: UUID) -> Sequence[Row[Any]]:
    there = (AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
    return await tx.rows(select(*AgendaItem.__table__.c).where(*there).order_by(AgendaItem.position, AgendaItem.id))


def _item(row: Row[Any]) -> Item:
    return Item(
        id=row.id,
        block=Block(row.block),
        title=row.title,
        text=row.text,
        minutes=row.minutes,
        about=(row.about_type, row.about_id) if row.about_type else None,
        causes=tuple((cause["type"], cause["id"]) for cause in row.causes),
    )


class _Standing(Record):
    block: Annotated[Block, LENIENT]
    title: Text
    source: Text
    verified: bool


class _Version(Record):
    version: int
    effective_from: date
    effective_to: date | None
    papers_working_days_before: int
    papers_source: Text
    papers_verified: bool
    standing: list[_Standing]


class _File(Record):
    agendas: list[_Version]


def _in_force(day: date) -> _Version:
    """The version that applies on a day: the newest that has begun, or the first."""
    versions = _versions()
    return next((one for one in reversed(versions) if one.effective_from <= day), versions[0])


@lru_cache(maxsize=1)
def _versions() -> tuple[_Version, ...]:
    return tuple(sorted(read(PATH, _File).agendas, key=lambda one: one.effective_from))
