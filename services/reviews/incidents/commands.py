"""What every move of an incident does: lock the case, decide, write it with its history, and emit what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.reviews.children.commands import CHILDREN
from services.reviews.incidents import queries
from services.reviews.incidents.domain import Do, Harm, Status, step
from services.reviews.incidents.models import Incident, IncidentChild, IncidentParty
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from shared import clocks, kept_clocks, rules
from shared.acting import By
from shared.child_records.commands import hold
from shared.children import AgeBand, IdentifierType
from shared.clocks import Clock, ClockRefused
from shared.contracts import incidents as events
from shared.db import Tx
from shared.deadlines import due
from shared.etag import must_match
from shared.events import Cause, causes_from
from shared.outbox import emit
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms

NOUN = "reviews.incident"
RULE = "serious_incident_notification"
BATCH = 100
DECIDED = frozenset(
    {events.IncidentNotified, events.IncidentNotNotified, events.IncidentWithdrawn, events.IncidentConcluded}
)
"""What whoever referred a case is told of; of a joined one she hears where it goes on."""


@dataclass(frozen=True, kw_only=True)
class ChildGiven:
    """A child as it is described: by the numbers that are known of it, which may be none, and by what came to it."""

    identifiers: tuple[tuple[IdentifierType, str], ...]
    age_band: AgeBand
    harm: Harm
    looked_after: bool


async def begin(tx: Tx, by: By, incident_id: UUID, do: Do) -> Row[Any]:
    """Lock the case in the version that the caller read, and see that this can be done now."""
    assert by.principal is not None, "a case is moved by a person"
    row = await queries.for_update(tx, by.principal, by.reach, incident_id)
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
    """Write the case's new state and the history of what led to it; the row as it is now."""
    moved_to = {**changed, "status": step(Status(row["status"]), do)}
    return await queries.HISTORY.write(tx, by, row, do, moved_to, text=text, facts=facts)


async def publish(tx: Tx, row: Mapping[str, Any], event: type[events.IncidentEvent], **more: Any) -> None:
    """Tell what happened, to all whom the incident is for."""
    facts = {name: row[name] for name in ("reference", "status", "harm", "council_id")}
    facts |= {
        "subject": str(row["id"]),
        "concerned_agency_ids": await queries.parties(tx, row["id"]),
        "at": tx.now,
    }
    await emit(tx, event(**facts, **more), causes=causes_from(row["causes"]))
    if event in DECIDED:
        about, told = Cause(NOUN, str(row["id"])), {one.agency_id for one in await queries.referrals(tx, row["id"])}
        await write(tx, Occasion.REFERRAL_DECIDED, about, told, reference=row["reference"])


async def conclude(tx: Tx, by: By, row: Row[Any], reason: str) -> None:
    """Say what becomes of a near miss, in place of what was said before; whoever referred it hears."""
    said = {"decision_reason": reason, "decided_at": tx.now}
    after = await finish(tx, by, row._asdict(), Do.CONCLUDE, said, text=reason)
    await publish(tx, after, events.IncidentConcluded)


async def make_party(tx: Tx, row: Mapping[str, Any], agencies: set[str]) -> None:
    """Make agencies party to an incident: from now on it is theirs to see."""
    parties = [
        {"agency_id": one, "recorded_at": row["recorded_at"], "incident_id": row["id"]} for one in sorted(agencies)
    ]
    await tx.execute(upsert(IncidentParty).on_conflict_do_nothing(), parties)


async def concern(
    tx: Tx, incident_id: UUID, children: Sequence[ChildGiven], pseudonyms: Pseudonyms, *, first: int
) -> None:
    """Link an incident to children, numbered from `first`. Invalid where one stands there already.

    Where one's numbers belong to two children of ours, it is linked to the first, and a person is asked whether they are one.
    """
    if not children:
        return
    await hold(tx, [pair for child in children for pair in child.identifiers], pseudonyms)
    standing = {child.child_id for child in await queries.children(tx, [incident_id])}
    present = set((await CHILDREN.roots(tx, standing)).values())
    rows: list[dict[str, Any]] = []
    perhaps: dict[UUID, list[UUID]] = {}
    for index, described in enumerate(children):
        child_id, given, perhaps[child_id] = await CHILDREN.find_or_add(tx, described.identifiers, pseudonyms)
        if child_id in present:
            raise Invalid.field(f"children.{index}", "repeated", "This child stands in the list already.")
        present.add(child_id)
        rows.append(
            {
                "incident_id": incident_id,
                "number": first + index,
                "child_id": child_id,
                "pseudonym": given[0] if given else None,
                "given": given,
                "age_band": described.age_band,
                "harm": described.harm,
                "looked_after": described.looked_after,
            }
        )
    await tx.execute(insert(IncidentChild), rows)
    for child_id, others in perhaps.items():
        await CHILDREN.suggest(tx, child_id, others, incident_id=incident_id)


