"""Reads bookings: each to whom it belongs, to the lead of her agency, to the trainers of that session and who runs the programme."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.training.bookings.domain import Rule, Status, Waiting
from services.training.bookings.models import AgencyPractice, Booking, BookingEntry
from services.training.courses.models import Course
from services.training.invitations.queries import newest_of
from services.training.rulebook import CALENDAR, order_on, rule_on
from services.training.sessions.models import Session, SessionTrainer
from shared.days import today
from shared.db import Tx
from shared.deadlines import due
from shared.invitations.domain import Answer
from shared.policy import Principal, Reach, Role
from shared.problems import NotFound
from shared.scoping import AGENCIES, SUBJECT, narrowed, newest_first, values, within

BOOKING = tuple(Booking.__table__.c)
_SESSION = (
    Session.course_id,
    Session.starts_at,
    Session.ends_at,
    Session.place,
    Session.joining_link,
    Course.code.label("course_code"),
    Course.title.label("course_title"),
)
_NEWEST = newest_of(Booking.__table__.c.session_id, Booking.__table__.c.id)
_WHOLE: Select[Any] = (
    select(*BOOKING, *_SESSION, _NEWEST.c.answer, _NEWEST.c.answered_at)
    .join(Session, Session.id == Booking.session_id)
    .join(Course, Course.id == Session.course_id)
    .outerjoin(_NEWEST, true())
)
_BY_ID = select(*BOOKING).where(Booking.id == bindparam("id"))
_WAITING = (
    select(Booking.id, Booking.agency_id, Booking.lapses, Booking.arrival, Booking.put_first)
    .where(Booking.session_id == bindparam("session_id"), Booking.status == Status.WAITING)
    .order_by(Booking.arrival)
)
_GROUPS = (
    select(Booking.agency_id, Booking.lapses, Booking.put_first, func.count().label("count"))
    .where(Booking.session_id == bindparam("session_id"), Booking.status == Status.WAITING)
    .group_by(Booking.agency_id, Booking.lapses, Booking.put_first)
    .subquery()
)
_KNOWN = (
    select(
        Booking.id,
        Booking.version,
        Booking.status,
        Booking.agency_id,
        Booking.email,
        Booking.subject,
        Booking.lapses,
        Booking.had_place,
    )
    .where(
        Booking.session_id == bindparam("session_id"),
        or_(
            Booking.email == any_(bindparam("emails", type_=ARRAY(Text))),
            Booking.subject == any_(bindparam("subjects", type_=ARRAY(Text))),
        ),
    )
    .subquery()
)


def _rows(found: Subquery) -> ColumnElement[Any]:
    """The rows of a subquery as one JSON value."""
    return func.coalesce(
        select(func.jsonb_agg(func.to_jsonb(found.table_valued()))).scalar_subquery(), literal([], JSONB)
    )


_ASKING = select(
    select(AgencyPractice.approves)
    .where(AgencyPractice.agency_id == bindparam("agency_id"))
    .scalar_subquery()
    .label("approves"),
    _rows(_GROUPS).label("waiting"),
    _rows(_KNOWN).label("known"),
)
_PRACTICE = select(*AgencyPractice.__table__.c).where(AgencyPractice.agency_id == bindparam("agency_id"))
WHOLE_OF_IT = or_(Booking.status == Status.ATTENDED, and_(Booking.status == Status.WALK_IN, Booking.throughout))
"""Who was there for the whole session, having booked or not: what a certificate says."""
_OWN = Booking.agency_id == any_(AGENCIES)
_MINE = Booking.subject == SUBJECT
_TRAINED = exists().where(SessionTrainer.session_id == Booking.session_id, SessionTrainer.subject == SUBJECT)


class BookingNotFound(NotFound):
    """There is no such booking, or the caller may not know of it."""

    code = "booking_not_found"
    cure = "Look in `/training/v1/bookings`."


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: str | None = None
    status: Status | None = None
    answer: Answer | None = None
    mine: bool | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


def _visible(principal: Principal, reach: Reach) -> ColumnElement[bool]:
    """Assigned to a person is her own booking and, while she is a trainer, those of the sessions that she holds."""
    return within(reach, _OWN, or_(_MINE, _TRAINED) if Role.TRAINER in principal.roles else _MINE)


async def get(tx: Tx, principal: Principal, reach: Reach, booking_id: UUID) -> Row[Any]:
    """One booking with its session. BookingNotFound where there is none to be seen."""
    statement = _WHOLE.where(Booking.id == booking_id, _visible(principal, reach))
    row = await tx.row(statement, values(principal))
    if row is None:
        raise BookingNotFound("There is no such booking that you may see.")
    return row


async def by_id(tx: Tx, booking_id: UUID) -> Row[Any]:
    """One booking, as it stands now; for who has seen that it is visible and holds the session's lock."""
    return (await tx.execute(_BY_ID, {"id": booking_id})).one()


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` bookings, those asked for last first."""
    clauses = narrowed(
        filters,
        Booking,
        course_id=Session.course_id,
        answer=_NEWEST.c.answer,
        mine=_MINE,
        starts_from=lambda at: Session.starts_at >= at,
        starts_before=lambda at: Session.starts_at < at,
    )
    statement = _WHOLE.where(_visible(principal, reach), *clauses)
    return await tx.rows(newest_first(statement, Booking.asked_at, Booking.id, limit, after), values(principal))


async def history(tx: Tx, booking_id: UUID) -> Sequence[Row[Any]]:
    """What was done to a booking, oldest first. The caller has seen that it is visible."""
    statement = select(*BookingEntry.__table__.c).where(BookingEntry.booking_id == booking_id)
    return await tx.rows(statement.order_by(BookingEntry.id))


async def stood_before(tx: Tx, booking_id: UUID) -> Status | None:
    """Where a delegate stood before she walked in; None where she stood nowhere."""
    entries = select(BookingEntry.status).where(BookingEntry.booking_id == booking_id)
    earlier = entries.where(BookingEntry.status != Status.WALK_IN).order_by(BookingEntry.id.desc()).limit(1)
    found = await tx.scalar(earlier)
    return Status(found) if found else None


async def waiting(tx: Tx, session_id: UUID) -> dict[UUID, Waiting]:
    """Everybody who waits at a session, by booking, in the order of arrival."""
    rows = await tx.rows(_WAITING, {"session_id": session_id})
    return {row.id: stands(row) for row in rows}


def stands(row: Row[Any]) -> Waiting:
    """What puts a delegate in her place on a waiting list."""
    return Waiting(row.agency_id, row.lapses, row.arrival, row.put_first)


@dataclass(frozen=True, slots=True)
class Known:
    """A booking that a delegate has at the session already."""

    id: UUID
    version: int
    status: Status
    agency_id: str
    email: str
    subject: str | None
    lapses: int
    had_place: bool

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The booking of this row."""
        known = {one.name: getattr(row, one.name) for one in fields(cls)}
        return cls(**known | {"status": Status(row.status)})


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be known when places are asked for: whether the agency approves, who waits, and who has booked already.

    Who waits is in groups that stand alike before whoever asks now, whose arrival is the last.
    """

    approves: bool
    waiting: tuple[Waiting, ...]
    known: tuple[Known, ...]

    def known_as(self, email: str, subject: str | None) -> Known | None:
        """The booking of the delegate with this address or this account."""
        return next((one for one in self.known if one.email == email or (subject and one.subject == subject)), None)


async def asking(
    tx: Tx, session_id: UUID, agency_id: str, emails: Sequence[str], subjects: Sequence[str | None]
) -> Asking:
    """What is to be known when places are asked for at a session that is locked."""
    named = {"emails": list(emails), "subjects": [one for one in subjects if one]}
    row = (await tx.execute(_ASKING, {"session_id": session_id, "agency_id": agency_id} | named)).one()
    return Asking(
        approves=bool(row.approves),
        waiting=tuple(
            Waiting(one["agency_id"], one["lapses"], 0, one["put_first"], one["count"]) for one in row.waiting
        ),
        known=tuple(Known(**one | {"id": UUID(one["id"]), "status": Status(one["status"])}) for one in row.known),
    )


async def of_session(tx: Tx, session_id: UUID) -> Sequence[Row[Any]]:
    """Every booking of a session, in the order of arrival; for who holds its lock."""
    return await tx.rows(select(*BOOKING).where(Booking.session_id == session_id).order_by(Booking.arrival))


async def practice(tx: Tx, agency_id: str) -> Row[Any] | None:
    """What an agency has said of approving its people's bookings, or None."""
    return await tx.row(_PRACTICE, {"agency_id": agency_id})


def rules_on(now: datetime) -> tuple[Rule, ...]:
    """The rules by which waiting lists are in order today."""
    return tuple(Rule(code) for code in order_on(today(now)).rules)


def in_time_until(starts_at: datetime) -> datetime:
    """Until when a place at a session can be given back in time, by the rule of the session's day."""
    return due(rule_on("cancellation_notice", today(starts_at)), starts_at, CALENDAR)


def offer_stands_until(now: datetime, closes_at: datetime) -> datetime:
    """How long an offer made now stands: by the rule, and never beyond the closing of booking."""
    return min(due(rule_on("offer_stands", today(now)), now, CALENDAR), closes_at)
