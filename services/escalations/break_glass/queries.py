"""Reads openings: whose they are, and of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, any_, exists, func, literal, not_, or_, select, true

from services.escalations.break_glass.domain import BreakGlassNotFound
from services.escalations.break_glass.models import BreakGlass, Opened
from services.escalations.escalations.models import Party
from shared.db import Tx
from shared.policy import Principal, Reach, Scope
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

_THEIRS = exists().where(Party.escalation_id == Opened.escalation_id, Party.agency_id == any_(AGENCIES))
MINE = _THEIRS.where(Opened.break_glass_id == BreakGlass.id)


def _all(reach: Reach) -> Select[Any]:
    """The openings by an agency's people, and of its own matters; each with those of its matters that it may know of."""
    known = true() if reach.view(Scope.ALL) else or_(BreakGlass.agency_id == any_(AGENCIES), _THEIRS)
    opened = select(func.array_agg(Opened.escalation_id)).where(Opened.break_glass_id == BreakGlass.id, known)
    columns = (*BreakGlass.__table__.c, opened.correlate(BreakGlass).scalar_subquery().label("escalation_ids"))
    return select(*columns).where(within(reach, or_(BreakGlass.agency_id == any_(AGENCIES), MINE)))


async def get(tx: Tx, principal: Principal, reach: Reach, break_glass_id: UUID, *, lock: bool = False) -> Row[Any]:
    """One opening, locked if asked. BreakGlassNotFound where there is none to be seen."""
    statement = _all(reach).where(BreakGlass.id == break_glass_id)
    row = await tx.row(statement.with_for_update(of=BreakGlass) if lock else statement, values(principal))
    if row is None:
        raise BreakGlassNotFound("There is no such opening that you may see.")
    return row


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    agency_id: str | None = None
    reviewed: bool | None = None
    overdue: bool | None = None


async def page(
    tx: Tx,
    principal: Principal,
    reach: Reach,
    filters: Filters,
    today: date,
    limit: int,
    after: Sequence[Any] | None,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` openings, newest first, after a position."""
    open_ = BreakGlass.reviewed_at.is_(None)
    late = and_(open_, BreakGlass.review_by < literal(today))
    statement = _all(reach).where(*narrowed(filters, BreakGlass, reviewed=not_(open_), overdue=late))
    return await tx.rows(newest_first(statement, BreakGlass.used_at, BreakGlass.id, limit, after), values(principal))
