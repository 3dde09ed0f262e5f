"""What every move of an action does: lock it, decide, write it with its history and how it is delayed, and emit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, update

from services.governance.actions import queries
from services.governance.actions.domain import (
    OPEN,
    RUNNING,
    Beside,
    Do,
    NotYours,
    Status,
    awaits,
    content,
    date_running,
    must_work,
    pin,
    step,
)
from services.governance.actions.models import Action
from services.governance.delays.domain import Course, Wait, drifts, late_after
from services.governance.letters.commands import write
from services.governance.letters.domain import Occasion
from services.governance.letters.queries import herself
from services.governance.memberships.queries import sittings
from services.governance.plans import queries as plans
from services.governance.plans.domain import Phase, Signing
from services.governance.rulebook import CALENDAR, rule_on
from shared.acting import AS_RULED, By
from shared.contracts import governance_actions as events
from shared.days import DAY, day_begins, months_later, today
from shared.db import Tx
from shared.etag import must_match
from shared.events import Cause, causes_from
from shared.moves import NotNow
from shared.outbox import emit
from shared.policy import Scope

TYPE = "governance.action"
BATCH = 100
TELLS: Mapping[type[events.ActionEvent], Occasion] = {
    events.ActionAgreed: Occasion.ACTION_ASSIGNED,
    events.ActionUpdateDue: Occasion.ACTION_UPDATE_ASKED,
    events.ActionDrifting: Occasion.ACTION_DRIFTING,
    events.ActionDueDateRefused: Occasion.ACTION_DATE_REFUSED,
    events.ActionReturned: Occasion.ACTION_RETURNED,
    events.ActionActivitySigned: Occasion.ACTION_SIGNED,
    events.ActionModerated: Occasion.ACTION_SIGNED,
    events.ActionImpactSigned: Occasion.ACTION_SIGNED,
    events.ActionClosed: Occasion.ACTION_CLOSED,
    events.ActionReopened: Occasion.ACTION_REOPENED,
}


SIGNED_AS: Mapping[type[events.ActionEvent], str] = {
    events.ActionActivitySigned: "the activity is complete",
    events.ActionModerated: "the evidence of the activity is sound",
    events.ActionImpactSigned: "practice has improved",
}


async def begin(tx: Tx, by: By, action_id: UUID, *, works: bool = False, adds: bool = False) -> Row[Any]:
    """Lock the action in the version that the caller read, and see that her grants reach it.

    `works`: that it is hers to do. `adds`: something is added, which needs no version. ActionNotFound where she may not
    read it; NotYours where she may, and this is for others.
    """
    assert by.principal
    row = await queries.for_update(tx, by.principal, action_id)
    if not adds:
        must_match(by.if_match, row.version)
    if works:
        must_work(by.principal, row.owner_id, row.lead_agency_id)
    await _must_reach(tx, by, row)
    return row


async def finish(
    tx: Tx,
    by: By,
    row: Row[Any],
    did: Do | Beside,
    *,
    text: str | None = None,
    changed: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    told: type[events.ActionEvent] | None = None,
    tells: Mapping[str, Any] | None = None,
    causes: Sequence[Cause] = (),
) -> dict[str, Any]:
    """Write the action's new state, whom it waits for, how it is delayed, and the history; the row as it is now.

    `told` is the event that says so, with what it `tells` beside how the action stands.
    """
    before = dict(row._mapping)
    before.pop("stale", None)
    status = step(Status(row.status), did, signing_of(before)) if isinstance(did, Do) else Status(row.status)
    after = before | dict(changed or {}) | {"status": status, "version": row.version + 1}
    after |= pins(after, [dict(one._mapping) for one in await queries.evidence_of(tx, row.id)])
    after |= _handed_over(after, today(tx.now))
    after |= _delayed(after, tx.now)
    values = {name: value for name, value in after.items() if value != before[name]}
    await tx.execute(update(Action).where(Action.id == row.id).values(**values))
    await remember(tx, by, after, did, text=text, facts=facts)
    if told:
        await tell(tx, after, told, causes, **(tells or {}))
    if after["drifting_since"] and not before["drifting_since"]:
        await tell(tx, after, events.ActionDrifting, moves=len(after["moved_from"]), late_after=after["late_after"])
    return after


async def remember(
    tx: Tx,
    by: By,
    row: Mapping[str, Any],
    did: Do | Beside,
    *,
    text: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append to the history what was done."""
    await queries.HISTORY.append(tx, by, row, did, text=text, facts=plain(facts))


