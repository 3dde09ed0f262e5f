"""Asks agencies, takes what they return, asks again, and tells the panel's chair of what stays out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update

from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.rapid_reviews import queries as reviews
from services.reviews.rapid_reviews.commands import NOUN, begin, finish
from services.reviews.rapid_reviews.domain import Do as ReviewDo
from services.reviews.rapid_reviews.domain import Status as ReviewStatus
from services.reviews.rapid_reviews.domain import step as review_step
from services.reviews.rapid_reviews.models import RapidReview
from services.reviews.register.models import REGISTER
from services.reviews.returns.domain import (
    AskedAlready,
    Do,
    Status,
    ask_again_at,
    check_asked,
    must_send,
    return_by,
    step,
)
from services.reviews.returns.models import ReturnEntry, ScopingReturn
from services.reviews.rulebook import most_times
from services.reviews.scoping import queries
from shared import rules
from shared.acting import By
from shared.child_records.models import RETENTION
from shared.contracts import rapid_reviews as events
from shared.db import Tx, new_id
from shared.deadlines import Rule
from shared.etag import must_match
from shared.events import Cause
from shared.outbox import emit
from shared.rules import in_force

BATCH = 100
_TAKES_RETURNS = exists().where(RapidReview.id == ScopingReturn.review_id, queries.TAKES_RETURNS)


def _rule(code: str, now: datetime) -> Rule:
    entries = [entry for entry in queries.RULES if entry.rule.code == code]
    return in_force(entries, rules.calendar().date_of(now), f"rule {code!r}").rule


async def ask(
    tx: Tx, by: By, review_id: UUID, *, agency_id: str | None, party_name: str | None, asked: str, due_on: date | None
) -> UUID:
    """Ask an agency, or a party that is not in the register; the return's id. AskedAlready; Invalid."""
    row = await begin(tx, by, review_id, ReviewDo.ASK)
    check_asked(agency_id, party_name)
    calendar = rules.calendar()
    if agency_id:
        await REGISTER.names_of(tx, {"agency_id": agency_id}, calendar.date_of(tx.now))
        if any(one.agency_id == agency_id for one in await reviews.returns(tx, review_id)):
            raise AskedAlready("This agency has been asked for this review: it can add to its return.")
    wanted = calendar.closing(due_on) if due_on else None
    due_at = return_by(_rule("scoping_return", tx.now), wanted, tx.now, calendar)
    given: dict[str, Any] = {
        "id": new_id(),
        "review_id": review_id,
        "version": 1,
        "agency_id": agency_id,
        "party_name": party_name,
        "status": Status.ASKED,
        "asked": asked,
        "asked_at": tx.now,
        "asked_by": by.subject,
        "due_at": due_at,
        "ask_again_at": ask_again_at(_rule("scoping_return_asked_again", tx.now), due_at, calendar),
        "retention_class": RETENTION,
    }
    await tx.execute(insert(ScopingReturn), given)
    facts = {"return_id": str(given["id"]), "agency_id": agency_id}
    await finish(tx, by, row._asdict(), ReviewDo.ASK, {}, text=asked, facts=facts)
    await _publish(tx, given, events.ReturnAsked)
    await _write_to(tx, Occasion.RETURN_ASKED, given, row.reference)
    return_id: UUID = given["id"]
    return return_id


async def submit(tx: Tx, by: By, return_id: UUID, *, known: bool, text: str, practice: str | None) -> None:
    """Send a return, or add to one. ReturnNotFound; NotYourReturn; NotNow once the review has been sent."""
    assert by.principal is not None, "a person sends a return"
    seen = await queries.get(tx, by.principal, by.reach, return_id)
    review = await reviews.locked(tx, seen.review_id)  # before the return, as whoever closes the review locks them
    row = await queries.get(tx, by.principal, by.reach, return_id)
    must_match(by.if_match, row.version)
    must_send(row.agency_id, by.principal.agencies)
    review_step(ReviewStatus(review.status), ReviewDo.RETURN)
    entry = {
        "return_id": return_id,
        "at": tx.now,
        "by": by.subject,
        "agency_id": by.principal.agency_id,
        "known": known,
        "text": text,
        "practice": practice,
    }
    await tx.execute(insert(ReturnEntry), entry)
    values: dict[str, Any] = {"status": step(Status(row.status), Do.SUBMIT), "ask_again_at": None}
    if row.returned_at is None:
        values |= {"returned_at": tx.now, "late": tx.now > row.due_at}
    after = await _write(tx, row._asdict(), values)
    facts = {"return_id": str(return_id), "agency_id": row.agency_id}
    await finish(tx, by, review._asdict(), ReviewDo.RETURN, {}, text=None, facts=facts)
    await _publish(tx, after, events.ReturnSubmitted, late=after["late"])


