"""Gives the next number of a series."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from services.reviews.references.models import ReferenceNumber
from shared.calendar import Quarter
from shared.db import Tx


async def next_reference(tx: Tx, series: str, at: datetime) -> str:
    """The next reference of a series in the year of an instant; numbers have no gaps."""
    slug = Quarter.of(at).slug
    year = slug[2:4] + slug[5:7]
    statement = (
        insert(ReferenceNumber)
        .values(series=series, year=year, last=1)
        .on_conflict_do_update(index_elements=["series", "year"], set_={"last": ReferenceNumber.last + 1})
        .returning(ReferenceNumber.last)
    )
    return f"{series}-{year}-{await tx.scalar(statement):04d}"