async def tell(
    tx: Tx, row: Mapping[str, Any], event: type[events.ActionEvent], causes: Sequence[Cause] = (), **more: Any
) -> None:
    """Emit an event of an action: its causes are the action's own, and those of this step."""
    names = ("reference", "status", "lead_agency_id", "body_id", "theme", "due_on", "source_type", "source_id")
    facts = {name: row[name] for name in names} | {
        "subject": str(row["id"]),
        "plan_id": str(row["plan_id"]) if row["plan_id"] else None,
        "at": tx.now,
    }
    await emit(tx, event(**facts, **more), causes=[*causes_from(row["causes"]), *causes])
    if event in TELLS:
        await write_to_owner(tx, row, TELLS[event], phase=SIGNED_AS.get(event), due=more.get("update_by"))


async def write_to_owner(tx: Tx, row: Mapping[str, Any], occasion: Occasion, **facts: Any) -> None:
    """Write to an action's owner where she has given an address for a seat, or else to the contact of the agency that leads it."""
    agency_id = row["lead_agency_id"]
    owner = await herself(tx, row["owner_id"], agency_id, today(tx.now))
    told: dict[str, Any] = {"owner": row["owner_name"] or "not named yet", "reference": row["reference"], **facts}
    told["due"] = facts.get("due") or (row["due_on"] if row["status"] in RUNNING else None)
    await write(tx, occasion, Cause(TYPE, str(row["id"])), [agency_id], people=[owner] if owner else (), **told)


async def tell_drifting(tx: Tx) -> int:
    """Tell, once for each time, of the running actions that have begun to drift because a day has ended; how many."""
    day = today(tx.now)
    found = (Action.drifting_since.is_(None), queries.overdue(day))
    statement = select(*queries.ALL).where(*found).order_by(Action.late_after, Action.id).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(Action).where(Action.id == row.id).values(drifting_since=tx.now))
        moves = len(row.moved_from)
        await tell(tx, row._asdict(), events.ActionDrifting, moves=moves, late_after=row.late_after)
    return len(rows)


async def next_drift(tx: Tx) -> datetime | None:
    """The instant at which the next action is late by the end of a day."""
    running = (Action.status.in_(sorted(RUNNING)), Action.drifting_since.is_(None), Action.waiting_since.is_(None))
    day = await tx.scalar(select(func.min(Action.late_after)).where(*running))
    return day_begins(day + DAY) if day else None


async def remind(tx: Tx) -> int:
    """Write, once for each date and as a working day opens, to owners whose last day is near; how many at most a batch."""
    until = _near(tx.now)
    near = (*_UNREMINDED, Action.late_after <= until, Action.late_after >= today(tx.now))
    if not CALENDAR.is_working(tx.now):
        return 0
    rows = await tx.rows(
        select(*queries.ALL).where(*near).order_by(Action.late_after, Action.id).limit(BATCH).with_for_update()
    )
    for row in rows:
        await tx.execute(update(Action).where(Action.id == row.id).values(reminded_for=row.late_after))
        await write_to_owner(tx, row._asdict(), Occasion.ACTION_REMINDED, due=row.late_after)
    return len(rows)


async def next_reminder(tx: Tx) -> datetime | None:
    """When the next owner is reminded."""
    ahead = (*_UNREMINDED, Action.late_after >= today(tx.now))
    day: date | None = await tx.scalar(select(func.min(Action.late_after)).where(*ahead))
    if day is None:
        return None
    lead = rule_on("action_reminded", today(tx.now)).amount
    return max(CALENDAR.due_before_working_days(day, lead) - CALENDAR.day, CALENDAR.next_opening(tx.now))


_UNREMINDED = (
    Action.status.in_(sorted(RUNNING)),
    Action.waiting_since.is_(None),
    or_(Action.reminded_for.is_(None), Action.reminded_for != Action.late_after),
)


def _near(now: datetime) -> date:
    """The last day of which owners are reminded now."""
    lead = rule_on("action_reminded", today(now)).amount
    return CALENDAR.date_of(CALENDAR.due_after_working_days(now, lead))


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand an ended agency's open actions to its first-named successor; how many. The owner is named anew there."""
    if not successor_ids:
        return 0
    theirs = (Action.lead_agency_id == agency_id, Action.status.in_(sorted(OPEN)))
    rows = await tx.rows(select(*queries.ALL).where(*theirs).with_for_update())
    for row in rows:
        facts = {"lead_agency_id": {"from": agency_id, "to": successor_ids[0]}}
        changed = {"lead_agency_id": successor_ids[0], "owner_id": None, "owner_name": None}
        after = await finish(tx, AS_RULED, row, Beside.SUCCEED, changed=changed, facts=facts, told=events.ActionAmended)
        await write_to_owner(tx, after, Occasion.ACTION_ASSIGNED)
    return len(rows)


