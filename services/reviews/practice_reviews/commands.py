"""Changes practice reviews: each command locks the review, decides, writes its history and emits what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.reviews.letters.commands import write as write_to
from services.reviews.letters.domain import Occasion
from services.reviews.practice_reviews import queries
from services.reviews.practice_reviews.domain import (
    NAMED_BY_LETTERS,
    Do,
    Kind,
    Part,
    Status,
    check_areas,
    check_decided_on,
    check_naming,
    check_sent_on,
    earliest_publication,
    letters_after,
    must_be_ready_to_begin,
    must_be_ready_to_submit,
    must_publish,
    named,
    noon,
    step,
)
from services.reviews.practice_reviews.models import PracticeReview, ReportPart, ReviewLetter, ReviewParty
from services.reviews.register.models import REGISTER
from services.reviews.rulebook import CALENDAR, day_after
from shared import rules
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.days import today
from shared.db import Tx, new_id
from shared.deadlines import due
from shared.events import Cause, causes_data, causes_from
from shared.outbox import emit

NOUN = "reviews.practice_review"
RETENTION = "practice_review"
BATCH = 50
SETTLED = {
    Do.SIGN_OFF: events.PracticeReviewSignedOff,
    Do.WITHHOLD: events.PracticeReviewWithheld,
    Do.SEND_BACK: events.PracticeReviewSentBack,
}


@dataclass(frozen=True)
class Commission:
    """What is to be reviewed, and with whom."""

    kind: Kind
    children: int | None
    title: str | None
    decided_on: date
    reason: str
    agency_ids: tuple[str, ...]
    areas: tuple[str, ...]
    led_by: str | None
    causes: tuple[Cause, ...]


async def commission(tx: Tx, by: By, wanted: Commission) -> UUID:
    """Hold a review, named in sequence where it is about children; its id. Invalid for what contradicts itself."""
    check_naming(wanted.kind, wanted.children, wanted.title)
    check_areas(wanted.kind, wanted.areas, wanted.led_by)
    check_decided_on(wanted.decided_on, tx.now)
    agency_ids = sorted(set(wanted.agency_ids))
    given = {f"agency_ids.{index}": one for index, one in enumerate(wanted.agency_ids)}
    await REGISTER.names_of(tx, given, today(tx.now))
    letters = await _next_letters(tx, wanted.children or 0)
    rule = rules.rule_on("practice_review_publication", wanted.decided_on).rule
    row: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "status": Status.COMMISSIONED,
        "kind": wanted.kind,
        "name": named(letters) if wanted.kind in NAMED_BY_LETTERS else wanted.title,
        "areas": list(wanted.areas),
        "led_by": wanted.led_by,
        "reason": wanted.reason,
        "decided_on": wanted.decided_on,
        "commissioned_at": tx.now,
        "publish_by": CALENDAR.date_of(due(rule, noon(wanted.decided_on), CALENDAR)),
        "publish_rule": f"{rule.code}/{rule.version}: {rule.amount} {rule.unit}, calendar {CALENDAR.version}",
        "causes": causes_data(wanted.causes),
        "retention_class": RETENTION,
    }
    await tx.execute(insert(PracticeReview), row)
    for letter in letters:
        await tx.execute(insert(ReviewLetter), {"letter": letter, "practice_review_id": row["id"]})
    for agency_id in agency_ids:
        party = {"agency_id": agency_id, "commissioned_at": tx.now, "practice_review_id": row["id"]}
        await tx.execute(insert(ReviewParty), party)
    await queries.HISTORY.append(tx, by, row, Do.COMMISSION, part=None, text=wanted.reason)
    await publish_event(tx, row, Status.COMMISSIONED, events.PracticeReviewCommissioned)
    review_id: UUID = row["id"]
    await write_to(tx, Occasion.TAKES_PART, Cause(NOUN, str(review_id)), agency_ids)
    return review_id


async def withdraw(tx: Tx, by: By, review_id: UUID, *, reason: str) -> None:
    """It was commissioned by mistake, and nobody has begun; its letters are not given again."""
    row, status = await stepped(tx, by, review_id, Do.WITHDRAW)
    await finish(tx, by, row, Do.WITHDRAW, status, events.PracticeReviewWithdrawn, text=reason)
    await _write_to_parties(tx, review_id, Occasion.TAKES_NO_PART)


async def begin(tx: Tx, by: By, review_id: UUID) -> None:
    """The reviewers begin their work. NotReady without a reviewer, or without terms of reference."""
    row, status = await stepped(tx, by, review_id, Do.BEGIN)
    must_be_ready_to_begin(reviewers=len(await queries.reviewers_at_work(tx, review_id)), terms=row.terms)
    await finish(tx, by, row, Do.BEGIN, status, events.PracticeReviewBegun)


async def write(tx: Tx, by: By, review_id: UUID, *, part: Part, text: str) -> None:
    """Write one part of the report, or write it again."""
    row, status = await stepped(tx, by, review_id, Do.WRITE)
    values = {"text": text, "written_at": tx.now}
    statement = upsert(ReportPart).values(practice_review_id=review_id, part=part, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["practice_review_id", "part"], set_=values))
    await finish(tx, by, row, Do.WRITE, status, None, part=part)


async def revise(tx: Tx, by: By, review_id: UUID, *, reason: str) -> None:
    """Write the report again: what the agencies found, what the check found, or what is new. It is signed anew then."""
    row, status = await stepped(tx, by, review_id, Do.REVISE)
    columns = ("answers_due_on", "circulated_hash", "decision_id", "signed_hash", "sent_on", "not_before")
    undone = dict.fromkeys(columns)
    await finish(tx, by, row, Do.REVISE, status, events.PracticeReviewRevised, undone, text=reason)


async def submit(tx: Tx, by: By, row: Row[Any], decision_id: UUID, *, despite: str | None) -> None:
    """Put the report before the three partners. NotReady while an agency is still to answer, or has found something wrong.

    `despite` says why it goes to them although an agency has.
    """
    status = step(Status(row.status), Do.SUBMIT)
    parties = await queries.parties(tx, row.id)
    silent = [party.agency_id for party in parties if party.answered_at is None]
    wrong = [party.agency_id for party in parties if party.accurate is False]
    means = queries.silence_on(row.answers_due_on)
    must_be_ready_to_submit(silent, wrong, row.answers_due_on, means, tx.now, despite)
    asked = {"decision_id": decision_id}
    await finish(tx, by, row, Do.SUBMIT, status, events.PracticeReviewSubmitted, asked, text=despite)


async def settle(tx: Tx, by: By, row: Row[Any], do: Do, *, reasons: str) -> None:
    """The three have signed this very text off, to be published or not; or it goes back to its authors with their reasons."""
    changed = {} if do is Do.SEND_BACK else {"signed_hash": await queries.hash_now(tx, row.id)}
    await finish(tx, by, row, do, step(Status(row.status), do), SETTLED[do], changed, text=reasons)


async def send(tx: Tx, by: By, review_id: UUID, *, sent_on: date) -> None:
    """It has gone to the Panel and the Secretary of State, from which the first day of publication follows."""
    row, status = await stepped(tx, by, review_id, Do.SEND)
    check_sent_on(sent_on, await queries.signed_at(tx, review_id), tx.now)
    rule = rules.rule_on("practice_review_to_panel", sent_on).rule
    not_before = None if status is Status.WITHHELD else earliest_publication(rule, sent_on, CALENDAR)
    sent = {"sent_on": sent_on, "not_before": not_before}
    await finish(tx, by, row, Do.SEND, status, events.PracticeReviewSent, sent)


async def publish(tx: Tx, by: By, review_id: UUID, *, held: Sequence[str], checked: bool) -> None:
    """Publish it: checked by a second person, held by nothing, and not before the Panel has had its days."""
    row, status = await stepped(tx, by, review_id, Do.PUBLISH)
    must_publish(held=held, not_before=row.not_before, checked=checked, now=tx.now)
    day = today(tx.now)
    rule = rules.rule_on("practice_review_public", day).rule
    public = {"published_on": day, "public_until": CALENDAR.date_of(due(rule, tx.now, CALENDAR))}
    await finish(tx, by, row, Do.PUBLISH, status, events.PracticeReviewPublished, public)
    await _write_to_parties(tx, review_id, Occasion.REPORT_PUBLISHED)


async def take_down(tx: Tx, by: By, review_id: UUID, *, reason: str) -> None:
    """It is public no more, for a child's sake and at once; who publishes it again does so anew, from its writing on."""
    row, status = await stepped(tx, by, review_id, Do.TAKE_DOWN)
    gone = dict.fromkeys(("published_on", "published", "public_until"))
    await finish(tx, by, row, Do.TAKE_DOWN, status, events.PracticeReviewTakenDown, gone, text=reason)
    await _write_to_parties(tx, review_id, Occasion.REPORT_TAKEN_DOWN)


