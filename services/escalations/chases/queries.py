"""Reads when a step was last asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.escalations.escalations.domain import Do
from services.escalations.escalations.models import HistoryEntry
from shared.db import Tx


async def last(tx: Tx, escalation_id: UUID, step: Mapping[str, Any]) -> datetime | None:
    """When this very step of a matter was last asked for; another step, or another agency's, is none of it."""
    entry = HistoryEntry
    found = select(func.max(entry.at)).where(entry.escalation_id == escalation_id, entry.did == Do.CHASE)
    at: datetime | None = await tx.scalar(found.where(entry.facts.contains(dict(step))))
    return at