async def ask_again(tx: Tx) -> int:
    """As the working day opens, ask again whose return is overdue; of who was asked often enough the panel's chair hears.

    How many in this batch.
    """
    waiting = select(*queries.COLUMNS).where(ScopingReturn.ask_again_at <= tx.now, _TAKES_RETURNS)
    rows = await tx.rows(waiting.order_by(ScopingReturn.ask_again_at).limit(BATCH).with_for_update())
    most = most_times("return", rules.calendar().date_of(tx.now))
    for row in rows:
        if row.asked_again >= most:
            await _tell_chair(tx, row._asdict())
            continue
        following = ask_again_at(_rule("scoping_return_asked_again", tx.now), tx.now, rules.calendar())
        status = step(Status(row.status), Do.ASK_AGAIN)
        values = {"status": status, "asked_again": row.asked_again + 1, "ask_again_at": following}
        after = await _write(tx, row._asdict(), values)
        await _publish(tx, after, events.ReturnAskedAgain, times=after["asked_again"])
        reference = await tx.scalar(reviews.reference_of(row.review_id))
        await _write_to(tx, Occasion.RETURN_ASKED_AGAIN, after, reference, times=after["asked_again"])
    return len(rows)


async def _tell_chair(tx: Tx, row: Mapping[str, Any]) -> None:
    """Tell who chairs the panel, once, that a return stays out; the business unit where nobody does. It is asked no more."""
    status = step(Status(row["status"]), Do.TELL)
    after = await _write(tx, row, {"status": status, "ask_again_at": None, "told_at": tx.now})
    chair = await queries.chair(tx, row["review_id"])
    agency_id, times = chair.agency_id if chair else None, row["asked_again"]
    await _publish(tx, after, events.ReturnSilent, times=times, chair_agency_id=agency_id)
    facts = {
        "reference": await tx.scalar(reviews.reference_of(row["review_id"])),
        "due": row["due_at"],
        "times": times,
        "person": f"{chair.person_name}, who chairs the panel, speaks with it" if chair else "nobody chairs the panel",
    }
    about = Cause("reviews.return", str(row["id"]))
    await write(tx, Occasion.RETURN_SILENT, about, [agency_id], business_unit=chair is None, **facts)


async def next_ask_again(tx: Tx) -> datetime | None:
    """When the next is asked again."""
    found: datetime | None = await tx.scalar(select(func.min(ScopingReturn.ask_again_at)).where(_TAKES_RETURNS))
    return found


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """What an ended agency was asked for, sent or owed, is its first successor's, which hears of what it owes; how many."""
    if not successor_ids:
        return 0
    has_its_own = select(ScopingReturn.review_id).where(ScopingReturn.agency_id == successor_ids[0])
    asked = ScopingReturn.agency_id == agency_id, ScopingReturn.review_id.not_in(has_its_own)
    changed = {"agency_id": successor_ids[0], "version": ScopingReturn.version + 1}
    moved = update(ScopingReturn).where(*asked).values(**changed)
    rows, rule = await tx.rows(moved.returning(*queries.COLUMNS)), _rule("scoping_return_asked_again", tx.now)
    of_them = RapidReview.id.in_([row.review_id for row in rows if row.returned_at is None])
    running = select(RapidReview.id, RapidReview.reference).where(of_them, queries.TAKES_RETURNS)
    references = {one.id: one.reference for one in await tx.rows(running)}
    for row in rows:
        if row.returned_at is None and row.review_id in references:
            following = ask_again_at(rule, max(row.due_at, tx.now), rules.calendar())
            anew = {"asked_again": 0, "told_at": None, "ask_again_at": following}
            await _write_to(tx, Occasion.RETURN_ASKED, await _write(tx, row._asdict(), anew), references[row.review_id])
    return len(rows)


async def _write_to(tx: Tx, occasion: Occasion, row: Mapping[str, Any], reference: str, **facts: Any) -> None:
    """Write to the agency's contact, or to the business unit of a party that is not in the register: it asks by itself."""
    about = Cause("reviews.return", str(row["id"]))
    unregistered = row["agency_id"] is None
    to = [row["agency_id"]]
    await write(tx, occasion, about, to, business_unit=unregistered, reference=reference, due=row["due_at"], **facts)


async def _write(tx: Tx, row: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    written = {**values, "version": row["version"] + 1}
    await tx.execute(update(ScopingReturn).where(ScopingReturn.id == row["id"]).values(**written))
    return {**row, **written}


async def _publish(tx: Tx, row: Mapping[str, Any], event: type[events.ReturnEvent], **more: Any) -> None:
    facts = {
        "subject": str(row["id"]),
        "review_id": str(row["review_id"]),
        "agency_id": row["agency_id"],
        "status": row["status"],
        "due_at": row["due_at"],
        "at": tx.now,
    }
    await emit(tx, event(**facts, **more), causes=[Cause(NOUN, str(row["review_id"]))])
