"""What time does: duties run out, silence takes a challenge to the next stage, and learning is left lying."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update

from services.escalations.escalations.commands import fall_silent, overdue
from services.escalations.escalations.domain import AWAITING_ANSWER
from services.escalations.escalations.models import Escalation
from services.escalations.ladders.domain import Duty, OnBreach
from services.escalations.learning.commands import next_not_taken, tell_not_taken
from services.escalations.reminders import next_reminder, remind
from services.escalations.rulebook import CALENDAR
from services.escalations.stages.models import BINDING, ClockEntry
from shared.db import Tx
from shared.jobs import Job

BATCH = 100
UNNOTICED = (ClockEntry.stopped_at.is_(None), ClockEntry.breached_at.is_(None))


async def run_out(tx: Tx) -> int:
    """Mark what ran out, tell of it, and take what nobody answered to the next stage; earliest first."""
    statement = (
        select(*ClockEntry.__table__.c, BINDING.label("binding_at"))
        .where(*UNNOTICED, tx.now > BINDING)
        .order_by(BINDING, ClockEntry.id)
        .limit(BATCH)
    )
    clocks = await tx.rows(statement)
    for clock in clocks:
        await _run_out(tx, clock)
    return len(clocks)


async def _run_out(tx: Tx, clock: Row[Any]) -> None:
    locked = select(*Escalation.__table__.c).where(Escalation.id == clock.escalation_id).with_for_update()
    row = (await tx.execute(locked)).one()
    still = await tx.scalar(select(ClockEntry.stopped_at.is_(None)).where(ClockEntry.id == clock.id))
    await tx.execute(update(ClockEntry).where(ClockEntry.id == clock.id).values(breached_at=clock.binding_at))
    if not still:
        return
    await overdue(tx, row, clock.duty, clock.binding_at)
    silent = clock.duty == Duty.RESPOND and clock.on_breach == OnBreach.ADVANCE and row.status in AWAITING_ANSWER
    if silent and clock.stage_number == row.stage_number:
        await fall_silent(tx, row, clock.binding_at, CALENDAR)


async def run_out_of(tx: Tx, escalation_id: UUID, until: datetime) -> None:
    """Let time pass for one matter until an instant: each duty that runs out on the way does so at its own."""
    statement = (
        select(*ClockEntry.__table__.c, BINDING.label("binding_at"))
        .where(*UNNOTICED, ClockEntry.escalation_id == escalation_id, until > BINDING)
        .order_by(BINDING, ClockEntry.id)
        .limit(1)
    )
    while clock := await tx.row(statement):
        tx.now = clock.binding_at
        await _run_out(tx, clock)


async def next_run_out(tx: Tx) -> datetime | None:
    """When the next duty runs out: the moment after its due instant, for an answer on that instant is in time."""
    due_at: datetime | None = await tx.scalar(select(func.min(BINDING)).where(*UNNOTICED))
    return due_at + timedelta(microseconds=1) if due_at else None


JOBS = (
    Job("remind", timedelta(seconds=60), remind, next_reminder),
    Job("run-out", timedelta(seconds=15), run_out, next_run_out),
    Job("not-taken", timedelta(minutes=5), tell_not_taken, next_not_taken),
)
