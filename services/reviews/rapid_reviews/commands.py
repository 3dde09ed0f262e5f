"""Opens rapid reviews; and what every move of one does: lock it, decide, write it with its history, and emit what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, insert, select, update

from services.reviews.incidents import commands as incident_commands
from services.reviews.incidents import queries as incident_queries
from services.reviews.incidents.commands import NOUN as INCIDENT
from services.reviews.incidents.commands import moved, timed
from services.reviews.incidents.domain import BEFORE_THE_PANEL
from services.reviews.incidents.domain import Status as IncidentStatus
from services.reviews.incidents.models import Incident
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.panels.domain import Status as MemberStatus
from services.reviews.panels.models import PanelMember
from services.reviews.rapid_reviews import queries
from services.reviews.rapid_reviews.domain import (
    BEFORE_SENT,
    Do,
    Kind,
    Status,
    check_scope,
    step,
)
from services.reviews.rapid_reviews.models import (
    RapidReview,
    ReviewedIncident,
)
from services.reviews.references.commands import next_reference
from services.reviews.register.queries import partners
from shared import clocks, kept_clocks, rules
from shared.acting import AS_RULED, By
from shared.child_records.models import RETENTION
from shared.contracts import rapid_reviews as events
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause, causes_data, causes_from
from shared.joint_decisions.domain import Partner
from shared.outbox import emit
from shared.policy import Role
from shared.problems import Invalid

NOUN = "reviews.rapid_review"
RULE = "rapid_review"
BATCH = 50


async def open_review(
    tx: Tx,
    by: By,
    *,
    kind: Kind,
    incident_ids: Sequence[UUID],
    theme: str | None,
    other_area: str | None,
    led_by: str | None,
    reason: str,
) -> UUID:
    """Open a review that a notification asks for, or that people want; its id. Invalid.

    Its time runs where one of the incidents was notified, from the earliest possible start.
    """
    check_scope(kind, len(set(incident_ids)), other_area, theme, led_by)
    wanted = select(*Incident.__table__.c).where(
        Incident.id.in_(list(incident_ids)), Incident.status != IncidentStatus.JOINED
    )
    found = await tx.rows(wanted.order_by(Incident.notified_at.nulls_last(), Incident.id).with_for_update())
    if len(found) < len(set(incident_ids)):
        raise Invalid.field("incident_ids", "unknown_incident", "There is no such incident; see /reviews/v1/incidents.")
    given = {"kind": kind, "theme": theme, "other_area": other_area, "led_by": led_by, "reason": reason}
    return await _open(tx, by, found, given)


async def open_mandatory(tx: Tx) -> int:
    """Open the review of each incident whose notification makes one mandatory, and begin the time of those held already.

    How many in this batch.
    """
    found = await tx.rows(
        select(*Incident.__table__.c).where(*_unreviewed()).limit(BATCH).with_for_update(skip_locked=True)
    )
    for row in found:
        reason = "The notification of a serious incident makes it mandatory."
        given = {"kind": Kind.SINGLE, "theme": None, "other_area": None, "led_by": None, "reason": reason}
        await _open(tx, AS_RULED, [row], given)
    return len(found) + await _begin_time(tx)


_NEEDED = Incident.review_needed.is_(True), Incident.status.in_(sorted(BEFORE_THE_PANEL))


def _unreviewed() -> tuple[Any, ...]:
    of_it = ReviewedIncident.incident_id == Incident.id, ReviewedIncident.review_id == RapidReview.id
    return *_NEEDED, ~exists().where(*of_it, queries.HELD)


async def _begin_time(tx: Tx) -> int:
    """Begin the time of reviews that were wanted before an incident of theirs was notified; how many in this batch."""
    of_it = ReviewedIncident.incident_id == Incident.id, ReviewedIncident.review_id == RapidReview.id
    asked_for = RapidReview.clock.is_(None), exists().where(*of_it, *_NEEDED)
    statement = select(*queries.COLUMNS).where(RapidReview.status.in_(sorted(BEFORE_SENT)), *asked_for)
    found = await tx.rows(statement.limit(BATCH).with_for_update(skip_locked=True))
    for row in found:
        clock = _clock(tx, AS_RULED, await queries.incidents(tx, row.id))
        assert clock is not None, "an incident of it is notified"
        why = "Its incident has been notified: it is mandatory from now on, and its time runs."
        after = await finish(tx, AS_RULED, row._asdict(), Do.CHOOSE_START, timed(clock), text=why)
        await publish(tx, after, events.RapidReviewStartChosen, start=clock.chosen.start, due_at=clock.target)
        await _write_opened(tx, after)
    return len(found)


async def _open(tx: Tx, by: By, incidents: Sequence[Row[Any]], given: Mapping[str, Any]) -> UUID:
    causes = [Cause(INCIDENT, str(one.id)) for one in incidents]
    row: dict[str, Any] = {
        "id": new_id(),
        "reference": await next_reference(tx, "RR", tx.now),
        "version": 1,
        "status": Status.SCOPING,
        **given,
        "opened_at": tx.now,
        "opened_by": by.subject,
        "clock": None,
        "due_at": None,
        "criteria_version": queries.criteria_on(rules.calendar().date_of(tx.now)).version,
        "causes": causes_data(causes),
        "retention_class": RETENTION,
    }
    if clock := _clock(tx, by, incidents):
        row |= timed(clock)
    await tx.execute(insert(RapidReview), row)
    await tx.execute(insert(ReviewedIncident), [{"incident_id": one.id, "review_id": row["id"]} for one in incidents])
    await queries.HISTORY.append(tx, by, row, Do.OPEN, text=row["reason"])
    await conclude(tx, by, incidents, f"A rapid review of it is held: {row['reference']}.")
    mandatory = any(one.review_needed for one in incidents)
    await publish(tx, row, events.RapidReviewOpened, mandatory=mandatory, due_at=row["due_at"])
    await _write_opened(tx, row)
    review_id: UUID = row["id"]
    return review_id


async def _write_opened(tx: Tx, row: Mapping[str, Any]) -> None:
    facts = {"reference": row["reference"], "due": row["due_at"]}
    about, three = Cause(NOUN, str(row["id"])), (await partners(tx)).values()
    await write(tx, Occasion.RAPID_REVIEW_OPENED, about, three, business_unit=True, **facts)


def _clock(tx: Tx, by: By, incidents: Sequence[Row[Any]]) -> clocks.Clock | None:
    """The review's clock, from the earliest possible start; None where none of its incidents was notified."""
    happened = _occurrences(incidents)
    if not happened:
        return None
    rule = rules.rule_on(RULE, rules.calendar().date_of(tx.now)).rule
    return clocks.start(rule, happened, rules.calendar(), at=tx.now, by=by.subject)


