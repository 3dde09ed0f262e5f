"""Changes how a review is held; each command locks the review, which must still run."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from services.reviews.conduct import queries
from services.reviews.conduct.domain import (
    Heard,
    How,
    check_past,
    check_reviewer,
    must_be_able_to_review,
    must_be_independent,
    must_be_open,
)
from services.reviews.conduct.models import Engagement, MilestoneMove, MilestoneRow, TermsVersion
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.commands import BATCH, NOUN, touch
from services.reviews.practice_reviews.domain import Status, must_run
from services.reviews.practice_reviews.models import Reviewer
from services.reviews.register.models import REGISTER
from services.reviews.rulebook import day_after
from shared.acting import By
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause
from shared.policy import AgencyType
from shared.problems import Invalid


async def appoint(
    tx: Tx, by: By, review_id: UUID, *, person_id: str, person_name: str, agency_id: str, met: Mapping[str, str]
) -> None:
    """Appoint a reviewer, of whom it is said how each requirement is met. ConflictOfInterest for one of a party's people."""
    review = await _running(tx, by, review_id)
    check_reviewer(met, queries.requirements_on(today(tx.now)))
    await REGISTER.names_of(tx, {"agency_id": agency_id}, today(tx.now))
    must_be_independent(agency_id, [party.agency_id for party in await reviews.parties(tx, review_id)])
    agency = (await REGISTER.agencies(tx, [agency_id]))[agency_id]
    must_be_able_to_review(AgencyType(agency.agency_type))
    row = {
        "id": new_id(),
        "practice_review_id": review_id,
        "person_id": person_id,
        "person_name": person_name,
        "agency_id": agency_id,
        "requirements": [{"code": code, "how": how} for code, how in met.items()],
        "appointed_at": tx.now,
        "appointed_by": by.subject,
    }
    await tx.execute(insert(Reviewer), row)
    await touch(tx, review)


async def end(tx: Tx, by: By, review_id: UUID, reviewer_id: UUID, *, reason: str) -> None:
    """End an appointment: from now on she sees the review no more."""
    review = await _as_read(tx, by, review_id)
    must_be_open((await queries.reviewer(tx, review_id, reviewer_id)).ended_at)
    ended = {"ended_at": tx.now, "end_reason": reason}
    await tx.execute(update(Reviewer).where(Reviewer.id == reviewer_id).values(**ended))
    await touch(tx, review)


async def set_terms(tx: Tx, by: By, review_id: UUID, *, text: str, reason: str | None) -> None:
    """Set the terms of reference, or change them and say why; earlier versions stay."""
    review = await _as_read(tx, by, review_id)
    if review.terms and not reason:
        raise Invalid.field("reason", "missing", "Say why the terms of reference change.")
    number = review.terms + 1
    row = {"practice_review_id": review_id, "number": number, "text": text, "reason": reason}
    await tx.execute(insert(TermsVersion), row | {"at": tx.now, "actor": by.subject})
    await touch(tx, review, terms=number)


async def plan(tx: Tx, by: By, review_id: UUID, *, title: str, planned_on: date) -> None:
    """Plan a milestone."""
    review = await _running(tx, by, review_id)
    number = await queries.next_number(tx, review_id)
    row = {"practice_review_id": review_id, "number": number, "title": title, "planned_on": planned_on}
    await tx.execute(insert(MilestoneRow), row | {"due_on": planned_on, "moves": 0})
    await touch(tx, review)


async def move(tx: Tx, by: By, review_id: UUID, number: int, *, due_on: date, reason: str) -> None:
    """Expect a milestone on another day; the day before and the reason stay."""
    review = await _as_read(tx, by, review_id)
    row = await queries.milestone(tx, review_id, number)
    must_be_open(row.done_on)
    if due_on == row.due_on:
        raise Invalid.field("due_on", "same", "This is the day on which it is expected already.")
    moved = {"practice_review_id": review_id, "number": number, "was_due_on": row.due_on, "due_on": due_on}
    await tx.execute(insert(MilestoneMove), moved | {"at": tx.now, "reason": reason, "actor": by.subject})
    await _write(tx, row, due_on=due_on, moves=row.moves + 1, overdue_at=None)
    await touch(tx, review)


async def finish(tx: Tx, by: By, review_id: UUID, number: int, *, done_on: date) -> None:
    """A milestone is reached."""
    review = await _as_read(tx, by, review_id)
    row = await queries.milestone(tx, review_id, number)
    must_be_open(row.done_on)
    check_past("done_on", done_on, tx.now)
    await _write(tx, row, done_on=done_on)
    await touch(tx, review)


async def tell_overdue(tx: Tx) -> int:
    """Tell, once for each date, of milestones of running reviews that were to be reached by now; how many in this batch."""
    waiting = *queries.UNREACHED, MilestoneRow.due_on < today(tx.now)
    rows = await tx.rows(select(*MilestoneRow.__table__.c).where(*waiting).limit(BATCH).with_for_update())
    for row in rows:
        await _write(tx, row, overdue_at=tx.now)
        theirs = [one.agency_id for one in await reviews.reviewers_at_work(tx, row.practice_review_id)]
        about = Cause(NOUN, str(row.practice_review_id))
        await write(tx, Occasion.MILESTONE_OVERDUE, about, theirs, business_unit=True, due=row.due_on)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next day of a milestone is over."""
    return day_after(await tx.scalar(select(func.min(MilestoneRow.due_on)).where(*queries.UNREACHED)))


async def record(
    tx: Tx, by: By, review_id: UUID, *, heard: Heard, how: How, happened_on: date, people: int | None, note: str | None
) -> None:
    """Record that somebody was heard, or was offered to be."""
    review = await _running(tx, by, review_id)
    check_past("happened_on", happened_on, tx.now)
    row: dict[str, Any] = {"practice_review_id": review_id, "heard": heard, "how": how, "happened_on": happened_on}
    said = {"people": people, "note": note, "at": tx.now, "actor": by.subject}
    await tx.execute(insert(Engagement), row | said)
    await touch(tx, review)


async def _running(tx: Tx, by: By, review_id: UUID) -> Row[Any]:
    review = await reviews.for_update(tx, by, review_id)
    must_run(Status(review.status))
    return review


async def _as_read(tx: Tx, by: By, review_id: UUID) -> Row[Any]:
    review = await reviews.as_read(tx, by, review_id)
    must_run(Status(review.status))
    return review


async def _write(tx: Tx, row: Row[Any], **changed: Any) -> None:
    mine = MilestoneRow.practice_review_id == row.practice_review_id, MilestoneRow.number == row.number
    await tx.execute(update(MilestoneRow).where(*mine).values(**changed))