def occurrences(row: Mapping[str, Any]) -> dict[str, datetime]:
    """The events from which the council's time may be counted, as far as they have happened."""
    found = {
        "council_aware": row["council_aware_at"],
        "abuse_suspected": row["abuse_suspected_at"],
        # What was referred before the council knew of anything serious was another thing.
        "case_referred": row["recorded_at"] if row["recorded_at"] >= row["council_aware_at"] else None,
    }
    return {event: happened for event, happened in found.items() if happened}


def begun(tx: Tx, by: By, row: Mapping[str, Any]) -> Clock:
    """The council's clock, which runs from the earliest of its possible starts."""
    rule = rules.rule_on(RULE, rules.calendar().date_of(tx.now)).rule
    return clocks.start(rule, occurrences(row), rules.calendar(), at=tx.now, by=by.subject)


def begun_anew(tx: Tx, by: By, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a duty that begins now, whatever the council was told before: what makes it one has become known."""
    aware = {"council_aware_at": tx.now}
    undecided = dict.fromkeys(("decided_at", "decision_reason", "overdue_at"))
    return aware | undecided | timed(begun(tx, by, {**row, **aware}))


def another_form(tx: Tx) -> dict[str, Any]:
    """The columns of a duty to submit another form: as much time as for the first, which keeps its clock."""
    rule = rules.rule_on(RULE, rules.calendar().date_of(tx.now)).rule
    return {"due_at": due(rule, tx.now, rules.calendar()), "overdue_at": None}


def moved(
    tx: Tx, by: By, clock: Clock, happened: Mapping[str, datetime], start: str, why: str, approver: str | None
) -> Clock:
    """The clock counted from another start. Invalid, in the clock's own words, where that may not be."""
    rule = rules.rule(clock.rule, clock.rule_version).rule
    try:
        return clocks.recalculate(
            clock,
            rule,
            rules.calendar(),
            at=tx.now,
            by=by.subject,
            why=why,
            events=happened,
            chosen=start,
            approver=approver,
        )
    except ClockRefused as failure:
        field = "approved_by" if failure.code == "approver_needed" else "start"
        raise kept_clocks.refused(failure, field) from None


def stopped(clock: Clock, at: datetime, by: By) -> Clock:
    """The clock with what was left when the duty was done."""
    rule = rules.rule(clock.rule, clock.rule_version).rule
    return clocks.stop(clock, rule, rules.calendar(clock.calendar_version), at=at, by=by.subject)


def timed(clock: Clock) -> dict[str, Any]:
    """The columns of a clock; a due date while it runs."""
    return {"clock": kept_clocks.kept(clock), "due_at": None if clock.stopped else clock.target}


async def tell_overdue(tx: Tx) -> int:
    """Tell, once for each date, of incidents whose time has run out undecided; how many in this batch."""
    waiting = Incident.due_at < tx.now, Incident.overdue_at.is_(None)
    statement = select(*queries.COLUMNS).where(*waiting).order_by(Incident.due_at).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(Incident).where(Incident.id == row.id).values(overdue_at=tx.now))
        await publish(tx, row._asdict(), events.IncidentOverdue, due_at=row.due_at)
        told = {"reference": row.reference, "due": row.due_at}
        about = Cause(NOUN, str(row.id))
        await write(tx, Occasion.NOTIFICATION_OVERDUE, about, [row.council_id], business_unit=True, **told)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next of them runs out."""
    found: datetime | None = await tx.scalar(select(func.min(Incident.due_at)).where(Incident.overdue_at.is_(None)))
    return found


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Make an ended agency's successors party to what was its own; a council's live duties become its first one's."""
    theirs = Incident.id.in_(select(IncidentParty.incident_id).where(IncidentParty.agency_id == agency_id))
    rows = await tx.rows(select(*queries.COLUMNS).where(theirs).with_for_update()) if successor_ids else ()
    for row in rows:
        await make_party(tx, row._asdict(), set(successor_ids))
        if row.council_id == agency_id:
            moved_duty = update(Incident).where(Incident.id == row.id)
            await tx.execute(moved_duty.values(council_id=successor_ids[0], version=row.version + 1))
    return len(rows)
