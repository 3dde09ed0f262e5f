"""Reads work plans. Whoever works in the partnership may know what its bodies mean to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, literal, select

from services.governance.work_items.domain import OPEN, Status
from services.governance.work_items.models import WorkItem, WorkItemEntry
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.problems import NotFound
from shared.scoping import in_order, narrowed

HISTORY = History(WorkItem, WorkItemEntry, keeps=("year", "quarter"))

COLUMNS = tuple(WorkItem.__table__.c)


class WorkItemNotFound(NotFound):
    """No item of a work plan has this id."""

    code = "work_item_not_found"
    cure = "Look in `/governance/v1/work-items`."


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
    late = and_(WorkItem.status.in_(OPEN), WorkItem.last_day < literal(today(tx.now)))
    statement = select(*COLUMNS).where(*narrowed(filters, WorkItem, late=late))
    return await tx.rows(in_order(statement, (WorkItem.last_day, WorkItem.id), limit, after))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise WorkItemNotFound("There is no such item of a work plan.")
    return row
