"""Reads expectations. Whoever works in the partnership may know where which agency is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select

from services.governance.expectations.domain import Expectation
from services.governance.expectations.models import ExpectationRow
from services.governance.terms.domain import Term
from shared.db import Tx
from shared.etag import must_match
from shared.problems import NotFound
from shared.scoping import in_order, narrowed

COLUMNS = tuple(ExpectationRow.__table__.c)


class ExpectationNotFound(NotFound):
    """No expectation has this id."""

    code = "expectation_not_found"
    cure = "Look in `/governance/v1/expectations`."


@dataclass(frozen=True)
class Filters:
    """Which expectations; None leaves it open."""

    body_id: str | None = None
    agency_id: str | None = None
    in_effect_on: date | None = None


async def get(tx: Tx, expectation_id: UUID) -> Row[Any]:
    """One expectation. ExpectationNotFound."""
    return _found(await tx.row(select(*COLUMNS).where(ExpectationRow.id == expectation_id)))


async def as_read(tx: Tx, expectation_id: UUID, if_match: str | None) -> Row[Any]:
    """One expectation, locked, in the version that the caller read. ExpectationNotFound."""
    row = _found(await tx.row(select(*COLUMNS).where(ExpectationRow.id == expectation_id).with_for_update()))
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` expectations in the order of their setting."""
    clauses = narrowed(
        filters,
        ExpectationRow,
        in_effect_on=lambda day: and_(
            ExpectationRow.starts_on <= day, func.coalesce(ExpectationRow.ends_on, day) >= day
        ),
    )
    return await tx.rows(in_order(select(*COLUMNS).where(*clauses), (ExpectationRow.id,), limit, after))


async def open_one(tx: Tx, body_id: str, agency_id: str) -> Row[Any] | None:
    """The expectation of an agency at a body that has no end yet, locked."""
    is_open = (
        ExpectationRow.body_id == body_id,
        ExpectationRow.agency_id == agency_id,
        ExpectationRow.ends_on.is_(None),
    )
    return await tx.row(select(*COLUMNS).where(*is_open).with_for_update())


async def of_body(tx: Tx, body_id: str, first: date, last: date) -> list[Expectation]:
    """What was expected of agencies at a body's meetings on some day of a period, in the order of setting."""
    ends = func.coalesce(ExpectationRow.ends_on, last) >= first
    statement = select(*COLUMNS).where(ExpectationRow.body_id == body_id, ExpectationRow.starts_on <= last, ends)
    return [expectation_of(row) for row in await tx.rows(statement.order_by(ExpectationRow.id))]


def expectation_of(row: Row[Any]) -> Expectation:
    """The expectation in a row."""
    return Expectation(agency_id=row.agency_id, share=row.share, term=Term(row.starts_on, row.ends_on))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ExpectationNotFound("There is no such expectation.")
    return row
