"""Which agencies there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from services.escalations.register.models import Agency
from shared.db import Tx

_AGENCY = select(*Agency.__table__.c).where(Agency.id == bindparam("id"))


async def agency(tx: Tx, agency_id: str) -> Row[Any] | None:
    """One agency of the register, or None."""
    return await tx.row(_AGENCY, {"id": agency_id})


async def agency_names(tx: Tx, agency_ids: Sequence[str]) -> list[str]:
    """The names of these agencies, as far as the register has them."""
    statement = select(Agency.name).where(Agency.id.in_(bindparam("ids", expanding=True)))
    return [row.name for row in await tx.rows(statement, {"ids": list(agency_ids)})]
