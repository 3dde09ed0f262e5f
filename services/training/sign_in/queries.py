"""Reads the agencies among which a delegate without a place chooses hers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from services.training.register.models import Agency
from shared.db import Tx


async def agencies(tx: Tx, day: date) -> Sequence[Row[Any]]:
    """The agencies of the register that have not ended, by name."""
    stands = Agency.effective_to.is_(None) | (Agency.effective_to >= day)
    return await tx.rows(select(Agency.id, Agency.name).where(stands).order_by(Agency.name))
