"""Checks what was published elsewhere: asks agencies, takes their answers with what shows them, asks again, and concludes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.national_reviews import queries
from services.reviews.national_reviews.domain import Do, Status, Verdict, answer_by, check_published, step
from services.reviews.national_reviews.models import NationalReview, NationalReviewAnswer
from services.reviews.references.commands import next_reference
from services.reviews.register.models import REGISTER, Agency
from services.reviews.rulebook import day_after, day_of, most_times
from shared.acting import By
from shared.contracts import national_reviews as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause, causes_data, causes_from
from shared.outbox import emit
from shared.problems import Invalid

NOUN = "reviews.national_review"
BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Published:
    """What was published, by whom, and what is asked here because of it."""

    title: str
    publisher: str
    published_on: date
    address: str
    question: str
    body_id: str
    causes: Sequence[Cause] = ()


async def record(tx: Tx, by: By, given: Published) -> UUID:
    """Take note of a publication; its id. Invalid where the body does not exist, or it is not published yet."""
    check_published(given.published_on, tx.now)
    await REGISTER.must_stand(tx, "body_id", given.body_id, today(tx.now))
    row: dict[str, Any] = vars(given) | {
        "id": new_id(),
        "reference": await next_reference(tx, "NR", tx.now),
        "version": 1,
        "status": Status.RECORDED,
        "recorded_at": tx.now,
        "recorded_by": by.subject,
        "verdict": None,
        "causes": causes_data(given.causes),
    }
    await tx.execute(insert(NationalReview), row)
    await queries.HISTORY.append(tx, by, row, Do.RECORD, text=given.question)
    await _publish(tx, row, events.NationalReviewRecorded)
    review_id: UUID = row["id"]
    return review_id


async def ask(tx: Tx, by: By, review_id: UUID, *, agency_ids: Sequence[str], due_on: date | None) -> None:
    """Ask agencies, each once, until the rule's day or an earlier one. Invalid for what is none."""
    row = await queries.as_read(tx, by, review_id)
    status, day = step(Status(row.status), Do.ASK), today(tx.now)
    await REGISTER.names_of(tx, {f"agency_ids.{index}": one for index, one in enumerate(agency_ids)}, day)
    until = answer_by(day_of("national_review_answered", tx.now), due_on, day)
    have = {one.agency_id for one in await queries.answers(tx, [review_id])}
    asked = sorted(set(agency_ids) - have)
    if not asked:
        raise Invalid.field("agency_ids", "asked_already", "All of these have been asked: they can answer again.")
    rows = [{"national_review_id": review_id, "agency_id": one, "asked_at": tx.now, "due_on": until} for one in asked]
    await tx.execute(insert(NationalReviewAnswer), rows)
    facts = {"agency_ids": asked, "due_on": str(until)}
    after = await queries.HISTORY.write(tx, by, row._asdict(), Do.ASK, {"status": status}, facts=facts)
    await _publish(tx, after, events.NationalReviewAsked, agency_ids=tuple(asked), due_on=until)
    told = {"reference": row.reference, "due": until, "title": row.title}
    await write(tx, Occasion.NATIONAL_REVIEW_ASKED, Cause(NOUN, str(review_id)), asked, **told)


async def answer(tx: Tx, by: By, review_id: UUID, *, agency_id: str | None, verdict: Verdict, evidence: str) -> None:
    """Say for an agency whether it is true for it, and what shows that; said again, the first stays in the history.

    NotYourAgency; Invalid for one that was not asked.
    """
    row = await queries.as_read(tx, by, review_id)
    status = step(Status(row.status), Do.ANSWER)
    mine = agency_id or by.agency_id or ""
    by.must_reach(mine)
    said = {"verdict": verdict, "evidence": evidence, "answered_at": tx.now}
    its = NationalReviewAnswer.national_review_id == review_id, NationalReviewAnswer.agency_id == mine
    if not (await tx.execute(update(NationalReviewAnswer).where(*its).values(said))).rowcount:
        raise Invalid.field("agency_id", "not_asked", f"{mine} was not asked about this.")
    facts = {"agency_id": mine, "verdict": verdict}
    after = await queries.HISTORY.write(
        tx, by, row._asdict(), Do.ANSWER, {"status": status}, text=evidence, facts=facts
    )
    await _publish(tx, after, events.NationalReviewAnswered, agency_id=mine, answer=verdict)


