"""Reads delegations: those that one's own agency gives or has, or all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, any_, func, or_, select

from services.governance.delegations.domain import Delegation, Purpose
from services.governance.delegations.models import DelegationRow
from services.governance.terms.domain import Standing, Term
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Principal, Reach, Seniority
from shared.problems import NotFound
from shared.scoping import AGENCIES, in_order, narrowed, values, within


class DelegationNotFound(NotFound):
    """There is no such delegation, or the caller may not know of it."""

    code = "delegation_not_found"
    cure = "Look in `/governance/v1/delegations`."


@dataclass(frozen=True)
class Filters:
    """Which delegations."""

    agency_id: str | None = None
    for_agency_id: str | None = None
    in_effect_on: date | None = None


COLUMNS = tuple(DelegationRow.__table__.c)
STANDING = DelegationRow.withdrawn_at.is_(None)
_OWN = or_(DelegationRow.agency_id == any_(AGENCIES), DelegationRow.for_agency_id == any_(AGENCIES))


async def get(tx: Tx, principal: Principal, reach: Reach, delegation_id: UUID) -> Row[Any]:
    """One delegation. DelegationNotFound where there is none to be seen."""
    statement = select(*COLUMNS).where(DelegationRow.id == delegation_id, within(reach, _OWN))
    return _found(await tx.row(statement, values(principal)))


async def as_read(tx: Tx, by: By, delegation_id: UUID) -> Row[Any]:
    """One delegation, locked, in the version that the caller read. DelegationNotFound where there is none to be seen."""
    agencies = list(by.principal.agencies) if by.principal else []
    statement = select(*COLUMNS).where(DelegationRow.id == delegation_id, within(by.reach, _OWN)).with_for_update()
    row = _found(await tx.row(statement, {"agencies": agencies}))
    must_match(by.if_match, row.version)
    return row


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` delegations in the order of their granting."""
    clauses = narrowed(
        filters,
        DelegationRow,
        in_effect_on=lambda day: and_(
            STANDING, DelegationRow.starts_on <= day, func.coalesce(DelegationRow.ends_on, day) >= day
        ),
    )
    statement = select(*COLUMNS).where(within(reach, _OWN), *clauses)
    return await tx.rows(in_order(statement, (DelegationRow.id,), limit, after), values(principal))


async def rivals(tx: Tx, for_agency_id: str) -> list[Delegation]:
    """The delegations of the agency acted for, beside which a new one must fit."""
    rows = await tx.rows(select(*COLUMNS).where(STANDING, DelegationRow.for_agency_id == for_agency_id))
    return [delegation_of(row) for row in rows]


def standing(row: Row[Any], tx: Tx) -> Standing:
    """How the delegation stands today."""
    return Standing.WITHDRAWN if row.withdrawn_at else Term(row.starts_on, row.ends_on).standing(today(tx.now))


def delegation_of(row: Row[Any]) -> Delegation:
    """The delegation in a row."""
    return Delegation(
        id=row.id,
        agency_id=row.agency_id,
        for_agency_id=row.for_agency_id,
        purpose=Purpose(row.purpose),
        from_seniority=Seniority(row.from_seniority) if row.from_seniority else None,
        term=Term(row.starts_on, row.ends_on),
    )


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise DelegationNotFound("There is no such delegation that you may see.")
    return row