async def conclude(tx: Tx, by: By, incidents: Sequence[Row[Any]], reason: str) -> None:
    """Say of those that are near misses what becomes of them; of the others that follows from the council's notification."""
    for one in incidents:
        row = await incident_queries.locked(tx, one.id)
        if row.status == IncidentStatus.NEAR_MISS:
            await incident_commands.conclude(tx, by, row, reason)


def _occurrences(incidents: Sequence[Row[Any]]) -> dict[str, datetime]:
    """The events from which the review's time may be counted: those of the incident that was notified first."""
    first = next((one for one in incidents if one.notified_at), None)
    return {"council_aware": first.council_aware_at, "panel_notified": first.notified_at} if first else {}


async def choose_start(tx: Tx, by: By, review_id: UUID, *, start: str, reason: str, approved_by: str | None) -> None:
    """Count the time from another event: a new date beside the old. Invalid where there is no time, or no such start."""
    row = await begin(tx, by, review_id, Do.CHOOSE_START)
    if row.clock is None:
        raise Invalid.field("start", "no_clock", "Nothing was notified, so no rule gives this review a time.")
    happened = _occurrences(await queries.incidents(tx, review_id))
    clock = moved(tx, by, kept_clocks.read(row.clock), happened, start, reason, approved_by)
    values = timed(clock) | {"overdue_at": None}
    after = await finish(tx, by, row._asdict(), Do.CHOOSE_START, values, text=reason, facts={"start": start})
    await publish(tx, after, events.RapidReviewStartChosen, start=start, due_at=clock.target)


