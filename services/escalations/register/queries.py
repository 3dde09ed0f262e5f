"""Which agencies and bodies there are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from services.escalations.register.models import Agency, Body
from shared.db import Tx


async def agency(tx: Tx, agency_id: str) -> Row[Any] | None:
    """One agency of the register, or None."""
    return await tx.row(select(*Agency.__table__.c).where(Agency.id == agency_id))


async def agency_names(tx: Tx, agency_ids: Sequence[str]) -> list[str]:
    """The names of these agencies, as far as the register has them."""
    statement = select(Agency.name).where(Agency.id.in_(bindparam("ids", expanding=True)))
    return [row.name for row in await tx.rows(statement, {"ids": list(agency_ids)})]


async def body(tx: Tx, body_id: str, day: date) -> Row[Any] | None:
    """One body of the partnership that exists on a day, or None."""
    begun = or_(Body.effective_from.is_(None), Body.effective_from <= day)
    lasts = or_(Body.effective_to.is_(None), Body.effective_to >= day)
    return await tx.row(select(*Body.__table__.c).where(Body.id == body_id, begun, lasts))
