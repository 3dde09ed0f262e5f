"""Reads a session's waiting list: who waits in which order, who has an offer, and every departure from the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.training.bookings import queries as bookings
from services.training.bookings.domain import Line, Status, key, line
from services.training.bookings.models import Booking, BookingEntry
from services.training.sessions import queries as sessions
from shared.db import Tx


async def in_order(tx: Tx, session: Row[Any]) -> list[tuple[Row[Any], Line]]:
    """Everybody who waits at a session, the first first, each with where she stands."""
    wait = select(*bookings.BOOKING).where(Booking.session_id == session.id, Booking.status == Status.WAITING)
    rows = {row.id: row for row in await tx.rows(wait)}
    rules, places = bookings.rules_on(tx.now), sessions.places_of(session, tx.now)
    stand = {row.id: bookings.stands(row) for row in rows.values()}
    ordered = sorted(rows, key=lambda one: key(rules, stand[one], places))
    return [(rows[one], line(rules, stand[one], stand.values(), places)) for one in ordered]


async def offered(tx: Tx, session_id: UUID) -> Sequence[Row[Any]]:
    """Everybody who is offered a place, the offer that passes first first."""
    statement = select(*bookings.BOOKING).where(Booking.session_id == session_id, Booking.status == Status.OFFERED)
    return await tx.rows(statement.order_by(Booking.stands_until, Booking.arrival))


async def departures(tx: Tx, session_id: UUID) -> Sequence[Row[Any]]:
    """Everybody who was put first, with the reason and how many were passed over, oldest first."""
    statement = select(*BookingEntry.__table__.c).where(
        BookingEntry.session_id == session_id, BookingEntry.passed_over > 0
    )
    return await tx.rows(statement.order_by(BookingEntry.id))
