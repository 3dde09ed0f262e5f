"""Gives the next reference."""

from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.references.models import ReferenceNumber
from shared.calendar import year_of
from shared.db import Tx


async def next_reference(tx: Tx, kind: str) -> str:
    """The next of its kind in the year of recording: `DEC-2627-0042`. Numbers have no gaps: the next caller waits."""
    year = year_of(tx.now)
    short = year[2:4] + year[5:7]
    statement = (
        upsert(ReferenceNumber)
        .values(kind=kind, year=short, last=1)
        .on_conflict_do_update(index_elements=["kind", "year"], set_={"last": ReferenceNumber.last + 1})
        .returning(ReferenceNumber.last)
    )
    return f"{kind}-{short}-{await tx.scalar(statement):04d}"
