"""Changes learning points: each command locks the point, decides, writes its history and emits what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.escalations import queries as escalations
from services.escalations.escalations.commands import By
from services.escalations.escalations.domain import Status as EscalationStatus
from services.escalations.escalations.domain import quarantines
from services.escalations.escalations.models import Party
from services.escalations.ladders.domain import Priority
from services.escalations.ladders.queries import ladder
from services.escalations.learning import queries
from services.escalations.learning.domain import Do, Route, Status, check_owner, is_late, must_take, step, take_by
from services.escalations.learning.models import LearningAction, LearningParty, LearningPoint
from services.escalations.letters import commands as letters
from services.escalations.register.models import REGISTER
from services.escalations.rulebook import CALENDAR, rule_on
from shared.acting import AS_RULED
from shared.contracts import escalations as events
from shared.contracts.governance_actions import ActionEvent
from shared.days import LONDON, today
from shared.db import Tx, new_id
from shared.deadlines import due
from shared.etag import must_match
from shared.events import Cause
from shared.moves import NotNow
from shared.outbox import emit
from shared.problems import Invalid

NOUN = "escalations.learning"
RETENTION = "learning"
BATCH = 100


@dataclass(frozen=True)
class Aim:
    """Where a learning point goes, whose it is there, and an earlier day than the rule's."""

    route: Route
    owner_agency_id: str | None
    owner_body_id: str | None
    take_by: date | None


async def draw(tx: Tx, by: By, escalation_id: UUID, *, text: str, aim: Aim, learning_id: UUID | None = None) -> UUID:
    """Draw a learning point from an escalation that the caller may see; its id. Invalid for an aim that contradicts itself."""
    matter = await escalations.get(tx, by.principal, by.reach, escalation_id)
    if matter.status == EscalationStatus.REDIRECTED:
        raise NotNow("This was no escalation, and went elsewhere: learning is drawn there.")
    quarantines(Priority.STANDARD, by.doubts)
    aimed, rule = await _aimed(tx, aim)
    learning_id = learning_id or new_id()
    row = aimed | {
        "id": learning_id,
        "escalation_id": escalation_id,
        "version": 1,
        "status": Status.NO_LEARNING if aim.route is Route.NONE else Status.RECORDED,
        "text": text,
        "agency_id": by.principal.agency_id,
        "recorded_at": tx.now,
        "retention_class": RETENTION,
    }
    await tx.add(LearningPoint, row)
    parties = await tx.rows(select(Party.agency_id).where(Party.escalation_id == escalation_id))
    await _make_party(tx, row, {party.agency_id for party in parties} | {aim.owner_agency_id})
    await queries.HISTORY.append(tx, by, row, Do.DRAW, rule=rule)
    if aim.route is not Route.NONE:
        await _publish(tx, row, events.LearningRecorded)
    return learning_id


async def route(tx: Tx, by: By, learning_id: UUID, *, aim: Aim, reason: str) -> None:
    """Send it elsewhere, with a new day; the old one stays in its history."""
    row = await _begin(tx, by, learning_id, Do.ROUTE)
    if aim.route is Route.NONE:
        raise Invalid.field("route", "none", "What was found to be learning is taken and closed, with what it changed.")
    aimed, rule = await _aimed(tx, aim)
    after = await _finish(tx, by, row, Do.ROUTE, aimed | {"not_taken_at": None}, text=reason, rule=rule)
    await _make_party(tx, after, {aim.owner_agency_id})
    await _publish(tx, after, events.LearningRouted)


async def take(tx: Tx, by: By, learning_id: UUID, *, text: str, taken_as: Cause | None) -> None:
    """Those to whom it goes take it up, perhaps as a record of their own."""
    row = await _begin(tx, by, learning_id, Do.TAKE)
    as_data = {"type": taken_as.type, "id": taken_as.id} if taken_as else None
    after = await _finish(tx, by, row, Do.TAKE, {"taken_at": tx.now, "taken_as": as_data}, text=text)
    late = is_late(row.take_by, tx.now)
    await _publish(tx, after, events.LearningTaken, late=late, taken_as=as_data)


async def close(tx: Tx, by: By, learning_id: UUID, *, changed: bool, text: str) -> None:
    """It is at its end: whether anything changed by it, and what."""
    row = await _begin(tx, by, learning_id, Do.CLOSE)
    after = await _finish(tx, by, row, Do.CLOSE, {"closed_at": tx.now, "changed": changed}, text=text)
    await _publish(tx, after, events.LearningClosed, changed=changed)


async def tell_not_taken(tx: Tx) -> int:
    """Tell, once, of each learning point that nobody has taken by its day; how many in this batch."""
    overdue = (*_waiting(), LearningPoint.take_by < today(tx.now))
    statement = select(*queries.ALL).where(*overdue).order_by(LearningPoint.take_by, LearningPoint.id)
    rows = await tx.rows(statement.limit(BATCH).with_for_update())
    for row in rows:
        await tx.execute(update(LearningPoint).where(LearningPoint.id == row.id).values(not_taken_at=tx.now))
        await _publish(tx, row._asdict(), events.LearningNotTaken)
    return len(rows)


