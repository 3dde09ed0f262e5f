"""Opens and ends stages, and starts and stops their clocks, inside the transaction of whoever moves the escalation."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from services.escalations.ladders.domain import Duty, Ladder, Priority, Stage
from services.escalations.stages.domain import clocks_of, margin
from services.escalations.stages.models import BINDING, ClockEntry, StageEntry
from shared.calendar import Calendar
from shared.db import Tx, new_id

SILENCE = "silence"  # the word by which a stage ended that nobody answered


async def open_stage(
    tx: Tx,
    escalation_id: UUID,
    number: int,
    *,
    ladder: Ladder,
    stage: Stage,
    priority: Priority,
    opened_at: datetime,
    opened_by: str,
    receiving_agency_id: str | None,
    calendar: Calendar,
    skipped: Collection[int] = (),
    skip_reason: str | None = None,
) -> datetime:
    """Enter a stage and start its clocks; when the answer is due."""
    entry = {
        "escalation_id": escalation_id,
        "number": number,
        "order": stage.order,
        "name": stage.name,
        "opened_at": opened_at,
        "opened_by": opened_by,
        "receiving_agency_id": receiving_agency_id,
        "priority": priority,
        "skipped_orders": list(skipped),
        "skip_reason": skip_reason,
    }
    await tx.execute(insert(StageEntry), entry)
    clocks = clocks_of(ladder, stage, priority, opened_at, receiving_agency_id, calendar)
    rows = [
        {
            "id": new_id(),
            "escalation_id": escalation_id,
            "stage_number": number,
            "stage_order": stage.order,
            "duty": clock.duty,
            "priority": priority,
            "agency_id": clock.agency_id,
            "on_breach": clock.on_breach,
            "rule": clock.rule,
            "calendar_version": calendar.version,
            "started_at": opened_at,
            "due_at": clock.due_at,
        }
        for clock in clocks
    ]
    await tx.execute(insert(ClockEntry), rows)
    return next(clock.due_at for clock in clocks if clock.duty is Duty.RESPOND)


async def note(tx: Tx, escalation_id: UUID, number: int, **facts: object) -> None:
    """Write what happened at a stage into its columns."""
    await tx.execute(
        update(StageEntry).where(StageEntry.escalation_id == escalation_id, StageEntry.number == number).values(**facts)
    )


async def stop_clocks(
    tx: Tx, escalation_id: UUID, number: int, duties: Collection[Duty], at: datetime, by: str, calendar: Calendar
) -> None:
    """Stop the running clocks of these duties as done at `at`, each with its margin."""
    for clock in await _running(tx, escalation_id, number, duties):
        left = margin(clock.binding_at, at, clock.rule.rsplit(" ", 1)[-1], calendar)
        await _stop(tx, clock.id, stopped_at=at, stopped_by=by, margin=left, late=at > clock.binding_at)


async def breach(tx: Tx, clock_id: UUID, at: datetime) -> bool:
    """Mark a clock as run out; False where its duty was done in the meantime."""
    running = update(ClockEntry).where(ClockEntry.id == clock_id, ClockEntry.stopped_at.is_(None))
    return bool((await tx.execute(running.values(breached_at=at))).rowcount)


async def abandon_clocks(tx: Tx, escalation_id: UUID, number: int, at: datetime, by: str) -> None:
    """End what still runs at a stage that is over: late where its time had run out, and counted nowhere else.

    A stage that goes on through silence ends at the very instant at which its answer was due: no answer is late.
    """
    for clock in await _running(tx, escalation_id, number, tuple(Duty)):
        late = at > clock.binding_at or (by == SILENCE and at == clock.binding_at)
        await _stop(tx, clock.id, stopped_at=at, stopped_by=by, late=True if late else None)


async def end_stage(tx: Tx, escalation_id: UUID, number: int, at: datetime, by: str) -> None:
    """End a stage and what still runs at it."""
    await note(tx, escalation_id, number, ended_at=at, ended_by=by)
    await abandon_clocks(tx, escalation_id, number, at, by)


async def _running(tx: Tx, escalation_id: UUID, number: int, duties: Collection[Duty]) -> Sequence[Row[Any]]:
    statement = select(ClockEntry.id, ClockEntry.rule, BINDING.label("binding_at")).where(
        ClockEntry.escalation_id == escalation_id,
        ClockEntry.stage_number == number,
        ClockEntry.duty.in_(list(duties)),
        ClockEntry.stopped_at.is_(None),
    )
    return await tx.rows(statement)


async def _stop(tx: Tx, clock_id: UUID, **facts: object) -> None:
    await tx.execute(update(ClockEntry).where(ClockEntry.id == clock_id).values(**facts))
