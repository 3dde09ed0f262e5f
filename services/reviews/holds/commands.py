"""Changes holds: each command locks, decides whose it is to say, writes the history and emits what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from services.reviews.holds import queries
from services.reviews.holds.domain import (
    Authority,
    Do,
    Proceedings,
    Status,
    check,
    check_review,
    must_speak,
    said_when_lifted,
    step,
)
from services.reviews.holds.models import Hold
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.commands import touch
from services.reviews.practice_reviews.domain import Status as ReviewStatus
from services.reviews.practice_reviews.domain import must_run, noon
from services.reviews.rulebook import CALENDAR, day_after
from shared import rules
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.days import today
from shared.db import Tx, new_id
from shared.deadlines import Pause, due
from shared.events import Cause
from shared.outbox import emit
from shared.problems import Invalid

NOUN = "reviews.hold"
RETENTION = "practice_review"
BATCH = 50


@dataclass(frozen=True)
class Stated:
    """Whose proceedings hold what, why, and by which evidence."""

    proceedings: Proceedings
    authority: Authority
    authority_name: str | None
    reason: str
    evidence: str
    review_on: date


async def state(tx: Tx, by: By, review_id: UUID, said: Stated) -> UUID:
    """Hold the publication of a review that is not published; its id. NotYourHold for who may not speak for them."""
    review = await reviews.for_update(tx, by, review_id)
    must_run(ReviewStatus(review.status))
    _must_speak(by, said.authority)
    check(said.authority, said.authority_name, said.review_on, tx.now)
    row: dict[str, Any] = vars(said) | {
        "id": new_id(),
        "practice_review_id": review_id,
        "version": 1,
        "status": Status.LIVE,
        "agency_id": by.agency_id,
        "stated_at": tx.now,
        "retention_class": RETENTION,
    }
    await tx.execute(insert(Hold), row)
    await touch(tx, review, held=True)
    await queries.HISTORY.append(tx, by, row, Do.STATE, text=said.reason)
    await _publish(tx, row, events.HoldStated)
    hold_id: UUID = row["id"]
    await write(tx, Occasion.HOLD_STATED, Cause(NOUN, str(hold_id)), (), business_unit=True)
    return hold_id


async def review(tx: Tx, by: By, hold_id: UUID, *, review_on: date, reason: str) -> None:
    """It lasts, and is looked at again on another day."""
    row = await _begin(tx, by, hold_id, Do.REVIEW)
    check_review(review_on, tx.now)
    after = await _finish(tx, by, row, Do.REVIEW, {"review_on": review_on, "overdue_at": None}, text=reason)
    await _publish(tx, after, events.HoldReviewed)


async def tell(tx: Tx, by: By, hold_id: UUID, *, told_on: date) -> None:
    """The Panel has been told why the report is late."""
    row = await queries.as_read(tx, by, hold_id)
    step(Status(row.status), Do.TELL)
    if told_on > today(tx.now):
        raise Invalid.field("told_on", "future", "Say it when the Panel has been told.")
    await _finish(tx, by, row, Do.TELL, {"told_panel_on": told_on}, text=None)


async def lift(tx: Tx, by: By, hold_id: UUID, *, reason: str) -> None:
    """It is over; the review is held no more, unless other proceedings hold it. NotYourHold for who may not say so."""
    row = await _begin(tx, by, hold_id, Do.LIFT)
    held = await reviews.for_update(tx, by, row.practice_review_id)
    publish_by = await _less_holds(tx, held, row)
    after = await _finish(tx, by, row, Do.LIFT, {"lifted_at": tx.now}, text=reason, publish_by=publish_by)
    moved = {"publish_by": publish_by, "overdue_at": None} if publish_by != held.publish_by else {}
    others = await queries.live(tx, held.id)
    await touch(tx, held, held=bool(others), **moved)
    await _publish(tx, after, events.HoldLifted)
    said, day = said_when_lifted(others), None if others else publish_by
    await write(tx, Occasion.HOLD_LIFTED, Cause(NOUN, str(hold_id)), (), business_unit=True, said=said, due=day)


async def tell_overdue(tx: Tx) -> int:
    """Tell, once for each date, of live holds at which nobody has looked again by their day; how many in this batch."""
    waiting = *queries.AWAITED, Hold.overdue_at.is_(None), Hold.review_on < today(tx.now)
    rows = await tx.rows(select(*queries.ALL).where(*waiting).order_by(Hold.review_on).limit(BATCH).with_for_update())
    for row in rows:
        await tx.execute(update(Hold).where(Hold.id == row.id).values(overdue_at=tx.now))
        await _publish(tx, row._asdict(), events.HoldOverdue)
        about = Cause(NOUN, str(row.id))
        await write(tx, Occasion.HOLD_OVERDUE, about, [row.agency_id], business_unit=True, due=row.review_on)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next day is over on which a hold was to be looked at."""
    waiting = *queries.AWAITED, Hold.overdue_at.is_(None)
    return day_after(await tx.scalar(select(func.min(Hold.review_on)).where(*waiting)))


async def _less_holds(tx: Tx, review: Row[Any], lifted: Row[Any]) -> date | None:
    """The day of publication without the days of every hold that is over, this one's among them."""
    if review.decided_on is None:
        return None
    rule = rules.rule_on("practice_review_publication", review.decided_on).rule
    pauses = [
        Pause(
            began=one.stated_at,
            ended=tx.now if one.id == lifted.id else one.lifted_at,
            by=one.agency_id or "",
            why=one.proceedings,
        )
        for one in await queries.of_review(tx, review.id)
    ]
    return CALENDAR.date_of(due(rule, noon(review.decided_on), CALENDAR, pauses))


async def _begin(tx: Tx, by: By, hold_id: UUID, do: Do) -> Row[Any]:
    row = await queries.as_read(tx, by, hold_id)
    _must_speak(by, Authority(row.authority))
    step(Status(row.status), do)
    return row


def _must_speak(by: By, authority: Authority) -> None:
    if by.principal:
        must_speak(authority, by.principal)


async def _finish(
    tx: Tx,
    by: By,
    row: Row[Any],
    do: Do,
    changed: Mapping[str, Any],
    *,
    text: str | None,
    publish_by: date | None = None,
) -> dict[str, Any]:
    moved_to = {**changed, "status": step(Status(row.status), do)}
    return await queries.HISTORY.write(tx, by, row._asdict(), do, moved_to, text=text, publish_by=publish_by)


async def _publish(tx: Tx, row: Mapping[str, Any], event: type[events.HoldEvent]) -> None:
    facts = {name: row[name] for name in ("proceedings", "authority", "agency_id", "review_on")}
    named: dict[str, Any] = {
        "subject": str(row["id"]),
        "practice_review_id": str(row["practice_review_id"]),
        "at": tx.now,
    }
    cause = Cause("reviews.practice_review", str(row["practice_review_id"]))
    await emit(tx, event(**facts, **named), causes=[cause])
