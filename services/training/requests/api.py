"""The operations that ask for places."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.training.bookings.api import NOWHERE, show, shown, standing
from services.training.bookings.commands import Desk
from services.training.bookings.domain import Status
from services.training.bookings.schemas import BookingStep, BookingWhole
from services.training.requests import commands
from services.training.requests.commands import Asked, Delegate
from services.training.requests.schemas import Became, Book, BookTeam, TeamBooked
from shared.auth import Caller, Requires
from shared.etag import etag
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import OnceTx

router = Router(tags=["bookings"])


@router.post("/bookings", status_code=201, summary="Book a place")
async def book_place(
    body: Book, response: Response, caller: Annotated[Caller, Requires(policy.BOOK)], tx: OnceTx
) -> BookingWhole:
    """A place for yourself: yours at once, asked of your agency's lead where your agency wants that, or a place on the waiting list."""
    delegate = Delegate(body.name, body.email, caller.principal.subject)
    desk, (asked,) = await commands.book(
        tx, caller.by(), body.session_id, caller.principal.agency_id, [delegate], approved=False, together=False
    )
    if asked.refused:
        raise asked.refused
    assert asked.row
    response.headers["location"] = f"/training/v1/bookings/{asked.row['id']}"
    if asked.row["version"] > 1:  # she had booked before: the history is longer than what is known here
        return await show(tx, caller, asked.row["id"], response)
    response.headers["etag"] = etag(1)
    return _whole(desk, asked)


@router.post("/team-bookings", status_code=201, summary="Book places for a team")
async def book_team(
    body: BookTeam, response: Response, caller: Annotated[Caller, Requires(policy.BOOK_TEAM)], tx: OnceTx
) -> TeamBooked:
    """Places for people of one agency by its lead, whose approval this is: all together, or each for herself, and what became of each."""
    by, agency_id = caller.by(), body.agency_id or caller.principal.agency_id
    by.must_reach(agency_id)
    delegates = [Delegate(one.name, one.email, one.subject) for one in body.delegates]
    _, asked = await commands.book(tx, by, body.session_id, agency_id, delegates, approved=True, together=body.together)
    response.headers["location"] = f"/training/v1/bookings?session_id={body.session_id}"
    return _team(body.session_id, asked)


OF_SESSION = ("course_id", "course_code", "course_title", "starts_at", "ends_at", "place", "joining_link")


def _whole(desk: Desk, asked: Asked) -> BookingWhole:
    """A booking just made: all of it is known, and two hundred people may be waiting for theirs."""
    assert asked.row
    assert asked.did
    row = {**asked.row, **{name: getattr(desk.session, name) for name in OF_SESSION}}
    place = standing(asked.line, row["asked_at"]) if asked.line else NOWHERE
    return BookingWhole.model_construct(
        **shown(row) | place, steps=[BookingStep.model_construct(**asked.did, by_link=False)]
    )


def _team(session_id: UUID, asked: Sequence[Asked]) -> TeamBooked:
    counted = Counter(one.status for one in asked)
    return TeamBooked.model_construct(
        session_id=session_id,
        booked=counted[Status.BOOKED],
        waiting=counted[Status.WAITING],
        requested=counted[Status.REQUESTED],
        refused=counted[None],
        delegates=[
            Became.model_construct(
                email=one.delegate.email,
                booking_id=one.row["id"] if one.row else None,
                status=one.status.value if one.status else None,
                refused=one.refused.code if one.refused else None,
                detail=one.refused.detail if one.refused else None,
            )
            for one in asked
        ],
    )
