"""Changes briefings: written, sent, acknowledged agency by agency; the silent ones asked again, and then told of."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from services.reviews.briefings import queries
from services.reviews.briefings.domain import (
    AlreadyAcknowledged,
    Do,
    Status,
    must_be_ready,
    must_not_identify,
    step,
)
from services.reviews.briefings.models import Briefing, BriefingRecipient
from services.reviews.letters.commands import write as write_to
from services.reviews.letters.domain import Occasion
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.domain import LEARNT
from services.reviews.publication.queries import words
from services.reviews.register.models import REGISTER, Agency
from services.reviews.rulebook import day_after, day_of, most_times
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit
from shared.problems import Invalid

NOUN = "reviews.briefing"
BATCH = 100


async def start(tx: Tx, by: By, review_id: UUID) -> UUID:
    """Begin a briefing of a review, which may be written before it is published; its id."""
    await reviews.for_update(tx, by, review_id)
    row: dict[str, Any] = {
        "id": new_id(),
        "practice_review_id": review_id,
        "version": 1,
        "status": Status.DRAFT,
        "texts": {},
        "started_at": tx.now,
    }
    await tx.execute(insert(Briefing), row)
    briefing_id: UUID = row["id"]
    return briefing_id


async def write(tx: Tx, by: By, briefing_id: UUID, *, part: str, text: str, checked: bool) -> None:
    """Write one part. SeemsToIdentify where something in it could identify a child, and nobody says that it may stay."""
    row = await queries.as_read(tx, by, briefing_id)
    status = step(Status(row.status), Do.WRITE)
    known = [one.code for one in queries.parts()]
    if part not in known:
        raise Invalid.field("part", "unknown_part", f"A briefing has the parts: {', '.join(known)}.")
    if not checked:
        must_not_identify(text, words())
    await _write(tx, briefing_id, row.version, status=status, texts=row.texts | {part: text})


async def send(tx: Tx, by: By, briefing_id: UUID, *, agency_ids: Sequence[str]) -> None:
    """Send it to agencies, to further ones too, each of which acknowledges within as many days. BriefingNotReady; Invalid."""
    row = await queries.as_read(tx, by, briefing_id)
    status = step(Status(row.status), Do.SEND)
    ended = await tx.scalar(reviews.status_of(row.practice_review_id)) in LEARNT
    must_be_ready(queries.parts(), row.texts, ended=ended)
    given = {f"agency_ids.{index}": one for index, one in enumerate(agency_ids)}
    await REGISTER.names_of(tx, given, today(tx.now))
    day = day_of("briefing_acknowledged", tx.now)
    to = sorted({*agency_ids} - {one.agency_id for one in await queries.recipients(tx, [briefing_id])})
    if not to:
        raise Invalid.field("agency_ids", "sent_already", "It went to each of these agencies before.")
    for agency_id in to:
        recipient = {"briefing_id": briefing_id, "agency_id": agency_id, "acknowledge_by": day, "ask_on": day}
        await tx.execute(insert(BriefingRecipient), recipient | {"times_asked": 0})
    first = {} if row.sent_at else {"sent_at": tx.now, "acknowledge_by": day}
    await _write(tx, briefing_id, row.version, status=status, **first)
    told = {"agency_ids": tuple(to), "acknowledge_by": day}
    await _publish(tx, row.practice_review_id, events.BriefingSent, briefing_id, **told)
    await write_to(tx, Occasion.BRIEFING_SENT, Cause(NOUN, str(briefing_id)), to, due=day)


async def acknowledge(
    tx: Tx, by: By, briefing_id: UUID, *, agency_id: str | None, cascaded_to: str, reached: int | None
) -> None:
    """Say for an agency to whom it was passed on. AlreadyAcknowledged; Invalid for one to which it did not go."""
    row = await queries.as_read(tx, by, briefing_id)
    status = step(Status(row.status), Do.ACKNOWLEDGE)
    mine = agency_id or by.agency_id or ""
    by.must_reach(mine)
    found = next((one for one in await queries.recipients(tx, [briefing_id]) if one.agency_id == mine), None)
    if found is None:
        raise Invalid.field("agency_id", "not_sent", f"This briefing did not go to {mine}.")
    if found.acknowledged_at:
        raise AlreadyAcknowledged(f"{mine} has acknowledged it; what was said stands.")
    said = {"acknowledged_at": tx.now, "cascaded_to": cascaded_to, "reached": reached}
    await tx.execute(_recipient(briefing_id, mine).values(**said))
    await _write(tx, briefing_id, row.version, status=status)
    told = {"agency_id": mine, "late": today(tx.now) > found.acknowledge_by, "reached": reached}
    await _publish(tx, row.practice_review_id, events.BriefingAcknowledged, briefing_id, **told)


async def ask_again(tx: Tx) -> int:
    """Ask every agency again whose day is over and that has said nothing; of who was asked often enough tell the business unit.

    How many in this batch.
    """
    statement = (
        select(*BriefingRecipient.__table__.c, Briefing.practice_review_id, Agency.name)
        .join(Briefing, Briefing.id == BriefingRecipient.briefing_id)
        .join(Agency, Agency.id == BriefingRecipient.agency_id)
        .where(*queries.SILENT, BriefingRecipient.ask_on < today(tx.now))
        .order_by(BriefingRecipient.ask_on, BriefingRecipient.briefing_id, BriefingRecipient.agency_id)
        .limit(BATCH)
        .with_for_update(of=BriefingRecipient)
    )
    rows, most = await tx.rows(statement), most_times("briefing", today(tx.now))
    following = day_of("briefing_asked_again", tx.now)
    for row in rows:
        about, its = Cause(NOUN, str(row.briefing_id)), _recipient(row.briefing_id, row.agency_id)
        told: dict[str, Any] = {"agency_id": row.agency_id, "times": row.times_asked}
        if row.times_asked >= most:
            await tx.execute(its.values(told_at=tx.now))
            await _publish(tx, row.practice_review_id, events.BriefingSilent, row.briefing_id, **told)
            facts = {"agency": row.name, "times": row.times_asked, "due": row.acknowledge_by}
            await write_to(tx, Occasion.BRIEFING_SILENT, about, (), business_unit=True, **facts)
            continue
        told["times"] += 1
        await tx.execute(its.values(times_asked=told["times"], ask_on=following))
        await _publish(tx, row.practice_review_id, events.BriefingAskedAgain, row.briefing_id, **told)
        asked = {"due": following, "times": told["times"]}
        await write_to(tx, Occasion.BRIEFING_ASKED_AGAIN, about, [row.agency_id], **asked)
    return len(rows)


async def next_ask(tx: Tx) -> datetime | None:
    """When the next day ends by which an agency was to acknowledge."""
    day: date | None = await tx.scalar(select(func.min(BriefingRecipient.ask_on)).where(*queries.SILENT))
    return day_after(day)


def _recipient(briefing_id: UUID, agency_id: str) -> Any:
    mine = BriefingRecipient.briefing_id == briefing_id, BriefingRecipient.agency_id == agency_id
    return update(BriefingRecipient).where(*mine)


async def _write(tx: Tx, briefing_id: UUID, version: int, **changed: Any) -> None:
    await tx.execute(update(Briefing).where(Briefing.id == briefing_id).values(**changed, version=version + 1))


async def _publish(tx: Tx, review_id: UUID, event: type[events.BriefingEvent], briefing_id: UUID, **more: Any) -> None:
    facts: dict[str, Any] = {"subject": str(briefing_id), "practice_review_id": str(review_id), "at": tx.now}
    await emit(tx, event(**facts, **more), causes=[Cause("reviews.practice_review", str(review_id))])
