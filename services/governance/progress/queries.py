"""Reads how the actions of a plan stand: those that the caller may see."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from services.governance.actions.domain import Status
from services.governance.actions.models import Action
from services.governance.actions.queries import asked_by, drifting, overdue, stale, visible
from services.governance.progress.domain import Standing
from shared.days import today
from shared.db import Tx
from shared.policy import Principal, Reach


async def standings(tx: Tx, principal: Principal, reach: Reach, plan_id: UUID) -> list[Standing]:
    """How each stands."""
    day = today(tx.now)
    columns = (
        Action.area_code,
        Action.status,
        Action.impact_from.is_not(None).label("phase_1"),
        func.coalesce(overdue(day), False).label("overdue"),
        func.coalesce(drifting(day), False).label("drifting"),
        stale().label("stale"),
    )
    statement = select(*columns).where(Action.plan_id == plan_id, visible(reach, day))
    rows: Sequence[Row[Any]] = await tx.rows(statement, asked_by(principal))
    return [Standing(**row._asdict() | {"status": Status(row.status)}) for row in rows]
