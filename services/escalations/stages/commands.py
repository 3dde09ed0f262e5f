"""Opens and ends stages, and starts and stops their clocks, inside the transaction of whoever moves the escalation."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, case, update

from services.escalations.ladders.domain import Duty, Priority, Stage
from services.escalations.stages.domain import Started, margin
from services.escalations.stages.models import BINDING, ClockEntry, StageEntry
from services.escalations.stages.queries import running, still_running
from shared.calendar import Calendar
from shared.db import Tx, new_id

SILENCE = "silence"  # the word by which a stage ended that nobody answered
_STOP = (
    update(ClockEntry)
    .where(ClockEntry.id == bindparam("clock_id"))
    .values(margin=bindparam("left"), late=bindparam("was_late"))
)


async def open_stage(
    tx: Tx,
    escalation_id: UUID,
    number: int,
    *,
    stage: Stage,
    priority: Priority,
    opened_at: datetime,
    opened_by: str,
    receiving_agency_id: str | None,
    clocks: Iterable[Started],
    skipped: Collection[int] = (),
    skip_reason: str | None = None,
) -> None:
    """Enter a stage and start its clocks."""
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
    await tx.add(StageEntry, entry)
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
            "calendar_version": clock.calendar_version,
            "started_at": opened_at,
            "due_at": clock.due_at,
        }
        for clock in clocks
    ]
    await tx.add(ClockEntry, rows)


async def note(tx: Tx, escalation_id: UUID, number: int, **facts: object) -> None:
    """Write what happened at a stage into its columns."""
    await tx.execute(
        update(StageEntry).where(StageEntry.escalation_id == escalation_id, StageEntry.number == number).values(**facts)
    )


async def stop_clocks(
    tx: Tx, escalation_id: UUID, number: int, duties: Collection[Duty], at: datetime, by: str, calendar: Calendar
) -> None:
    """Stop the running clocks of these duties as done at `at`, each with its margin."""
    stopped = [
        {
            "clock_id": clock.id,
            "left": margin(clock.binding_at, at, clock.rule.rsplit(" ", 1)[-1], calendar),
            "was_late": at > clock.binding_at,
        }
        for clock in await running(tx, escalation_id, number, duties)
    ]
    if stopped:
        await tx.execute(_STOP.values(stopped_at=at, stopped_by=by), stopped)


async def agree(tx: Tx, escalation_id: UUID, number: int, duty: Duty, at: datetime) -> None:
    """Set the date on which both sides have agreed beside the rule's: the earlier of the two binds, and is reminded of."""
    clock = update(ClockEntry).where(*still_running(escalation_id, number), ClockEntry.duty == duty)
    await tx.execute(clock.values(agreed_due_at=at, reminded_at=None))


async def breach(tx: Tx, clock_id: UUID, at: datetime) -> bool:
    """Mark a clock as run out; False where its duty was done in the meantime."""
    running = update(ClockEntry).where(ClockEntry.id == clock_id, ClockEntry.stopped_at.is_(None))
    return bool((await tx.execute(running.values(breached_at=at))).rowcount)


async def abandon_clocks(tx: Tx, escalation_id: UUID, number: int, at: datetime, by: str) -> None:
    """End what still runs at a stage that is over: late where its time had run out, and counted nowhere else.

    A stage that goes on through silence ends at the very instant at which its answer was due: no answer is late.
    """
    run_out = at >= BINDING if by == SILENCE else at > BINDING
    ends = update(ClockEntry).where(*still_running(escalation_id, number))
    await tx.execute(ends.values(stopped_at=at, stopped_by=by, late=case((run_out, True))))


async def hand_over(tx: Tx, escalation_id: UUID, agency_id: str, successor_id: str) -> None:
    """What an agency still owes at a matter its successor owes."""
    owed = (
        ClockEntry.escalation_id == escalation_id,
        ClockEntry.agency_id == agency_id,
        ClockEntry.stopped_at.is_(None),
    )
    await tx.execute(update(ClockEntry).where(*owed).values(agency_id=successor_id))


async def end_stage(tx: Tx, escalation_id: UUID, number: int, at: datetime, by: str, **facts: object) -> None:
    """End a stage and what still runs at it, with what happened there last."""
    await note(tx, escalation_id, number, ended_at=at, ended_by=by, **facts)
    await abandon_clocks(tx, escalation_id, number, at, by)