async def next_not_taken(tx: Tx) -> datetime | None:
    """When the next day ends by which a learning point was to be taken."""
    day: date | None = await tx.scalar(select(func.min(LearningPoint.take_by)).where(*_waiting()))
    return datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC) if day else None


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand what an ended agency still had to learn to its first successor; how many."""
    if not successor_ids:
        return 0
    live = LearningPoint.status.in_([Status.RECORDED, Status.TAKEN])
    statement = select(*queries.ALL).where(live, LearningPoint.owner_agency_id == agency_id).with_for_update()
    rows = await tx.rows(statement)
    for row in rows:
        changed = {"owner_agency_id": successor_ids[0]}
        after = await queries.HISTORY.write(tx, AS_RULED, row._asdict(), Do.SUCCEED, changed, rule=None)
        await _make_party(tx, after, {successor_ids[0]})
        await _publish(tx, after, events.LearningSucceeded, ended_agency_id=agency_id)
        matter = await escalations.locked(tx, row.escalation_id)
        steps = await ladder(tx, matter.ladder_code, matter.ladder_version)
        await letters.pass_on_learning(tx, dict(matter._mapping), successor_ids[0], steps)
    return len(rows)


async def hear(tx: Tx, event: ActionEvent, causes: Sequence[Cause]) -> None:
    """Keep how an action stands that came of a learning point. What is older than what is known changes nothing."""
    known = select(LearningAction.learning_id).where(LearningAction.action_id == event.subject)
    of = next((cause.id for cause in causes if cause.type == NOUN), None) or await tx.scalar(known)
    if of is None:
        return
    stands = {
        "reference": event.reference,
        "status": event.status,
        "lead_agency_id": event.lead_agency_id,
        "due_on": event.due_on,
        "heard_at": event.at,
    }
    row = upsert(LearningAction).values(action_id=event.subject, learning_id=UUID(str(of)), **stands)
    newer = LearningAction.heard_at <= event.at
    await tx.execute(row.on_conflict_do_update(index_elements=["action_id"], set_=stands, where=newer))


def _waiting() -> tuple[Any, Any]:
    return LearningPoint.status == Status.RECORDED, LearningPoint.not_taken_at.is_(None)


async def _aimed(tx: Tx, aim: Aim) -> tuple[dict[str, Any], str | None]:
    """The columns of an aim whose owner exists, and the rule by which its day was given."""
    check_owner(aim.route, aim.owner_agency_id, aim.owner_body_id)
    day = today(tx.now)
    if aim.owner_agency_id:
        await REGISTER.names_of(tx, {"owner_agency_id": aim.owner_agency_id}, day)
    if aim.owner_body_id:
        await REGISTER.must_stand(tx, "owner_body_id", aim.owner_body_id, day)
    columns = {
        "route": aim.route,
        "owner_agency_id": aim.owner_agency_id,
        "owner_body_id": aim.owner_body_id,
        "take_by": None,
    }
    if aim.route is Route.NONE:
        return columns, None
    rule = rule_on(f"learning_taken_{aim.route}", day)
    rule_day = CALENDAR.date_of(due(rule, tx.now, CALENDAR))
    said = f"{rule.code}/{rule.version}: {rule.amount} {rule.unit}, calendar {CALENDAR.version}"
    return columns | {"take_by": take_by(rule_day, aim.take_by, tx.now)}, said


async def _begin(tx: Tx, by: By, learning_id: UUID, do: Do) -> Row[Any]:
    """Lock the point, and decide whether this caller may do this now."""
    row = await queries.for_update(tx, by.principal, by.reach, learning_id)
    must_match(by.if_match, row.version)
    if do is not Do.ROUTE:
        must_take(Route(row.route), row.owner_agency_id, by.principal)
    step(Status(row.status), do)
    quarantines(Priority.STANDARD, by.doubts)
    return row


async def _finish(
    tx: Tx, by: By, row: Row[Any], do: Do, changed: Mapping[str, Any], *, text: str, rule: str | None = None
) -> dict[str, Any]:
    """Write the point's new state and the history of what led to it; the row as it is now."""
    moved_to = {**changed, "status": step(Status(row.status), do)}
    return await queries.HISTORY.write(tx, by, row._asdict(), do, moved_to, text=text, rule=rule)


async def _make_party(tx: Tx, row: Mapping[str, Any], agencies: set[str | None]) -> None:
    rows = [
        {"agency_id": one, "recorded_at": row["recorded_at"], "learning_id": row["id"]}
        for one in sorted(filter(None, agencies))
    ]
    if rows:
        await tx.execute(upsert(LearningParty).on_conflict_do_nothing(), rows)


async def _publish(tx: Tx, row: Mapping[str, Any], event: type[events.LearningEvent], **more: Any) -> None:
    kept = ("status", "route", "owner_agency_id", "owner_body_id", "take_by")
    facts = {name: row[name] for name in kept} | {
        "subject": str(row["id"]),
        "escalation_id": str(row["escalation_id"]),
        "at": tx.now,
    }
    cause = Cause("escalations.escalation", str(row["escalation_id"]))
    await emit(tx, event(**facts, **more), causes=[cause])
