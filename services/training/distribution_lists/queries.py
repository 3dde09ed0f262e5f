"""Reads distribution lists. Who runs the programme sees them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, any_, bindparam, func, literal, select

from services.training.distribution_lists.models import DistributionList
from shared.db import Tx
from shared.etag import must_match
from shared.problems import NotFound
from shared.scoping import in_order, narrowed

COLUMNS = tuple(DistributionList.__table__.c)
_ONE = select(*COLUMNS).where(DistributionList.id == bindparam("id"))
_LOCKED = _ONE.with_for_update()


class ListNotFound(NotFound):
    """No list has this id."""

    code = "distribution_list_not_found"
    cure = "Look in `/training/v1/distribution-lists`."


@dataclass(frozen=True)
class Filters:
    """Which lists."""

    series: str | None = None
    agency_id: str | None = None
    in_effect_on: date | None = None


async def get(tx: Tx, list_id: UUID) -> Row[Any]:
    """One list. ListNotFound."""
    return _found(await tx.row(_ONE, {"id": list_id}))


async def as_read(tx: Tx, list_id: UUID, if_match: str | None) -> Row[Any]:
    """One list, locked, in the version that the caller read. ListNotFound."""
    row = _found(await tx.row(_LOCKED, {"id": list_id}))
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` lists in the order of their names."""
    order = DistributionList.name, DistributionList.id
    return await tx.rows(in_order(select(*COLUMNS).where(*_filtered(filters)), order, limit, after))


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    return narrowed(
        filters,
        DistributionList,
        series=lambda one: literal(one) == any_(DistributionList.series),
        in_effect_on=lambda day: func.coalesce(DistributionList.effective_to, day) >= day,
    )


async def subscribed(tx: Tx, series: str, day: date) -> list[str]:
    """The addresses of the lists that get the sessions of a series planned on a day, in the order of names."""
    wanted = Filters(series=series, in_effect_on=day)
    order = (DistributionList.name, DistributionList.id)
    rows = await tx.rows(select(DistributionList.email).where(*_filtered(wanted)).order_by(*order))
    return [row.email for row in rows]


async def holder(tx: Tx, email: str) -> UUID | None:
    """The list that has this address."""
    found: UUID | None = await tx.scalar(
        select(DistributionList.id).where(func.lower(DistributionList.email) == email.lower())
    )
    return found


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ListNotFound("There is no such list.")
    return row
