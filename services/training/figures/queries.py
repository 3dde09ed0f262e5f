"""Counts the delegates of sessions that were held, and reads one session's for its reconciliation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    any_,
    cast,
    func,
    literal,
    select,
)

from services.training.attendance.domain import CAME
from services.training.bookings.domain import Status
from services.training.bookings.models import Booking
from services.training.courses.models import Course
from services.training.figures.domain import By, Delegate, Seen
from services.training.register.models import REGISTER
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.db import Tx
from shared.policy import Principal, Reach, Scope
from shared.scoping import AGENCIES, values, within


@dataclass(frozen=True)
class Filters:
    """Of which sessions."""

    course_id: UUID | None = None
    session_id: UUID | None = None
    series: str | None = None
    agency_id: str | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in one group; `booked`: those seen at sessions with places. An agency has no `places` of its own: None."""

    key: str
    title: str
    sessions: int
    places: int | None
    seen: tuple[Seen, ...]
    booked: tuple[Seen, ...]
    people: int


_COUNTED = Booking.status != Status.STRUCK_OUT
_NUMBER = func.count().label("number")
WHOLE = literal("all")
_ON_A_DAY = func.concat(
    Course.title, ", ", func.to_char(func.timezone("Europe/London", Session.starts_at), "FMDD Mon YYYY")
)
KEYS: Mapping[By | None, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    None: (WHOLE, WHOLE),
    By.COURSE: (Course.code.expression, Course.title.expression),
    By.AGENCY: (Booking.agency_id.expression, Booking.agency_id.expression),
    By.SESSION: (cast(Session.id, String), _ON_A_DAY),
}


async def counted(tx: Tx, principal: Principal, reach: Reach, filters: Filters, by: By | None) -> list[Counted]:
    """Each group, in the order of its key; all in one where they are not divided.

    Whoever sees the own agency's alone, or asks for one agency's, has no places to set them against. Open sessions have none either.
    """
    key, title = KEYS[by]
    joined = _held(filters).subquery("held").c.id
    mine = [within(reach, Booking.agency_id == any_(AGENCIES)), Booking.session_id.in_(select(joined)), _COUNTED]
    if filters.agency_id:
        mine.append(Booking.agency_id == filters.agency_id)
    bookable = Session.places.is_not(None)
    rows = (
        select(key.label("key"), title.label("title"), Booking.status, Booking.had_place, bookable.label("bookable"))
        .add_columns(func.count().label("number"))
        .select_from(Booking)
        .join(Session, Session.id == Booking.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine)
        .group_by(key, title, Booking.status, Booking.had_place, bookable)
    )
    people = (
        select(key.label("key"), func.count(Booking.email.distinct()).label("people"))
        .select_from(Booking)
        .join(Session, Session.id == Booking.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine, Booking.status.in_(CAME))
        .group_by(key)
    )
    delegates = await tx.rows(rows, values(principal))
    heads = {row.key: row.people for row in await tx.rows(people, values(principal))}
    over_places = reach.view(Scope.ALL) is not None and by is not By.AGENCY and not filters.agency_id
    sessions = await _sessions(tx, filters, by) if over_places else {}
    titles = {row.key: row.title for row in (*sessions.values(), *delegates)}
    if by is By.AGENCY:
        titles |= {one: agency.name for one, agency in (await REGISTER.agencies(tx, titles)).items()}
    return [
        Counted(
            key=one,
            title=titles[one],
            sessions=sessions[one].sessions if one in sessions else 0,
            places=(sessions[one].places if one in sessions else 0) if over_places else None,
            seen=tuple(_seen(row) for row in delegates if row.key == one),
            booked=tuple(_seen(row) for row in delegates if row.key == one and row.bookable),
            people=heads.get(one, 0),
        )
        for one in sorted(titles)
    ]


def _seen(row: Row[Any]) -> Seen:
    return Seen(Status(row.status), row.had_place, row.number)


async def _sessions(tx: Tx, filters: Filters, by: By | None) -> dict[str, Row[Any]]:
    key, title = KEYS[by]
    held = _held(filters).subquery("held").c.id
    statement = (
        select(
            key.label("key"),
            title.label("title"),
            func.count().label("sessions"),
            func.coalesce(func.sum(Session.places), 0).label("places"),
        )
        .select_from(Session)
        .join(Course, Course.id == Session.course_id)
        .where(Session.id.in_(select(held)))
        .group_by(key, title)
    )
    return {row.key: row for row in await tx.rows(statement)}


def _held(filters: Filters) -> Any:
    """The ids of the sessions that were held."""
    return sessions_of(filters).where(Session.status == SessionStatus.HELD)


def sessions_of(filters: Filters) -> Any:
    """The ids of sessions."""
    statement = select(Session.id).join(Course, Course.id == Session.course_id)
    equal = {Session.course_id: filters.course_id, Session.id: filters.session_id, Course.series: filters.series}
    statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
    if filters.starts_from:
        statement = statement.where(Session.starts_at >= filters.starts_from)
    if filters.starts_before:
        statement = statement.where(Session.starts_at < filters.starts_before)
    return statement


async def delegates(tx: Tx, session_id: UUID) -> Sequence[Delegate]:
    """Every delegate of a session. The caller has seen that she may."""
    mine = Booking.session_id == session_id, _COUNTED
    statement = select(Booking.id, Booking.status, Booking.had_place).where(*mine)
    rows = await tx.rows(statement.order_by(Booking.arrival))
    return [Delegate(str(row.id), Status(row.status), row.had_place) for row in rows]
