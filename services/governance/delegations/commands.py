"""Grants delegations and ends them; the gateway puts those that hold into the tokens it issues."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update

from services.governance.agencies import queries as agencies
from services.governance.delegations import queries
from services.governance.delegations.domain import (
    Delegation,
    Purpose,
    check_free,
    check_granting,
    check_parties,
    check_purpose,
)
from services.governance.delegations.models import DelegationRow
from services.governance.terms.domain import Standing, Term, TermOver, check_term, check_withdrawn, cut_short
from shared.acting import AS_RULED, By
from shared.contracts import governance as events
from shared.days import DAY, day_begins, today
from shared.db import Tx, new_id
from shared.outbox import emit
from shared.policy import Seniority

BATCH = 200
OPEN: tuple[ColumnElement[bool], ...] = (DelegationRow.over_at.is_(None), DelegationRow.withdrawn_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A delegation to be granted: `agency_id` is to act for `for_agency_id`."""

    agency_id: str
    for_agency_id: str
    purpose: Purpose
    starts_on: date
    ends_on: date | None = None
    from_seniority: Seniority | None = None
    agreed_by: str | None = None


async def grant(tx: Tx, by: By, wanted: Wanted, delegation_id: UUID | None = None) -> UUID:
    """Let one agency act for another; the delegation's id. NotYoursToDelegate; AlreadyDelegated; Invalid."""
    check_granting(by, wanted.for_agency_id, wanted.agreed_by)
    term = Term(wanted.starts_on, wanted.ends_on)
    check_term(term)
    check_purpose(wanted.purpose, wanted.from_seniority, term)
    agency = await agencies.in_effect(tx, "agency_id", wanted.agency_id, term)
    for_agency = await agencies.in_effect(tx, "for_agency_id", wanted.for_agency_id, term)
    check_parties(agency, for_agency)
    await agencies.lock(tx, wanted.for_agency_id)
    delegation = Delegation(
        id=delegation_id or new_id(),
        agency_id=wanted.agency_id,
        for_agency_id=wanted.for_agency_id,
        purpose=wanted.purpose,
        from_seniority=wanted.from_seniority,
        term=term,
    )
    check_free(delegation, await queries.rivals(tx, wanted.for_agency_id))
    await tx.execute(insert(DelegationRow), _row(tx, by, delegation, wanted.agreed_by))
    await emit(tx, events.DelegationGranted(**_facts(delegation)))
    return delegation.id


async def end(tx: Tx, by: By, delegation_id: UUID, last_day: date, reason: str | None) -> None:
    """Move the last day to an earlier one; either agency may. DelegationNotFound; TermOver; Invalid."""
    row = await queries.as_read(tx, by, delegation_id)
    if row.withdrawn_at:
        raise TermOver("It was taken back.")
    cut_short(Term(row.starts_on, row.ends_on), last_day, today(tx.now))
    await _end(tx, row, last_day, by, reason)


async def withdraw(tx: Tx, by: By, delegation_id: UUID, reason: str | None) -> None:
    """Take back a delegation that has not begun; either agency may. DelegationNotFound; TermBegun; TermOver."""
    row = await queries.as_read(tx, by, delegation_id)
    if row.withdrawn_at:
        raise TermOver("It was taken back already.")
    check_withdrawn(Term(row.starts_on, row.ends_on), today(tx.now))
    await _withdraw(tx, row, by, reason)


async def end_due(tx: Tx) -> int:
    """Tell of the delegations whose last day is over; how many, at most a batch."""
    due = (*OPEN, DelegationRow.ends_on < today(tx.now))
    statement = select(*queries.COLUMNS).where(*due).order_by(DelegationRow.ends_on, DelegationRow.id).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(DelegationRow).where(DelegationRow.id == row.id).values(over_at=tx.now))
        await emit(tx, events.DelegationEnded(**_facts(queries.delegation_of(row))))
    return len(rows)


async def next_end(tx: Tx) -> datetime | None:
    """The instant at which the next delegation is over."""
    last_day: date | None = await tx.scalar(select(func.min(DelegationRow.ends_on)).where(*OPEN))
    return day_begins(last_day + DAY) if last_day else None


async def end_of_agency(tx: Tx, agency_id: str, last_day: date) -> None:
    """End the delegations to and from an agency with the agency."""
    of_agency = or_(DelegationRow.agency_id == agency_id, DelegationRow.for_agency_id == agency_id)
    lasting = or_(DelegationRow.ends_on.is_(None), DelegationRow.ends_on > last_day)
    for row in await tx.rows(select(*queries.COLUMNS).where(*OPEN, of_agency, lasting).with_for_update()):
        await _end(tx, row, last_day, AS_RULED, f"{agency_id} ended")


async def restate(tx: Tx) -> int:
    """Tell every standing delegation's present state again; how many."""
    statement = select(*queries.COLUMNS).where(queries.STANDING).order_by(DelegationRow.id)
    rows = await tx.rows(statement.with_for_update(read=True))
    for row in rows:
        await emit(tx, events.DelegationRestated(**_facts(queries.delegation_of(row))))
    return len(rows)


async def _end(tx: Tx, row: Row[Any], last_day: date, by: By, reason: str | None) -> None:
    if Term(row.starts_on, row.ends_on).standing(last_day) is Standing.PLANNED:
        await _withdraw(tx, row, by, reason)
        return
    over = last_day < today(tx.now)
    changes = {"ends_on": last_day, "over_at": tx.now if over else None}
    changed = await _change(tx, row, changes, by, reason)
    kind = events.DelegationEnded if over else events.DelegationChanged
    await emit(tx, kind(**_facts(changed)))


async def _withdraw(tx: Tx, row: Row[Any], by: By, reason: str | None) -> None:
    changed = await _change(tx, row, {"withdrawn_at": tx.now}, by, reason)
    await emit(tx, events.DelegationWithdrawn(**_facts(changed)))


async def _change(tx: Tx, row: Row[Any], changes: dict[str, Any], by: By, reason: str | None) -> Delegation:
    ended = {"end_reason": reason, "ended_by": by.subject, "ended_by_agency_id": by.agency_id}
    statement = (
        update(DelegationRow).where(DelegationRow.id == row.id).values(**changes, **ended, version=row.version + 1)
    )
    return queries.delegation_of((await tx.execute(statement.returning(*queries.COLUMNS))).one())


def _row(tx: Tx, by: By, delegation: Delegation, agreed_by: str | None) -> dict[str, Any]:
    return {
        "id": delegation.id,
        "agency_id": delegation.agency_id,
        "for_agency_id": delegation.for_agency_id,
        "purpose": delegation.purpose,
        "from_seniority": delegation.from_seniority,
        "starts_on": delegation.term.starts_on,
        "ends_on": delegation.term.ends_on,
        "agreed_by": agreed_by,
        "granted_at": tx.now,
        "granted_by": by.subject,
        "granted_by_agency_id": by.agency_id,
        "version": 1,
    }


def _facts(delegation: Delegation) -> dict[str, Any]:
    return {
        "subject": str(delegation.id),
        "agency_id": delegation.agency_id,
        "for_agency_id": delegation.for_agency_id,
        "purpose": delegation.purpose.value,
        "from_seniority": delegation.from_seniority.value if delegation.from_seniority else None,
        "starts_on": delegation.term.starts_on,
        "ends_on": delegation.term.ends_on,
    }
