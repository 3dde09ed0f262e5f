"""Which agencies there are."""

from typing import Any

from sqlalchemy import Row, select

from services.escalations.register.models import Agency
from shared.db import Tx


async def agency(tx: Tx, agency_id: str) -> Row[Any] | None:
    """One agency of the register, or None."""
    return await tx.row(select(*Agency.__table__.c).where(Agency.id == agency_id))
