"""The operations on requests that wait for an agency's approval, and on whether it wants to be asked."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.training.approvals import commands
from services.training.approvals.domain import PracticeNotFound
from services.training.approvals.schemas import ApproveBooking, DeclineBooking, PracticeShown, SetPractice
from services.training.bookings import queries
from services.training.bookings.api import show
from services.training.bookings.schemas import BookingWhole
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.policy import Scope
from shared.policy import training as policy
from shared.routing import Router
from shared.schemas import AgencyId
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["approvals"])


@router.post("/bookings/{booking_id}/approve", summary="Approve a booking")
async def approve_booking(
    booking_id: UUID,
    body: ApproveBooking,
    response: Response,
    caller: Annotated[Caller, Requires(policy.APPROVE_BOOKING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """Somebody of your agency may go: she has a place, or waits where she stood when she asked."""
    await commands.approve(tx, caller.by(if_match), booking_id)
    return await show(tx, caller, booking_id, response)


@router.post("/bookings/{booking_id}/decline", summary="Decline a booking")
async def decline_booking(
    booking_id: UUID,
    body: DeclineBooking,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DECLINE_BOOKING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BookingWhole:
    """Somebody of your agency may not go, and why."""
    await commands.decline(tx, caller.by(if_match), booking_id, body.reason)
    return await show(tx, caller, booking_id, response)


@router.get("/practices/{agency_id}", summary="Read what an agency wants asked")
async def read_practice(
    agency_id: AgencyId, response: Response, caller: Annotated[Caller, Requires(policy.READ_PRACTICE)], tx: ReadTx
) -> PracticeShown:
    """Whether its lead approves each booking that its people make for themselves."""
    return await _show(tx, caller, agency_id, response)


@router.patch("/practices/{agency_id}", summary="Say what an agency wants asked")
async def set_practice(
    agency_id: AgencyId,
    body: SetPractice,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SET_PRACTICE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> PracticeShown:
    """From now on; what has been asked before goes on as it was asked."""
    _must_reach(caller, agency_id)
    await commands.practise(tx, caller.by(), agency_id, if_match, approves=body.approves)
    return await _show(tx, caller, agency_id, response)


async def _show(tx: Tx, caller: Caller, agency_id: str, response: Response) -> PracticeShown:
    _must_reach(caller, agency_id)
    row = await queries.practice(tx, agency_id)
    response.headers["etag"] = etag(row.version if row else 0)
    return PracticeShown.model_construct(
        agency_id=agency_id, approves=bool(row and row.approves), set_at=row.set_at if row else None
    )


def _must_reach(caller: Caller, agency_id: str) -> None:
    own = caller.reach.view(Scope.OWN) is not None and agency_id in caller.principal.agencies
    if not (own or caller.reach.view(Scope.ALL)):
        raise PracticeNotFound
