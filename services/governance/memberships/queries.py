"""Reads memberships. Whoever works in the partnership may know who sits where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, Uuid, and_, any_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from services.governance.agencies.models import Agency as AgencyRow
from services.governance.bodies.models import BodyRow
from services.governance.memberships.domain import Membership, Seat, Sitting, check_chairs
from services.governance.memberships.models import MembershipRow
from services.governance.terms.domain import Standing, Term
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Access, Principal, Reach, Role, Scope
from shared.problems import NotFound
from shared.scoping import in_order, narrowed


class MembershipNotFound(NotFound):
    """No membership has this id."""

    code = "membership_not_found"
    cure = "Look in `/governance/v1/memberships`."


@dataclass(frozen=True)
class Filters:
    """Which memberships."""

    body_id: str | None = None
    agency_id: str | None = None
    person_id: UUID | None = None
    in_effect_on: date | None = None


COLUMNS = tuple(MembershipRow.__table__.c)
STANDING = MembershipRow.withdrawn_at.is_(None)
_ONE = select(*COLUMNS).where(MembershipRow.id == bindparam("id"))
_LOCKED = _ONE.with_for_update()

PERSON, DAY_ASKED = bindparam("person_id", type_=Uuid()), bindparam("day", type_=Date())
_HELD = (
    STANDING,
    MembershipRow.person_id == PERSON,
    MembershipRow.starts_on <= DAY_ASKED,
    func.coalesce(MembershipRow.ends_on, DAY_ASKED) >= DAY_ASKED,
)
_principal = aliased(MembershipRow)
_SITTINGS = (
    select(
        MembershipRow.body_id,
        MembershipRow.agency_id,
        MembershipRow.seat,
        _principal.seat.label("in_place_of"),
    )
    .outerjoin(_principal, _principal.id == MembershipRow.deputy_for)
    .where(*_HELD)
)


async def get(tx: Tx, membership_id: UUID) -> Row[Any]:
    """One membership. MembershipNotFound."""
    row = await tx.row(_ONE, {"id": membership_id})
    if row is None:
        raise MembershipNotFound("There is no such membership.")
    return row


async def as_read(tx: Tx, membership_id: UUID, if_match: str | None) -> Row[Any]:
    """One membership, locked, in the version that the caller read. MembershipNotFound."""
    row = await tx.row(_LOCKED, {"id": membership_id})
    if row is None:
        raise MembershipNotFound("There is no such membership.")
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` memberships in the order of their making."""
    clauses = narrowed(filters, MembershipRow, in_effect_on=lambda day: and_(*held(day)))
    return await tx.rows(in_order(select(*COLUMNS).where(*clauses), (MembershipRow.id,), limit, after))


def seated(person: ColumnElement[UUID], body_ids: Any, day: date) -> ColumnElement[bool]:
    """Whether a person holds a seat, of whatever kind, on one of the bodies on that day."""
    return exists().where(MembershipRow.person_id == person, MembershipRow.body_id == any_(body_ids), *held(day))


def person(principal: Principal) -> UUID | None:
    """The person's id at the gateway, or None for who is no person there."""
    try:
        return UUID(principal.subject) if principal.access is Access.USER else None
    except ValueError:
        return None


def held(day: date) -> tuple[ColumnElement[bool], ...]:
    return STANDING, MembershipRow.starts_on <= day, func.coalesce(MembershipRow.ends_on, day) >= day


async def rivals(tx: Tx, body_id: str, person_id: UUID) -> list[Membership]:
    """The terms beside which a new one must fit: the body's, and the person's on every body."""
    of_either = or_(MembershipRow.body_id == body_id, MembershipRow.person_id == person_id)
    rows = await tx.rows(select(*COLUMNS).where(STANDING, of_either))
    return [membership_of(row) for row in rows]


async def sittings(tx: Tx, principal: Principal) -> tuple[Sitting, ...]:
    """On which bodies the caller sits today, and as what; a system sits nowhere."""
    rows = await tx.rows(_SITTINGS, values(principal, tx))
    return tuple(
        Sitting(
            body_id=row.body_id,
            agency_id=row.agency_id,
            seat=Seat(row.seat),
            in_place_of=Seat(row.in_place_of) if row.in_place_of else None,
        )
        for row in rows
    )


def values(principal: Principal, tx: Tx) -> dict[str, Any]:
    """The values that statements need which ask where the caller sits."""
    return {"person_id": person(principal), "day": today(tx.now)}


def within_bodies(reach: Reach, body_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The clause that keeps every body's rows, those of bodies on which the caller sits or which report there, or none."""
    if reach.view(Scope.ALL):
        return true()
    if not reach.view(Scope.BODY):
        return false()
    seat_there = or_(MembershipRow.body_id == BodyRow.id, MembershipRow.body_id == any_(BodyRow.parent_ids))
    return exists().where(BodyRow.id == body_id, seat_there, *_HELD)


async def members_on(tx: Tx, body_id: str, day: date) -> Sequence[Row[Any]]:
    """Who sits on a body on a day with the type of each one's agency: the chair, then agency by agency."""
    statement = (
        select(*COLUMNS, AgencyRow.agency_type, AgencyRow.name.label("agency_name"))
        .join(AgencyRow, AgencyRow.id == MembershipRow.agency_id)
        .where(MembershipRow.body_id == body_id, *held(day))
    )
    chairs = MembershipRow.seat == Seat.CHAIR
    in_order = (AgencyRow.name, MembershipRow.seat, MembershipRow.person_name, MembershipRow.id)
    return await tx.rows(statement.order_by(chairs.desc(), *in_order))


async def must_chair(tx: Tx, by: By, body_id: str) -> None:
    """NotInTheChair where the grants do not reach every body, and the caller chairs another or none."""
    check_chairs(body_id, by.reach, await sittings(tx, by.principal) if by.principal else ())


def standing(row: Row[Any], tx: Tx) -> Standing:
    """How the membership stands today."""
    return Standing.WITHDRAWN if row.withdrawn_at else Term(row.starts_on, row.ends_on).standing(today(tx.now))


def membership_of(row: Row[Any]) -> Membership:
    """The membership in a row."""
    return Membership(
        id=row.id,
        body_id=row.body_id,
        person_id=row.person_id,
        agency_id=row.agency_id,
        seat=Seat(row.seat),
        deputy_for=row.deputy_for,
        roles=tuple(Role(role) for role in row.roles),
        term=Term(row.starts_on, row.ends_on),
        person_name=row.person_name,
        email=row.email,
    )
