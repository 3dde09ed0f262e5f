"""Reads what drifts: always through what the caller may see, the one that is late for longest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, literal, select, true

from services.governance.actions.domain import RUNNING
from services.governance.actions.models import Action, DriftDecision
from services.governance.actions.queries import ALL, asked_by, drifting, stale, visible
from shared.days import today
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.scoping import in_order, narrowed

FAR = date(9999, 12, 31)
PLACE = func.coalesce(Action.late_after, literal(FAR))


@dataclass(frozen=True)
class Filters:
    """What of it; None leaves it open."""

    body_id: str | None = None
    plan_id: Any = None
    lead_agency_id: str | None = None
    decided: bool | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` actions that drift, each with the latest decision on it, after a position."""
    day = today(tx.now)
    of_it = select(*DriftDecision.__table__.c).where(DriftDecision.action_id == Action.id)
    latest = of_it.order_by(DriftDecision.id.desc()).limit(1).lateral("latest")
    decided = [column.label(f"decision_{column.name}") for column in latest.c]
    clauses = narrowed(
        filters, Action, body_id=lambda one: Action.body_ids.contains([one]), decided=latest.c.id.is_not(None)
    )
    statement = (
        select(*ALL, stale().label("stale"), PLACE.label("place"), *decided)
        .outerjoin(latest, true())
        .where(visible(reach, day), Action.status.in_(sorted(RUNNING)), drifting(day), *clauses)
    )
    return await tx.rows(in_order(statement, (PLACE, Action.id), limit, after), asked_by(principal))
