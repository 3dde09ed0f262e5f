"""The page of a letter's link, on which a delegate takes or gives back a place. Scanners read it too, so reading changes nothing."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response

from services.training.bookings import queries as bookings
from services.training.bookings.domain import Do, Status, cancelling
from services.training.cancellations.commands import give_back, leave, turn_down
from services.training.offers.commands import accept as take
from services.training.offers.domain import OfferOver, stands
from services.training.pages import page
from services.training.place_links.domain import Answer, booking_of, told, told_of_offer, why_nothing
from services.training.register.queries import LinkRests, must_be_let_in
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.domain import when
from shared.acting import BY_LINK
from shared.auth import Public
from shared.db import Tx
from shared.guesses import count_guess
from shared.moves import NotNow
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["cancellations"])

WHY = "Whoever has the link that came by letter may take the place, give it back or wait no longer by it; it is the proof."
Token = Annotated[str, Path(max_length=100, description="The last part of the link in the letter.")]
Nobody = Annotated[None, Public(WHY)]
AS_PAGE: dict[int | str, dict[str, Any]] = {status: {"content": {"text/html": {}}} for status in (200, 404, 409)}
FORM: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "answer": {"type": "string", "enum": list(Answer), "description": "Which button it was."},
                        "late": {"type": "boolean", "description": "The page said that giving back is late."},
                    },
                }
            }
        }
    }
}


@router.get(
    "/place-links/{token}",
    summary="The page on which a delegate takes or gives back her place",
    responses=AS_PAGE,
    response_class=Response,
)
async def read_place_link(request: Request, token: Token, nobody: Nobody, tx: ReadTx) -> Response:
    """What the link in a letter leads to: her session, until when an offer stands, whether it would be late. Reading it changes nothing."""
    booking_id = await _opened(request, tx, token)
    return booking_id if isinstance(booking_id, Response) else await _stands(request, tx, booking_id)


@router.post(
    "/place-links/{token}/form",
    summary="Take or give back a place by the page",
    responses=AS_PAGE,
    response_class=Response,
    openapi_extra=FORM,
)
async def send_place_form(request: Request, token: Token, nobody: Nobody, tx: WriteTx) -> Response:
    """What the page sends. Late a place is given back only where the page has said so; what is done already is not done again."""
    booking_id = await _opened(request, tx, token)
    if isinstance(booking_id, Response):
        return booking_id
    form = await request.form()
    try:
        done = await _done(tx, booking_id, form.get("answer"), said_late=form.get("late") == "true")
    except (NotNow, OfferOver):
        done = None
    return _said(200, *done) if done else await _stands(request, tx, booking_id)


async def _done(tx: Tx, booking_id: UUID, answer: object, *, said_late: bool) -> tuple[str, ...] | None:
    """Do what a button says, and tell so; None where the page has to say something first. NotNow; OfferOver."""
    if answer == Answer.TAKE:
        await take(tx, BY_LINK, booking_id)
        return (
            "The place is yours",
            "It comes into your calendar by letter, with a link to give it back if you cannot come.",
        )
    if answer == Answer.TURN_DOWN:
        await turn_down(tx, booking_id)
        return "The place goes on", "Whoever is next on the waiting list is offered it. You wait no longer."
    if answer == Answer.LEAVE:
        await leave(tx, booking_id)
        return "You have left the waiting list", "No place will be offered to you. Whoever waits after you moves up."
    did = await give_back(tx, booking_id, late=said_late) if answer == Answer.GIVE_BACK else None
    if did is None:
        return None
    counted = "It is counted as cancelled late." if did is Do.CANCEL_LATE else "It was given back in time."
    return "Your place is given back", counted, "Whoever is next on the waiting list is offered it."


async def _opened(request: Request, tx: Tx, token: str) -> UUID | Response:
    """The booking of a link, or the page that says why there is none for her."""
    booking_id = booking_of(token, *request.app.state.runtime.settings.seal_keys)
    if booking_id is None:
        count_guess(request, tx.wall, "links")
        return _said(404, "No such link", "This is not a link of ours, or not the whole of it.")
    booking = await bookings.by_id(tx, booking_id)
    try:
        await must_be_let_in(tx, booking.agency_id, booking.subject)
    except LinkRests as rests:
        return _said(rests.status, rests.title, rests.detail, rests.cure)
    return booking_id


async def _stands(request: Request, tx: Tx, booking_id: UUID) -> Response:
    """The page that says how she stands, with what she can do."""
    booking = await bookings.by_id(tx, booking_id)
    session = await sessions.get(tx, booking.session_id)
    status, begun = Status(booking.status), tx.now >= session.starts_at
    planned = session.status == SessionStatus.PLANNED and not begun
    about = f"{session.course_title}, {when(session.starts_at, session.ends_at)}."
    action = f"{request.scope['path'].removesuffix('/form')}/form"
    if planned and status is Status.OFFERED and stands(booking.stands_until, tx.now):
        lines = [about, told_of_offer(booking.stands_until)]
        return _page("A place is offered to you", lines, action=action, offered=True)
    if planned and status is Status.BOOKED:
        until = bookings.in_time_until(session.starts_at)
        late = cancelling(status, until, tx.now) is Do.CANCEL_LATE
        lines = [about, "If you cannot come, give it back.", told(until, late=late)]
        return _page("You have a place", lines, action=action, late=late)
    closed = tx.now >= (session.booking_closes_at or session.starts_at)
    heading, why = why_nothing(status, SessionStatus(session.status), booking.lapses, closed=closed, begun=begun)
    if planned and status is Status.WAITING and not closed:
        return _page(heading, [about, why], action=action, waits=True)
    return _said(409, heading, about, why)


def _page(
    heading: str,
    lines: Sequence[str],
    status: int = 200,
    action: str | None = None,
    *,
    offered: bool = False,
    waits: bool = False,
    late: bool = False,
) -> Response:
    does = {"action": action, "offered": offered, "waits": waits, "late": late}
    return page("place.html", status, heading=heading, lines=lines, mistakes=[], **does)


def _said(status: int, heading: str, *lines: str) -> Response:
    return _page(heading, lines, status)