async def ask_again(tx: Tx) -> int:
    """Ask every agency again whose day is over and that has not answered; of who was asked often enough tell the business unit.

    How many in this batch.
    """
    answer, day = NationalReviewAnswer, today(tx.now)
    statement = (
        select(*NationalReview.__table__.c, answer.agency_id, answer.times_asked, answer.due_on, Agency.name)
        .join(answer, queries.OF_IT)
        .join(Agency, Agency.id == answer.agency_id)
        .where(*queries.SILENT, day > queries.ASK_ON)
        .order_by(queries.ASK_ON, answer.national_review_id, answer.agency_id)
        .limit(BATCH)
        .with_for_update(of=answer)
    )
    rows, most = await tx.rows(statement), most_times("national_review", day)
    following = day_of("national_review_asked_again", tx.now)
    for row in rows:
        about, its = Cause(NOUN, str(row.id)), (answer.national_review_id == row.id, answer.agency_id == row.agency_id)
        told: dict[str, Any] = {"agency_id": row.agency_id, "times": row.times_asked}
        facts: dict[str, Any] = {"reference": row.reference, "title": row.title}
        if row.times_asked >= most:
            await tx.execute(update(answer).where(*its).values(told_at=tx.now))
            await _publish(tx, row._asdict(), events.NationalReviewSilent, **told)
            facts |= {"agency": row.name, "times": row.times_asked, "due": row.due_on}
            await write(tx, Occasion.NATIONAL_REVIEW_SILENT, about, (), business_unit=True, **facts)
            continue
        told["times"] += 1
        await tx.execute(update(answer).where(*its).values(times_asked=told["times"], ask_on=following))
        await _publish(tx, row._asdict(), events.NationalReviewAskedAgain, **told)
        facts |= {"times": told["times"], "due": following}
        await write(tx, Occasion.NATIONAL_REVIEW_ASKED_AGAIN, about, [row.agency_id], **facts)
    return len(rows)


async def next_ask(tx: Tx) -> datetime | None:
    """When the next day ends by which an agency was to answer."""
    first = select(func.min(queries.ASK_ON)).join(NationalReview, queries.OF_IT)
    day: date | None = await tx.scalar(first.where(*queries.SILENT))
    return day_after(day)


async def conclude(tx: Tx, by: By, review_id: UUID, *, verdict: Verdict, text: str) -> None:
    """The body says whether it is true here, and why; who has not answered is shown as silent."""
    row = await queries.as_read(tx, by, review_id)
    changed = {
        "status": step(Status(row.status), Do.CONCLUDE),
        "verdict": verdict,
        "conclusion": text,
        "concluded_at": tx.now,
    }
    facts = {"verdict": verdict}
    after = await queries.HISTORY.write(tx, by, row._asdict(), Do.CONCLUDE, changed, text=text, facts=facts)
    asked = tuple(one.agency_id for one in await queries.answers(tx, [review_id]))
    await _publish(tx, after, events.NationalReviewConcluded, agency_ids=asked, verdict=verdict)


async def _publish(tx: Tx, row: Mapping[str, Any], event: type[events.NationalReviewEvent], **more: Any) -> None:
    facts = {name: row[name] for name in ("reference", "status", "body_id")}
    facts |= {"subject": str(row["id"]), "at": tx.now}
    await emit(tx, event(**facts, **more), causes=causes_from(row["causes"]))
