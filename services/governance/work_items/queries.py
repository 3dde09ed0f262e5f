"""Reads work plans. Whoever works in the partnership may know what its bodies mean to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, literal, select, tuple_

from services.governance.terms.domain import today
from services.governance.work_items.domain import OPEN, Status
from services.governance.work_items.models import WorkItem, WorkItemEntry
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.problems import NotFound
from shared.scoping import equal, whether

HISTORY = History(WorkItem, WorkItemEntry, keeps=("year", "quarter"))

COLUMNS = tuple(WorkItem.__table__.c)


class WorkItemNotFound(NotFound):
    """No item of a work plan has this id."""

    code = "work_item_not_found"


@dataclass(frozen=True)
class Filters:
    """Which items; None leaves it open."""

    body_id: str | None = None
    year: str | None = None
    quarter: str | None = None
    status: Status | None = None
    late: bool | None = None


async def get(tx: Tx, work_item_id: UUID) -> Row[Any]:
    """One item. WorkItemNotFound."""
    return _found(await tx.row(select(*COLUMNS).where(WorkItem.id == work_item_id)))


async def as_read(tx: Tx, work_item_id: UUID, if_match: str | None) -> Row[Any]:
    """One item, locked, in the version that the caller read. WorkItemNotFound."""
    row = _found(await tx.row(select(*COLUMNS).where(WorkItem.id == work_item_id).with_for_update()))
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` items in the order of their quarters, after a position."""
    place = WorkItem.last_day, WorkItem.id
    statement = select(*COLUMNS).order_by(*place).limit(limit + 1)
    if after is not None:
        statement = statement.where(tuple_(*place) > tuple_(literal(after[0]), literal(after[1])))
    late = and_(WorkItem.status.in_(OPEN), WorkItem.last_day < literal(today(tx.now)))
    named = equal(filters, WorkItem.body_id, WorkItem.year, WorkItem.quarter, WorkItem.status)
    return await tx.rows(statement.where(*named, *whether((late, filters.late))))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise WorkItemNotFound("There is no such item of a work plan.")
    return row
