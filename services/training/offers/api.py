"""The operations on waiting lists and offers, and those on a session by which places may come free."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.training.bookings.api import show as show_booking
from services.training.bookings.schemas import BookingWhole
from services.training.offers import commands, queries
from services.training.offers.schemas import (
    AcceptOffer,
    Departure,
    EnlargeSession,
    KeepPlaces,
    Offer,
    PutFirst,
    Waiter,
    WaitingList,
)
from services.training.rulebook import order_on
from services.training.sessions import queries as sessions
from services.training.sessions.api import show as show_session
from services.training.sessions.api import trainers_of
from services.training.sessions.schemas import ChangeSession, SessionWhole
from shared.auth import Caller, Requires
from shared.days import today
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["waiting lists"])


@router.get("/sessions/{session_id}/waiting", summary="Read a session's waiting list")
async def read_waiting(
    session_id: UUID, caller: Annotated[Caller, Requires(policy.READ_WAITING)], tx: ReadTx
) -> WaitingList:
    """Who waits, in which order and why; who has an offer; and whoever was put before others, with the reason."""
    session = await sessions.get(tx, session_id)
    await sessions.must_hold(tx, caller.principal, caller.reach, session_id)
    order = order_on(today(tx.now))
    return WaitingList.model_construct(
        session_id=session_id,
        rules=list(order.rules),
        rules_source=order.source,
        rules_verified=order.verified,
        items=[
            Waiter.model_construct(
                booking_id=row.id,
                agency_id=row.agency_id,
                name=row.name,
                email=row.email,
                asked_at=row.asked_at,
                position=line.position,
                why_there=line.sentence(row.asked_at),
            )
            for row, line in await queries.in_order(tx, session)
        ],
        offers=[
            Offer.model_construct(booking_id=row.id, **row._mapping) for row in await queries.offered(tx, session_id)
        ],
        departures=[
            Departure.model_construct(
                booking_id=row.booking_id, at=row.at, by=row.actor, reason=row.text, passed_over=row.passed_over
            )
            for row in await queries.departures(tx, session_id)
        ],
    )


@router.post("/bookings/{booking_id}/put_first", summary="Put somebody first on the waiting list")
async def put_first(
    booking_id: UUID,
    body: PutFirst,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PUT_FIRST)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """She has the next place that she may take, before others; the reason is kept where the order is shown."""
    await commands.put_first(tx, caller.by(if_match), booking_id, body.reason)
    return await show_booking(tx, caller, booking_id, response)


@router.post("/bookings/{booking_id}/accept", summary="Take an offered place")
async def accept_offer(
    booking_id: UUID,
    body: AcceptOffer,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ACCEPT_OFFER)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """The place that was offered is taken, as long as the offer stands."""
    await commands.accept(tx, caller.by(if_match), booking_id)
    return await show_booking(tx, caller, booking_id, response)


@router.patch("/sessions/{session_id}", summary="Change a session")
async def change_session(
    session_id: UUID,
    body: ChangeSession,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_SESSION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> SessionWhole:
    """Change its link, its lists, its trainers, or until when one can book."""
    changes = body.model_dump(exclude_unset=True, exclude={"trainers"})
    trainers = trainers_of(body.trainers) if "trainers" in body.model_fields_set else None
    await commands.change(tx, caller.by(if_match), session_id, changes, trainers)
    return await show_session(tx, caller, session_id, response)


@router.post("/sessions/{session_id}/enlarge", summary="Give a session more places")
async def enlarge_session(
    session_id: UUID,
    body: EnlargeSession,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ENLARGE_SESSION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> SessionWhole:
    """A bigger room: the new places are offered to those who wait, in their order."""
    await commands.enlarge(tx, caller.by(if_match), session_id, body.places)
    return await show_session(tx, caller, session_id, response)


@router.post("/sessions/{session_id}/keep", summary="Keep places for agencies")
async def keep_places(
    session_id: UUID,
    body: KeepPlaces,
    response: Response,
    caller: Annotated[Caller, Requires(policy.KEEP_PLACES)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> SessionWhole:
    """For these agencies and no others, until a day; what is no longer kept is offered to those who wait."""
    await commands.keep(tx, caller.by(if_match), session_id, [one.kept for one in body.kept])
    return await show_session(tx, caller, session_id, response)
