"""Reads briefs. Whoever works in the partnership may know what its groups are to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, literal, select

from services.governance.briefs.domain import Status
from services.governance.briefs.models import Brief, BriefEntry
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.problems import NotFound
from shared.scoping import narrowed, newest_first

HISTORY = History(Brief, BriefEntry, keeps=("due_on",))

COLUMNS = tuple(Brief.__table__.c)


class BriefNotFound(NotFound):
    """No brief has this id."""

    code = "brief_not_found"
    cure = "Look in `/governance/v1/briefs`."


@dataclass(frozen=True)
class Filters:
    """Which briefs; None leaves it open."""

    body_id: str | None = None
    overseen_by: str | None = None
    status: Status | None = None
    overdue: bool | None = None


async def get(tx: Tx, brief_id: UUID) -> Row[Any]:
    """One brief. BriefNotFound."""
    return _found(await tx.row(select(*COLUMNS).where(Brief.id == brief_id)))


async def as_read(tx: Tx, brief_id: UUID, if_match: str | None) -> Row[Any]:
    """One brief, locked, in the version that the caller read. BriefNotFound."""
    row = _found(await tx.row(select(*COLUMNS).where(Brief.id == brief_id).with_for_update()))
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` briefs, the last given first, after a position."""
    late = and_(Brief.status == Status.RUNNING, Brief.due_on < literal(today(tx.now)))
    statement = select(*COLUMNS).where(*narrowed(filters, Brief, overdue=late))
    return await tx.rows(newest_first(statement, Brief.given_at, Brief.id, limit, after))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise BriefNotFound("There is no such brief.")
    return row