async def release(tx: Tx, member: Row[Any]) -> None:
    """Let a member go: from now on the case is nothing of hers, and the role goes with it."""
    gone = {"status": MemberStatus.RELEASED, "released_at": tx.now}
    await tx.execute(update(PanelMember).where(PanelMember.id == member.id).values(**gone))
    await tell_of_member(tx, member._asdict() | gone, events.PanelMemberReleased)


async def tell_of_member(tx: Tx, member: Mapping[str, Any], event: type[events.PanelMemberEvent], **more: Any) -> None:
    """Tell who sits on a panel and with which role, as the gateway needs it; never who the case is about."""
    day, last = rules.calendar().date_of(member["named_at"]), member["released_at"]
    facts = {
        "subject": str(member["id"]),
        "review_id": str(member["review_id"]),
        "person_id": member["person_id"],
        "agency_id": member["agency_id"],
        "seat": member["seat"],
        "roles": (Role.PANEL_MEMBER.value,),
        "starts_on": day,
        "ends_on": rules.calendar().date_of(last) if last else None,
        "at": tx.now,
    }
    await emit(tx, event(**facts, **more), causes=[Cause(NOUN, str(member["review_id"]))])


async def begin(tx: Tx, by: By, review_id: UUID, do: Do) -> Row[Any]:
    """Lock the review in the version that the caller read, and see that this can be done now."""
    assert by.principal is not None, "a review is moved by a person"
    row = await queries.for_update(tx, by.principal, by.reach, review_id)
    must_match(by.if_match, row.version)
    step(Status(row.status), do)
    return row


async def finish(
    tx: Tx,
    by: By,
    row: Mapping[str, Any],
    do: Do,
    changed: Mapping[str, Any],
    *,
    text: str | None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the review's new state and the history of what led to it; the row as it is now."""
    moved_to = {**changed, "status": step(Status(row["status"]), do)}
    return await queries.HISTORY.write(tx, by, row, do, moved_to, text=text, facts=facts)


async def publish(tx: Tx, row: Mapping[str, Any], event: type[events.RapidReviewEvent], **more: Any) -> None:
    """Tell what happened; the three partners are concerned by every review."""
    three = await partners(tx)
    facts = {name: row[name] for name in ("reference", "kind", "status")}
    facts |= {"subject": str(row["id"]), "concerned_agency_ids": tuple(sorted(three.values())), "at": tx.now}
    await emit(tx, event(**facts, **more), causes=causes_from(row["causes"]))


async def tell_overdue(tx: Tx) -> int:
    """Tell, once for each date, of reviews whose time has run out; how many in this batch."""
    waiting = RapidReview.due_at < tx.now, RapidReview.overdue_at.is_(None)
    statement = select(*queries.COLUMNS).where(*waiting).order_by(RapidReview.due_at).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(RapidReview).where(RapidReview.id == row.id).values(overdue_at=tx.now))
        await publish(tx, row._asdict(), events.RapidReviewOverdue, due_at=row.due_at)
        council = (await partners(tx))[Partner.COUNCIL]
        about = Cause(NOUN, str(row.id))
        told = {"reference": row.reference, "due": row.due_at}
        await write(tx, Occasion.RAPID_REVIEW_OVERDUE, about, [council], business_unit=True, **told)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next of them runs out."""
    running = select(func.min(RapidReview.due_at)).where(RapidReview.overdue_at.is_(None))
    found: datetime | None = await tx.scalar(running)
    return found
