"""Finds the calendars that are out of step with the sessions to come, and who is expected at one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Row,
    String,
    Subquery,
    Uuid,
    and_,
    cast,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on

from services.training.bookings.domain import Status
from services.training.bookings.models import Booking
from services.training.courses.models import Course
from services.training.invitations.models import Invitation
from services.training.sessions.domain import Do
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session, SessionEntry
from shared.db import Tx
from shared.invitations.domain import Occasion

AT_ONCE = 20  # sessions
_LISTED = func.unnest(Session.distribution_lists).table_valued("address").render_derived().lateral("listed")
_NAMED = cast(func.md5(cast(Session.id, String) + _LISTED.c.address), Uuid)
_TOLD_WHY = (Do.MOVE, Do.CALL_OFF)


def _guests(*of: ColumnElement[bool]) -> Subquery:
    """Whoever has a place at these sessions, and the lists of those that are open; of none that is called off."""
    takes_place = (Session.status == SessionStatus.PLANNED, *of)
    address = _LISTED.c.address
    booked = select(
        Session.id.label("session_id"),
        Booking.id.label("guest_id"),
        Booking.name,
        Booking.agency_id,
        Booking.email.label("address"),
    ).join(Session, Session.id == Booking.session_id)
    listed = select(Session.id, _NAMED, address, cast(null(), String), address).join_from(Session, _LISTED, true())
    return union_all(booked.where(Booking.status == Status.BOOKED, *takes_place), listed.where(*takes_place)).subquery(
        "guest"
    )


def _written(*of: ColumnElement[bool]) -> Subquery:
    """The newest state of the appointment that was written to each guest of these sessions."""
    summons = Invitation.summons
    return (
        select(
            Invitation.session_id,
            Invitation.guest_id,
            Invitation.address,
            summons["title"].astext.label("title"),
            summons["place"].astext.label("place"),
            summons["link"].astext.label("link"),
            cast(summons["starts_at"].astext, DateTime(timezone=True)).label("starts_at"),
            cast(summons["ends_at"].astext, DateTime(timezone=True)).label("ends_at"),
            cast(summons["cancelled"].astext, Boolean).label("cancelled"),
        )
        .ext(distinct_on(Invitation.session_id, Invitation.guest_id))
        .join(Session, Session.id == Invitation.session_id)
        .where(Invitation.occasion == Occasion.INVITATION, *of)
        .order_by(Invitation.session_id, Invitation.guest_id, Invitation.sequence.desc())
        .subquery("written")
    )


async def out_of_step(tx: Tx) -> Sequence[UUID]:
    """Some sessions to come that stand otherwise in somebody's calendar, or do not stand there, or should no longer."""
    to_come = Session.starts_at > tx.now
    guest, written = _guests(to_come), _written(to_come)
    stands = func.coalesce(~written.c.cancelled, false())
    facts: dict[str, Any] = {
        "address": guest.c.address,
        "title": Course.title,
        "place": Session.place,
        "link": Session.joining_link,
        "starts_at": Session.starts_at,
        "ends_at": Session.ends_at,
    }
    otherwise = or_(*(written.c[name].is_distinct_from(value) for name, value in facts.items()))
    expected = guest.c.guest_id.is_not(None)
    found = (
        select(Session.id)
        .distinct()
        .select_from(guest.join(written, guest.c.guest_id == written.c.guest_id, full=True))
        .join(Session, Session.id == func.coalesce(guest.c.session_id, written.c.session_id))
        .join(Course, Course.id == Session.course_id)
        .where(or_(and_(expected, or_(~stands, otherwise)), and_(~expected, stands)))
    )
    return [row.id for row in await tx.rows(found.limit(AT_ONCE))]


async def guests(tx: Tx, session_id: UUID) -> Sequence[Row[Any]]:
    """Who is expected at a session."""
    return await tx.rows(select(_guests(Session.id == session_id)))


async def to_come(tx: Tx) -> Sequence[Row[Any]]:
    """The sessions that are planned and have not begun."""
    ahead = (Session.status == SessionStatus.PLANNED, Session.starts_at > tx.now)
    return await tx.rows(select(Session.id, Session.starts_at).where(*ahead).order_by(Session.starts_at, Session.id))


async def told_why(tx: Tx, session_id: UUID) -> str | None:
    """Why a session was moved last, or called off."""
    said = select(SessionEntry.text).where(SessionEntry.session_id == session_id, SessionEntry.did.in_(_TOLD_WHY))
    found: str | None = await tx.scalar(said.order_by(SessionEntry.id.desc()).limit(1))
    return found
