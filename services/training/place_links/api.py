"""The page behind a letter's link, on which a delegate gives her place back. Reading it changes nothing: scanners of letters do."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response

from services.training.bookings import queries as bookings
from services.training.bookings.domain import Do, Status, cancelling
from services.training.cancellations.commands import give_back
from services.training.cancellations.domain import must_have_place
from services.training.pages import page
from services.training.place_links.domain import booking_of, told
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.domain import when
from shared.auth import Public
from shared.db import Tx
from shared.guesses import count_guess
from shared.problems import Problem
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["cancellations"])

WHY = "Whoever has the link that came by letter may give the place back by it; the link is the proof."
Token = Annotated[str, Path(max_length=100, description="The last part of the link in the letter.")]
Nobody = Annotated[None, Public(WHY)]
AS_PAGE: dict[int | str, dict[str, Any]] = {status: {"content": {"text/html": {}}} for status in (200, 404, 409)}
LATE = {"type": "object", "properties": {"late": {"type": "boolean", "description": "The page said that it is late."}}}
FORM: dict[str, Any] = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": LATE}}}}


@router.get(
    "/place-links/{token}",
    summary="The page on which a delegate gives her place back",
    responses=AS_PAGE,
    response_class=Response,
)
async def read_place_link(request: Request, token: Token, nobody: Nobody, tx: ReadTx) -> Response:
    """What the link in a letter leads to: her session, and whether it would be late. Reading it gives nothing back."""
    booking_id = _opened(request, tx, token)
    return await _asked(request, tx, booking_id) if booking_id else _unknown()


@router.post(
    "/place-links/{token}/form",
    summary="Give a place back by the page",
    responses=AS_PAGE,
    response_class=Response,
    openapi_extra=FORM,
)
async def send_place_form(request: Request, token: Token, nobody: Nobody, tx: WriteTx) -> Response:
    """What the page sends. It is given back late only where the page has said so; else it says so first."""
    booking_id = _opened(request, tx, token)
    if booking_id is None:
        return _unknown()
    said_late = (await request.form()).get("late") == "true"
    try:
        did = await give_back(tx, booking_id, late=said_late)
    except Problem as problem:
        return _said(problem.status, "There is no place to give back", problem.detail)
    if did is None:
        return await _asked(request, tx, booking_id)
    counted = "It is counted as cancelled late." if did is Do.CANCEL_LATE else "It was given back in time."
    return _said(200, "Your place is given back", counted, "Whoever is next on the waiting list is offered it.")


def _opened(request: Request, tx: Tx, token: str) -> UUID | None:
    booking_id = booking_of(token, *request.app.state.runtime.settings.seal_keys)
    if booking_id is None:
        count_guess(request, tx.wall, "links")
    return booking_id


async def _asked(request: Request, tx: Tx, booking_id: UUID) -> Response:
    """The page that asks whether she gives it back."""
    booking = await bookings.by_id(tx, booking_id)
    session = await sessions.get(tx, booking.session_id)
    try:
        must_have_place(Status(booking.status), SessionStatus(session.status))
    except Problem as problem:
        return _said(problem.status, "There is no place to give back", problem.detail)
    until = bookings.in_time_until(session.starts_at)
    late = cancelling(Status.BOOKED, until, tx.now) is Do.CANCEL_LATE
    about = f"{session.course_title}, {when(session.starts_at, session.ends_at)}."
    action = f"{request.scope['path'].removesuffix('/form')}/form"
    lines = [about, told(until, late=late)]
    return page("place.html", heading="Give your place back", lines=lines, mistakes=[], action=action, late=late)


def _said(status: int, heading: str, *lines: str) -> Response:
    return page("place.html", status, heading=heading, lines=lines, mistakes=[], action=None)


def _unknown() -> Response:
    return _said(404, "No such link", "This is not a link of ours, or not the whole of it.")
