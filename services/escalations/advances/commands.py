"""Takes a challenge to another stage, for whatever reason, or to another agency; and lets duties run out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.escalations.escalations import queries
from services.escalations.escalations.commands import (
    By,
    begin,
    facts_now,
    facts_of,
    finish,
    make_party,
    publish,
)
from services.escalations.escalations.domain import (
    AWAITING_ANSWER,
    Do,
    Status,
    must_be_safe,
    next_stage,
    skip_to,
    step,
)
from services.escalations.ladders.domain import Duty, Ladder, OnBreach, Priority, Stage
from services.escalations.ladders.queries import ladder
from services.escalations.register.models import REGISTER
from services.escalations.rulebook import CALENDAR
from services.escalations.stages import queries as stages
from services.escalations.stages.commands import breach, end_stage, open_stage
from services.escalations.stages.domain import answer_due, clocks_of
from shared.calendar import Calendar
from shared.contracts import escalations as events
from shared.days import today
from shared.db import Tx
from shared.problems import Invalid

BATCH = 100


async def advance(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, text: str) -> None:
    """To the next stage, because the answer does not resolve it or has not come. LastStage at the top."""
    row, steps, _ = await begin(tx, by, escalation_id, Do.ADVANCE)
    await climb(tx, by, row, steps, next_stage(steps, row.stage_order), Do.ADVANCE, tx.now, calendar, text=text)


async def skip(
    tx: Tx,
    by: By,
    escalation_id: UUID,
    calendar: Calendar,
    *,
    to_stage: int,
    reason: str,
    safety_action: str | None = None,
) -> None:
    """Past one or several stages, because a child is at immediate risk; the reason is kept, and what was done at once.

    From then on the matter is immediate, whatever it was raised as: its clocks run through the night, and who is on duty
    then is told. Invalid where nobody has said yet what was done to keep the child safe.
    """
    row, steps, _ = await begin(tx, by, escalation_id, Do.SKIP)
    to = skip_to(steps, row.stage_order, to_stage)
    done = must_be_safe(safety_action or row.safety_action)
    changed = {"priority": Priority.IMMEDIATE, "safety_action": done}
    await climb(tx, by, row, steps, to, Do.SKIP, tx.now, calendar, text=reason, changed=changed)


async def pass_on(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, to: str, reason: str) -> None:
    """To the agency that it really concerns: the same stage opens again with that one, and its clock starts now."""
    row, steps, status = await begin(tx, by, escalation_id, Do.PASS_ON)
    if to in {row.raising_agency_id, row.receiving_agency_id}:
        raise Invalid.field("receiving_agency_id", "same_agency", "Pass it on to an agency that is not party already.")
    day = today(tx.now)
    name = (await REGISTER.names_of(tx, {"receiving_agency_id": to}, day))["receiving_agency_id"]
    await make_party(tx, row.id, row.raised_at, {to})
    left = {"from": row.receiving_agency_id, "from_name": row.receiving_name}
    theirs = {"receiving_agency_id": to, "receiving_name": name}
    stage = steps.stage(row.stage_order)
    due_at = await enter(
        tx, by, row, steps, stage, Do.PASS_ON, tx.now, calendar, text=reason, facts=left, changed=theirs
    )
    facts = facts_now(tx, row, status) | {"receiving_agency_id": to}
    await publish(tx, row, events.EscalationPassedOn(**facts, from_agency_id=row.receiving_agency_id, due_at=due_at))


async def climb(
    tx: Tx,
    by: By | None,
    row: Row[Any],
    steps: Ladder,
    to: Stage,
    do: Do,
    at: datetime,
    calendar: Calendar,
    text: str | None = None,
    changed: Mapping[str, Any] | None = None,
) -> None:
    """To a higher stage, for whatever reason; `changed` are columns that this changes besides."""
    due_at = await enter(tx, by, row, steps, to, do, at, calendar, text=text, changed=changed)
    facts = facts_of({**row._mapping, **(changed or {})}, Status.OPEN, to.order, at)
    event = events.EscalationAdvanced(**facts, from_stage_order=row.stage_order, by=do, due_at=due_at)
    await publish(tx, row, event, changed)
    await call_votes(tx, row, to, at, due_at, changed)


async def enter(
    tx: Tx,
    by: By | None,
    row: Row[Any],
    steps: Ladder,
    to: Stage,
    do: Do,
    at: datetime,
    calendar: Calendar,
    *,
    text: str | None = None,
    facts: Mapping[str, Any] | None = None,
    changed: Mapping[str, Any] | None = None,
) -> datetime:
    """End the present stage and open another, or the same one again; when an answer, or the votes, are due there."""
    number, skipped = row.stage_number + 1, list(range(row.stage_order + 1, to.order))
    after = {**row._mapping, **(changed or {})}
    priority, receiving = Priority(after["priority"]), after["receiving_agency_id"]
    clocks = clocks_of(steps, to, priority, at, receiving, calendar)
    due_at = answer_due(clocks)
    await end_stage(tx, row.id, row.stage_number, at, do)
    await open_stage(
        tx,
        row.id,
        number,
        stage=to,
        priority=priority,
        opened_at=at,
        opened_by=do,
        receiving_agency_id=receiving,
        clocks=clocks,
        skipped=skipped,
        skip_reason=text if skipped else None,
    )
    entered = {"stage_number": number, "stage_order": to.order, "stage_decided_by": to.decided_by, "due_at": due_at}
    told = {"skipped": skipped, **(facts or {})}
    await finish(tx, by, row, do, Status.OPEN, text=text, at=at, facts=told, changed={**(changed or {}), **entered})
    return due_at


async def call_votes(
    tx: Tx, row: Row[Any], stage: Stage, at: datetime, due_at: datetime, changed: Mapping[str, Any] | None = None
) -> None:
    """Tell that the three statutory partners are to decide, where the stage is theirs."""
    if stage.decided_by:
        facts = facts_of({**row._mapping, **(changed or {})}, Status.OPEN, stage.order, at)
        event = events.DecisionOpened(**facts, decided_by=stage.decided_by, due_at=due_at)
        await publish(tx, row, event, changed)


async def run_out(tx: Tx) -> int:
    """Tell of the duties that ran out, the earliest first, and take what nobody answered to the next stage."""
    clocks = await stages.run_out(tx, tx.now, BATCH)
    for clock in clocks:
        await _run_out(tx, clock)
    return len(clocks)


async def run_out_of(tx: Tx, escalation_id: UUID, until: datetime) -> None:
    """Let time pass for one matter until an instant: each duty that runs out on the way does so at its own."""
    while clocks := await stages.run_out(tx, until, 1, escalation_id):
        tx.now = clocks[0].binding_at
        await _run_out(tx, clocks[0])


async def next_run_out(tx: Tx) -> datetime | None:
    """When the next duty runs out: the moment after its due instant, for an answer on that instant is in time."""
    due_at = await stages.next_due(tx)
    return due_at + timedelta(microseconds=1) if due_at else None


async def _run_out(tx: Tx, clock: Row[Any]) -> None:
    row = await queries.locked(tx, clock.escalation_id)
    if not await breach(tx, clock.id, clock.binding_at):
        return  # it was done while we waited for the lock
    facts = facts_of(row._mapping, Status(row.status), row.stage_order, clock.binding_at)
    await publish(tx, row, events.EscalationOverdue(**facts, duty=clock.duty, due_at=clock.binding_at))
    silent = clock.duty == Duty.RESPOND and clock.on_breach == OnBreach.ADVANCE and row.status in AWAITING_ANSWER
    if silent and clock.stage_number == row.stage_number:
        await _fall_silent(tx, row, clock.binding_at, CALENDAR)


async def _fall_silent(tx: Tx, row: Row[Any], due_at: datetime, calendar: Calendar) -> None:
    """To the next stage because nobody answered by `due_at`; the new stage opens at that very instant.

    Silence at the last stage is kept in the history, and the matter stays there, overdue.
    """
    steps = await ladder(tx, row.ladder_code, row.ladder_version)
    step(Status(row.status), Do.SILENCE)
    if row.stage_order == steps.last:
        await finish(tx, None, row, Do.SILENCE, Status(row.status), at=due_at, facts={"last_stage": True})
        return
    await climb(tx, None, row, steps, next_stage(steps, row.stage_order), Do.SILENCE, due_at, calendar)
