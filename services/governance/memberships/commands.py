"""Gives seats and ends them; the gateway learns of the roles from the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update

from services.governance.agencies import queries as agencies
from services.governance.bodies import queries as bodies
from services.governance.bodies.models import BodyRow
from services.governance.memberships import queries
from services.governance.memberships.domain import (
    Membership,
    Seat,
    check_deputy,
    check_free,
    check_holding,
    roles_of,
    term_of,
)
from services.governance.memberships.models import MembershipRow
from services.governance.terms.domain import Standing, Term, TermOver, check_term, check_withdrawn, cut_short
from shared.acting import AS_RULED, By
from shared.contracts import governance as events
from shared.days import DAY, day_begins, today
from shared.db import Tx, new_id
from shared.outbox import emit
from shared.problems import Invalid, NotFound

BATCH = 200
OPEN: tuple[ColumnElement[bool], ...] = (MembershipRow.over_at.is_(None), MembershipRow.withdrawn_at.is_(None))

_OUTLIVING = (or_(MembershipRow.ends_on.is_(None), MembershipRow.ends_on > BodyRow.effective_to),)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A seat to be given."""

    body_id: str
    person_id: UUID
    person_name: str
    agency_id: str
    seat: Seat
    starts_on: date
    ends_on: date | None = None
    deputy_for: UUID | None = None
    email: str | None = None


async def assign(tx: Tx, by: By, wanted: Wanted, membership_id: UUID | None = None) -> UUID:
    """Give a person a seat; the membership's id. OwnSeat; Invalid where the seat cannot be so; SeatTaken; SitsForAnother."""
    by.must_seat_another(wanted.person_id)
    term = Term(wanted.starts_on, wanted.ends_on)
    check_term(term)
    try:
        body = bodies.body_of(await bodies.for_update(tx, wanted.body_id))
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {wanted.body_id!r}.") from None
    principal = await _deputised(tx, wanted.deputy_for)
    check_deputy(wanted.seat, wanted.agency_id, wanted.body_id, principal)
    term = term_of(body, wanted.seat, term, principal)
    agency = await agencies.in_effect(tx, "agency_id", wanted.agency_id, term)
    roles = roles_of(body, wanted.seat, principal)
    check_holding(roles, agency.agency_type)
    membership = Membership(
        id=membership_id or new_id(),
        body_id=wanted.body_id,
        person_id=wanted.person_id,
        agency_id=wanted.agency_id,
        seat=wanted.seat,
        term=term,
        roles=roles,
        deputy_for=wanted.deputy_for,
        person_name=wanted.person_name,
        email=wanted.email,
    )
    check_free(membership, await queries.rivals(tx, wanted.body_id, wanted.person_id))
    await tx.execute(insert(MembershipRow), _row(tx, by, membership))
    await emit(tx, events.MembershipAssigned(**_facts(membership)))
    return membership.id


async def change(tx: Tx, by: By, membership_id: UUID, email: str | None) -> None:
    """Note where invitations reach whoever holds the seat. MembershipNotFound."""
    row = await queries.as_read(tx, membership_id, by.if_match)
    await _change(tx, row, {"email": email})


async def end(tx: Tx, by: By, membership_id: UUID, last_day: date, reason: str | None) -> None:
    """Move the last day to an earlier one; the deputies' terms end with it. MembershipNotFound; TermOver; Invalid."""
    row = await queries.as_read(tx, membership_id, by.if_match)
    if row.withdrawn_at:
        raise TermOver("It was taken back.")
    cut_short(Term(row.starts_on, row.ends_on), last_day, today(tx.now))
    for one in (row, *await _deputies(tx, row.id)):
        await _end(tx, one, last_day, by.subject, reason)


async def withdraw(tx: Tx, by: By, membership_id: UUID, reason: str | None) -> None:
    """Take back a term that has not begun, and its deputies'. MembershipNotFound; TermBegun; TermOver."""
    row = await queries.as_read(tx, membership_id, by.if_match)
    if row.withdrawn_at:
        raise TermOver("It was taken back already.")
    check_withdrawn(Term(row.starts_on, row.ends_on), today(tx.now))
    for one in (row, *await _deputies(tx, row.id)):
        await _withdraw(tx, one, by.subject, reason)


async def end_due(tx: Tx) -> int:
    """Tell of the terms whose last day is over; how many, at most a batch."""
    due = (*OPEN, MembershipRow.ends_on < today(tx.now))
    statement = select(*queries.COLUMNS).where(*due).order_by(MembershipRow.ends_on, MembershipRow.id).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(MembershipRow).where(MembershipRow.id == row.id).values(over_at=tx.now))
        await emit(tx, events.MembershipEnded(**_facts(queries.membership_of(row))))
    return len(rows)


async def next_end(tx: Tx) -> datetime | None:
    """The instant at which the next term is over."""
    last_day: date | None = await tx.scalar(select(func.min(MembershipRow.ends_on)).where(*OPEN))
    return day_begins(last_day + DAY) if last_day else None