async def tell_overdue(tx: Tx) -> int:
    """Tell, once for each date, of reports that were to be published by now and that nothing holds; how many in this batch."""
    waiting = *queries.LATE, PracticeReview.overdue_at.is_(None), PracticeReview.publish_by < today(tx.now)
    statement = select(*queries.ALL).where(*waiting).order_by(PracticeReview.publish_by).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(PracticeReview).where(PracticeReview.id == row.id).values(overdue_at=tx.now))
        await publish_event(tx, row._asdict(), Status(row.status), events.PracticeReviewOverdue)
        about = Cause(NOUN, str(row.id))
        await write_to(tx, Occasion.PUBLICATION_OVERDUE, about, (), business_unit=True, due=row.publish_by)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next day of publication is over."""
    running = *queries.LATE, PracticeReview.overdue_at.is_(None)
    return day_after(await tx.scalar(select(func.min(PracticeReview.publish_by)).where(*running)))


async def _write_to_parties(tx: Tx, review_id: UUID, occasion: Occasion) -> None:
    parties = [party.agency_id for party in await queries.parties(tx, review_id)]
    await write_to(tx, occasion, Cause(NOUN, str(review_id)), parties)


async def touch(tx: Tx, row: Row[Any], **changed: Any) -> None:
    """Write what belongs to the review and is no move of it: its terms, or that it is held."""
    values = {**changed, "version": row.version + 1}
    await tx.execute(update(PracticeReview).where(PracticeReview.id == row.id).values(**values))


async def _next_letters(tx: Tx, wanted: int) -> tuple[str, ...]:
    """The next letters; who names at the same time waits, so that none is given twice."""
    if not wanted:
        return ()
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("reviews.letters", 0))))
    return letters_after(await queries.letters(tx), wanted)


async def stepped(tx: Tx, by: By, review_id: UUID, do: Do) -> tuple[Row[Any], Status]:
    """Lock the review as it was read, and find where the step leads."""
    row = await queries.as_read(tx, by, review_id)
    return row, step(Status(row.status), do)


async def finish(
    tx: Tx,
    by: By,
    row: Row[Any],
    do: Do,
    status: Status,
    event: type[events.PracticeReviewEvent] | None,
    changed: dict[str, Any] | None = None,
    *,
    part: Part | None = None,
    text: str | None = None,
    **told: Any,
) -> None:
    """Write the new state and the history of what led to it, and tell the others where it is theirs to know."""
    await touch(tx, row, status=status, **changed or {})
    await queries.HISTORY.append(tx, by, row._asdict() | {"status": status}, do, part=part, text=text)
    if event:
        await publish_event(tx, row._asdict() | (changed or {}), status, event, **told)


async def publish_event(
    tx: Tx,
    row: dict[str, Any],
    status: Status,
    event: type[events.PracticeReviewEvent],
    **more: Any,
) -> None:
    """Tell the others how the review stands."""
    parties = await queries.parties(tx, row["id"])
    facts = {
        "subject": str(row["id"]),
        "kind": row["kind"],
        "status": status,
        "agency_ids": tuple(party.agency_id for party in parties),
        "publish_by": row.get("publish_by"),
        "published_on": row.get("published_on"),
        "at": tx.now,
    }
    await emit(tx, event(**facts | more), causes=causes_from(row["causes"]))