async def restate(tx: Tx) -> int:
    """Tell every action's present state again; how many."""
    rows = await tx.rows(select(*queries.ALL).order_by(Action.id).with_for_update(read=True))
    for row in rows:
        await tell(tx, row._asdict(), events.ActionRestated)
    return len(rows)


def signing_of(row: Any) -> Signing:
    """The rules under which an action began."""
    return plans.signing(row["signing_code"], row["signing_version"])


def updates_due(rule: Signing, day: date) -> dict[str, date]:
    """Until when the next update is due, and when it is asked for."""
    by = months_later(day, rule.update_months)
    return {"update_by": by, "update_ask_on": by - timedelta(days=rule.update_asked_days)}


def must_run(row: Row[Any]) -> None:
    """NotNow where the action is a proposal still, or over."""
    if Status(row.status) not in RUNNING:
        raise NotNow(f"This action is {row.status}: this is for actions that run.")


def course_of(row: Mapping[str, Any]) -> Course:
    """How an action's date has gone: moves and waits for bodies, the running one among them."""
    waits = [Wait(one["body_id"], _day(one["since"]), _day(one["until"])) for one in row["waits"]]
    if row["waiting_for"]:
        waits.append(Wait(row["waiting_for"], row["waiting_since"]))
    return Course(
        due_on=date_running(row["due_on"], row["measured_by"], row["impact_from"]),
        moved_from=tuple(map(_day, row["moved_from"])),
        waits=tuple(waits),
        running=row["status"] in RUNNING,
    )


def pins(row: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The hashes of what signatures of either phase would be put to now."""
    phases = {"activity_sha256": Phase.ACTIVITY, "impact_sha256": Phase.IMPACT}
    return {name: pin(content(row, evidence, phase)) for name, phase in phases.items()}


def plain(facts: Any) -> Any:
    """Facts as JSON holds them."""
    if isinstance(facts, Mapping):
        return {name: plain(value) for name, value in facts.items()}
    return facts.isoformat() if isinstance(facts, date) else str(facts) if isinstance(facts, UUID) else facts


async def _must_reach(tx: Tx, by: By, row: Row[Any]) -> None:
    """NotYours where the grants for this act do not reach an action that the caller may read."""
    assert by.principal
    held = (
        by.reach.view(Scope.ALL)
        or (by.reach.view(Scope.OWN) and row.lead_agency_id in by.principal.agencies)
        or (by.reach.view(Scope.ASSIGNED) and by.principal.subject == str(row.owner_id))
    )
    if not held and by.reach.view(Scope.BODY):
        held = any(one.body_id in row.body_ids for one in await sittings(tx, by.principal))
    if not held:
        names = await queries.names_of(tx, row.body_ids)
        whose = {
            Scope.OWN: f"who leads on safeguarding at {row.lead_agency_id}" if row.lead_agency_id else None,
            Scope.ASSIGNED: "its owner",
            Scope.BODY: f"those who sit on {' or '.join(sorted(names.values()))}",
        }
        those = [said for scope, said in whose.items() if said and by.reach.view(scope)]
        raise NotYours(f"You may read this action; to do this is for {', or for '.join(those)}.")


def _handed_over(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """For which body's signature the action waits now, and the wait that is over with it."""
    body_id = awaits(Status(row["status"]), signing_of(row), row["body_id"])
    if body_id == row["waiting_for"]:
        return {}
    waits = list(row["waits"])
    if row["waiting_for"]:
        since = row["waiting_since"].isoformat()
        waits.append({"body_id": row["waiting_for"], "since": since, "until": day.isoformat()})
    return {"waits": waits, "waiting_for": body_id, "waiting_since": day if body_id else None}


def _delayed(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Until when the owner is in time, and since when the action drifts, if it does."""
    course = course_of(row)
    drifting = drifts(course, signing_of(row).moves_tolerated, today(now))
    since = (row["drifting_since"] or now) if drifting else None
    return {"late_after": late_after(course), "drifting_since": since}


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None
