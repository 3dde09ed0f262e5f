"""Tells of each year, once it is over, how many serious incidents were referred and notified in it."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.reviews.incident_years.models import IncidentYear
from services.reviews.incidents.domain import said_of_year
from services.reviews.incidents.queries import counts
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.register.queries import partners
from shared.calendar import Quarter
from shared.contracts import incidents as events
from shared.db import Tx
from shared.events import Cause
from shared.outbox import emit

NOUN = "reviews.incident_year"


async def tell_ended(tx: Tx) -> int:
    """Tell of the years that are over since the last time; how many. The running one is noted, so that it will be told."""
    running = Quarter.of(tx.now).begins_in
    await tx.execute(insert(IncidentYear).values(begins_in=running).on_conflict_do_nothing())
    over = select(IncidentYear.begins_in).where(IncidentYear.told_at.is_(None), IncidentYear.begins_in < running)
    rows = await tx.rows(over.order_by(IncidentYear.begins_in).with_for_update())
    for row in rows:
        await tx.execute(update(IncidentYear).where(IncidentYear.begins_in == row.begins_in).values(told_at=tx.now))
        await _tell(tx, Quarter(row.begins_in, 1), Quarter(row.begins_in, 4))
    return len(rows)


async def next_ended(tx: Tx) -> datetime | None:
    """When the next year is over that is to be told."""
    begins_in: int | None = await tx.scalar(
        select(func.min(IncidentYear.begins_in)).where(IncidentYear.told_at.is_(None))
    )
    return Quarter(begins_in or Quarter.of(tx.now).begins_in, 4).ends


async def _tell(tx: Tx, first: Quarter, last: Quarter) -> None:
    found = await counts(tx, first.starts, last.ends)
    three = sorted((await partners(tx)).values())
    subject = first.year.replace("/", "-")
    event = events.IncidentYearEnded(
        subject=subject,
        year=first.year,
        recorded=found.recorded,
        notified=found.notified,
        late=found.late,
        not_notified=found.not_notified,
        concerned_agency_ids=tuple(three),
        at=tx.now,
    )
    await emit(tx, event)
    said = said_of_year(first.year, found.notified, found.recorded, found.not_notified)
    await write(tx, Occasion.YEAR_ENDED, Cause(NOUN, subject), three, business_unit=True, said=said)
