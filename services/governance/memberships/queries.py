"""Reads memberships. Whoever works in the partnership may know who sits where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, any_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from services.governance.memberships.domain import Membership, Seat, Sitting, check_chairs
from services.governance.memberships.models import MembershipRow
from services.governance.terms.domain import Standing, Term, today
from shared.acting import By
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Access, Principal, Role
from shared.problems import NotFound


class MembershipNotFound(NotFound):
    """No membership has this id."""

    code = "membership_not_found"


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

_principal = aliased(MembershipRow)
_SITTINGS = (
    select(
        MembershipRow.body_id,
        MembershipRow.agency_id,
        MembershipRow.seat,
        _principal.seat.label("in_place_of"),
    )
    .outerjoin(_principal, _principal.id == MembershipRow.deputy_for)
    .where(
        STANDING,
        MembershipRow.person_id == bindparam("person_id"),
        MembershipRow.starts_on <= bindparam("day"),
        func.coalesce(MembershipRow.ends_on, bindparam("day")) >= bindparam("day"),
    )
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
    statement = select(*COLUMNS).order_by(MembershipRow.id).limit(limit + 1)
    if after is not None:
        statement = statement.where(MembershipRow.id > after[0])
    for column in (MembershipRow.body_id, MembershipRow.agency_id, MembershipRow.person_id):
        wanted = getattr(filters, column.key)
        if wanted is not None:
            statement = statement.where(column == wanted)
    if day := filters.in_effect_on:
        statement = statement.where(*_held(day))
    return await tx.rows(statement)


def seated(person: ColumnElement[UUID], body_ids: Any, day: date) -> ColumnElement[bool]:
    """Whether a person holds a seat, of whatever kind, on one of the bodies on that day."""
    return exists().where(MembershipRow.person_id == person, MembershipRow.body_id == any_(body_ids), *_held(day))


def person(principal: Principal) -> UUID | None:
    """The person's id at the gateway, or None for who is no person there."""
    try:
        return UUID(principal.subject) if principal.access is Access.USER else None
    except ValueError:
        return None


def _held(day: date) -> tuple[ColumnElement[bool], ...]:
    return STANDING, MembershipRow.starts_on <= day, func.coalesce(MembershipRow.ends_on, day) >= day


async def rivals(tx: Tx, body_id: str, person_id: UUID) -> list[Membership]:
    """The terms beside which a new one must fit: the body's, and the person's on every body."""
    of_either = or_(MembershipRow.body_id == body_id, MembershipRow.person_id == person_id)
    rows = await tx.rows(select(*COLUMNS).where(STANDING, of_either))
    return [membership_of(row) for row in rows]


async def sittings(tx: Tx, principal: Principal) -> tuple[Sitting, ...]:
    """On which bodies the caller sits today, and as what; a system sits nowhere."""
    person_id = person(principal)
    if person_id is None:
        return ()
    rows = await tx.rows(_SITTINGS, {"person_id": person_id, "day": today(tx.now)})
    return tuple(
        Sitting(
            body_id=row.body_id,
            agency_id=row.agency_id,
            seat=Seat(row.seat),
            in_place_of=Seat(row.in_place_of) if row.in_place_of else None,
        )
        for row in rows
    )


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
    )
