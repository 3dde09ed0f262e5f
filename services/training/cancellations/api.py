"""The operations by which places are given back, given on, or lost with their session."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.training.bookings.api import show as show_booking
from services.training.bookings.schemas import BookingWhole
from services.training.cancellations import commands
from services.training.cancellations.schemas import CallOffSession, CancelBooking, TransferBooking
from services.training.requests.commands import Delegate
from services.training.sessions.api import show as show_session
from services.training.sessions.schemas import SessionWhole
from shared.auth import Caller, Requires
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["cancellations"])


@router.post("/bookings/{booking_id}/cancel", summary="Cancel a booking")
async def cancel_booking(
    booking_id: UUID,
    body: CancelBooking,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CANCEL_BOOKING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """Give a place back, in time or late by the partnership's rule, or wait no longer; it goes on to whoever is next."""
    await commands.cancel(tx, caller.by(if_match), booking_id, body.reason)
    return await show_booking(tx, caller, booking_id, response)


@router.post("/bookings/{booking_id}/transfer", summary="Send somebody else instead")
async def transfer_booking(
    booking_id: UUID,
    body: TransferBooking,
    response: Response,
    caller: Annotated[Caller, Requires(policy.TRANSFER_BOOKING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """A colleague of the same agency has the place from now on, before anybody who waits; `transferred_to` is her booking."""
    one = body.substitute
    substitute = Delegate(one.name, one.email, one.subject)
    await commands.transfer(tx, caller.by(if_match), booking_id, substitute)
    return await show_booking(tx, caller, booking_id, response)


@router.post("/sessions/{session_id}/call_off", summary="Call a session off")
async def call_off_session(
    session_id: UUID,
    body: CallOffSession,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CALL_OFF_SESSION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> SessionWhole:
    """It does not take place: every booking says so, and nobody is counted as having cancelled."""
    await commands.call_off(tx, caller.by(if_match), session_id, body.reason)
    return await show_session(tx, caller, session_id, response)
