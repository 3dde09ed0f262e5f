"""Reads clocks that run: those of a stage, those that have run out, and which is next."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from services.escalations.ladders.domain import Duty
from services.escalations.stages.models import BINDING, ClockEntry
from shared.db import Tx

UNNOTICED = (ClockEntry.stopped_at.is_(None), ClockEntry.breached_at.is_(None))
_RUN_OUT = (
    select(
        ClockEntry.id,
        ClockEntry.escalation_id,
        ClockEntry.stage_number,
        ClockEntry.duty,
        ClockEntry.on_breach,
        BINDING.label("binding_at"),
    )
    .where(*UNNOTICED)
    .order_by(BINDING, ClockEntry.id)
)


def still_running(escalation_id: UUID, number: int) -> tuple[ColumnElement[bool], ...]:
    """What holds of the clocks that run at a stage."""
    return (
        ClockEntry.escalation_id == escalation_id,
        ClockEntry.stage_number == number,
        ClockEntry.stopped_at.is_(None),
    )


async def running(tx: Tx, escalation_id: UUID, number: int, duties: Collection[Duty]) -> Sequence[Row[Any]]:
    """The clocks of these duties that run at a stage, each with its rule and the instant that binds."""
    statement = select(ClockEntry.id, ClockEntry.rule, BINDING.label("binding_at"))
    of_these = ClockEntry.duty.in_(list(duties))
    return await tx.rows(statement.where(*still_running(escalation_id, number), of_these))


async def run_out(tx: Tx, until: datetime, most: int, escalation_id: UUID | None = None) -> Sequence[Row[Any]]:
    """Clocks that run out before an instant and of which nobody has been told, the earliest first; of one matter or all."""
    statement = _RUN_OUT.where(until > BINDING).limit(most)
    if escalation_id:
        statement = statement.where(ClockEntry.escalation_id == escalation_id)
    return await tx.rows(statement)


def next_due_of(escalation_id: InstrumentedAttribute[UUID]) -> ScalarSelect[Any]:
    """When the next clock of one matter runs out, as a column."""
    ours = ClockEntry.escalation_id == escalation_id
    return select(func.min(BINDING)).where(ours, *UNNOTICED).correlate_except(ClockEntry).scalar_subquery()


async def next_due(tx: Tx) -> datetime | None:
    """When the next of them runs out."""
    due_at: datetime | None = await tx.scalar(select(func.min(BINDING)).where(*UNNOTICED))
    return due_at
