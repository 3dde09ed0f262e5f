"""Gives places back and on: cancels, sends somebody else, calls a session off."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.training.bookings import queries
from services.training.bookings.commands import Desk, begin, facts, move
from services.training.bookings.domain import GONE, LIVE, AlreadyBooked, Do, Status, cancelling, step
from services.training.bookings.models import Booking
from services.training.cancellations.domain import must_have_place, must_not_have_begun, must_wait
from services.training.offers.commands import offer_on
from services.training.offers.domain import must_stand
from services.training.requests.commands import Delegate, seat
from services.training.sessions.commands import begin as begin_session
from services.training.sessions.commands import finish
from services.training.sessions.domain import Do as SessionDo
from services.training.sessions.domain import Status as SessionStatus
from shared.acting import BY_LINK, By
from shared.contracts import training as events
from shared.db import Tx
from shared.moves import NotNow

# How a substitute comes to the place from wherever she stands herself; who has one of her own needs none.
_SEATED: Mapping[Status, tuple[Do, ...]] = {
    Status.REQUESTED: (Do.APPROVE, Do.PLACE),
    Status.WAITING: (Do.OFFER, Do.ACCEPT),
    **dict.fromkeys(GONE, (Do.BOOK_AGAIN, Do.APPROVE, Do.PLACE)),
}


async def cancel(tx: Tx, by: By, booking_id: UUID, reason: str | None) -> None:
    """Give a place back, in time or late, or wait no longer; the place goes on to whoever is next. NotNow."""
    desk, row = await begin(tx, by, booking_id)
    _must_be_ahead(desk)
    must_not_have_begun(desk.session.starts_at, tx.now)
    await _cancel(tx, by, desk, row, _cancelling(tx, desk, row), reason)


async def give_back(tx: Tx, booking_id: UUID, *, late: bool) -> Do | None:
    """Give a place back by a letter's link, in time, or late where that was told; None, and nothing is done, where it was not. NotNow."""
    desk, row = await begin(tx, BY_LINK, booking_id)
    must_have_place(Status(row.status), SessionStatus(desk.session.status), desk.session.starts_at, tx.now)
    do = _cancelling(tx, desk, row)
    if do is Do.CANCEL_LATE and not late:
        return None
    await _cancel(tx, BY_LINK, desk, row, do)
    return do


async def turn_down(tx: Tx, booking_id: UUID) -> None:
    """Give an offered place on by a letter's link, and wait no longer. OfferOver, whatever else she has by now."""
    desk, row = await begin(tx, BY_LINK, booking_id)
    must_stand(row.stands_until, tx.now)
    await _cancel(tx, BY_LINK, desk, row, Do.CANCEL)


async def leave(tx: Tx, booking_id: UUID) -> None:
    """Wait no longer, by a letter's link. NotNow, whatever else she has by now."""
    desk, row = await begin(tx, BY_LINK, booking_id)
    must_wait(Status(row.status), SessionStatus(desk.session.status), desk.session.starts_at, tx.now)
    await _cancel(tx, BY_LINK, desk, row, Do.CANCEL)


async def transfer(tx: Tx, by: By, booking_id: UUID, substitute: Delegate) -> UUID:
    """Send a colleague instead, who has the place from now on; her booking's id. AlreadyBooked; NotNow."""
    desk, row = await begin(tx, by, booking_id)
    _must_be_ahead(desk)
    step(Status(row.status), Do.TRANSFER)
    asking = await queries.asking(tx, desk.session.id, row.agency_id, [substitute.email], [substitute.subject])
    before = asking.known_as(substitute.email, substitute.subject)
    if before and (before.agency_id != row.agency_id or before.status not in _SEATED):
        raise AlreadyBooked("The substitute has a booking of her own for this session.")
    dos = _SEATED[before.status] if before else (Do.APPROVE, Do.PLACE)
    seated = await seat(tx, by, desk, substitute, row.agency_id, before, dos)
    told = events.BookingTransferred(
        **facts(tx, desk, row._asdict()) | {"status": Status.TRANSFERRED}, substitute_id=str(seated)
    )
    await move(tx, by, desk, row, [Do.TRANSFER], {"transferred_to": seated}, event=told)
    await desk.leave(tx)
    return seated


async def call_off(tx: Tx, by: By, session_id: UUID, reason: str) -> None:
    """Call a session off: everybody who might have come is told so, and none of them has cancelled. NotNow."""
    row = await begin_session(tx, by, session_id, SessionDo.CALL_OFF)
    await finish(tx, by, row, SessionDo.CALL_OFF, {}, events.SessionCalledOff, text=reason)
    desk = await Desk.at(tx, session_id)
    live = Booking.session_id == session_id, Booking.status.in_(LIVE)
    for booking in await tx.rows(select(*queries.BOOKING).where(*live).order_by(Booking.arrival)):
        await move(tx, by, desk, booking, [Do.CALL_OFF], text=reason)
    await desk.leave(tx)


def _cancelling(tx: Tx, desk: Desk, row: Row[Any]) -> Do:
    return cancelling(Status(row.status), queries.in_time_until(desk.session.starts_at), tx.now)


async def _cancel(tx: Tx, by: By, desk: Desk, row: Row[Any], do: Do, reason: str | None = None) -> None:
    await move(tx, by, desk, row, [do], text=reason)
    await offer_on(tx, desk)


def _must_be_ahead(desk: Desk) -> None:
    if desk.session.status != SessionStatus.PLANNED:
        raise NotNow(f"The session is {desk.session.status}: its register says who came.")
