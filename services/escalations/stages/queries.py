"""Reads clocks that run: which of them have run out, and which is next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

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


async def run_out(tx: Tx, until: datetime, most: int, escalation_id: UUID | None = None) -> Sequence[Row[Any]]:
    """Clocks that run out before an instant and of which nobody has been told, the earliest first; of one matter or all."""
    statement = _RUN_OUT.where(until > BINDING).limit(most)
    if escalation_id:
        statement = statement.where(ClockEntry.escalation_id == escalation_id)
    return await tx.rows(statement)


async def next_due(tx: Tx) -> datetime | None:
    """When the next of them runs out."""
    due_at: datetime | None = await tx.scalar(select(func.min(BINDING)).where(*UNNOTICED))
    return due_at