async def end_with_bodies(tx: Tx) -> int:
    """End the terms on bodies that are no more, on those bodies' last days; how many."""
    of_body = (*OPEN, *_OUTLIVING, BodyRow.effective_to < today(tx.now))
    statement = select(*queries.COLUMNS, BodyRow.effective_to).join(BodyRow, BodyRow.id == MembershipRow.body_id)
    rows = await tx.rows(statement.where(*of_body).limit(BATCH).with_for_update(of=MembershipRow))
    for row in rows:
        await _end(tx, row, row.effective_to, AS_RULED.subject, f"{row.body_id} ended")
    return len(rows)


async def next_end_with_bodies(tx: Tx) -> datetime | None:
    """The instant at which the next body with such terms is no more."""
    statement = select(func.min(BodyRow.effective_to)).join(MembershipRow, BodyRow.id == MembershipRow.body_id)
    last_day: date | None = await tx.scalar(statement.where(*OPEN, *_OUTLIVING))
    return day_begins(last_day + DAY) if last_day else None


async def end_of_agency(tx: Tx, agency_id: str, last_day: date) -> None:
    """End the terms of an agency's people with the agency."""
    lasting = or_(MembershipRow.ends_on.is_(None), MembershipRow.ends_on > last_day)
    of_agency = (*OPEN, MembershipRow.agency_id == agency_id, lasting)
    for row in await tx.rows(select(*queries.COLUMNS).where(*of_agency).with_for_update()):
        await _end(tx, row, last_day, AS_RULED.subject, f"{agency_id} ended")


async def restate(tx: Tx) -> int:
    """Tell every standing membership's present state again; how many."""
    statement = select(*queries.COLUMNS).where(queries.STANDING).order_by(MembershipRow.id)
    rows = await tx.rows(statement.with_for_update(read=True))
    for row in rows:
        await emit(tx, events.MembershipRestated(**_facts(queries.membership_of(row))))
    return len(rows)


async def _deputised(tx: Tx, membership_id: UUID | None) -> Membership | None:
    if membership_id is None:
        return None
    try:
        row = await queries.get(tx, membership_id)
    except NotFound:
        row = None
    if row is None or row.withdrawn_at:
        raise Invalid.field("deputy_for", "nobody", "There is no such membership to stand in for.")
    return queries.membership_of(row)


async def _deputies(tx: Tx, membership_id: UUID) -> Sequence[Row[Any]]:
    of_it = (*OPEN, MembershipRow.deputy_for == membership_id)
    return await tx.rows(select(*queries.COLUMNS).where(*of_it).with_for_update())


async def _end(tx: Tx, row: Row[Any], last_day: date, who: str, reason: str | None) -> None:
    term = Term(row.starts_on, row.ends_on)
    if term.ends_on and term.ends_on <= last_day:
        return
    if term.standing(last_day) is Standing.PLANNED:
        await _withdraw(tx, row, who, reason)
        return
    over = last_day < today(tx.now)
    changes = {"ends_on": last_day, "end_reason": reason, "ended_by": who, "over_at": tx.now if over else None}
    changed = await _change(tx, row, changes)
    kind = events.MembershipEnded if over else events.MembershipChanged
    await emit(tx, kind(**_facts(changed)))


async def _withdraw(tx: Tx, row: Row[Any], who: str, reason: str | None) -> None:
    changed = await _change(tx, row, {"withdrawn_at": tx.now, "end_reason": reason, "ended_by": who})
    await emit(tx, events.MembershipWithdrawn(**_facts(changed)))


async def _change(tx: Tx, row: Row[Any], changes: dict[str, Any]) -> Membership:
    statement = update(MembershipRow).where(MembershipRow.id == row.id).values(**changes, version=row.version + 1)
    return queries.membership_of((await tx.execute(statement.returning(*queries.COLUMNS))).one())


def _row(tx: Tx, by: By, membership: Membership) -> dict[str, Any]:
    return {
        "id": membership.id,
        "body_id": membership.body_id,
        "person_id": membership.person_id,
        "person_name": membership.person_name,
        "email": membership.email,
        "agency_id": membership.agency_id,
        "seat": membership.seat,
        "deputy_for": membership.deputy_for,
        "roles": list(membership.roles),
        "starts_on": membership.term.starts_on,
        "ends_on": membership.term.ends_on,
        "assigned_at": tx.now,
        "assigned_by": by.subject,
        "version": 1,
    }


def _facts(membership: Membership) -> dict[str, Any]:
    return {
        "subject": str(membership.id),
        "body_id": membership.body_id,
        "person_id": membership.person_id,
        "agency_id": membership.agency_id,
        "seat": membership.seat.value,
        "deputy_for": membership.deputy_for,
        "roles": tuple(role.value for role in membership.roles),
        "starts_on": membership.term.starts_on,
        "ends_on": membership.term.ends_on,
        "person_name": membership.person_name,
        "email": membership.email,
    }
