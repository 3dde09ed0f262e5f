"""The operations of sign-in: the code that a trainer shows, and the page on which a delegate types her address."""

from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import Path, Request, Response
from pydantic import ValidationError

from services.training.bookings.domain import Status
from services.training.pages import page
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.domain import when
from services.training.sign_in import commands, queries
from services.training.sign_in.domain import SignInRefused, code
from services.training.sign_in.schemas import CodeShown, SignedIn, SignIn
from shared.auth import Caller, Public, Requires
from shared.cures import cure
from shared.days import today
from shared.db import Tx
from shared.guesses import count_guess
from shared.policy import training as policy
from shared.problems import FieldError, Problem
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["attendance"])

WHY = "Whoever is at the session sees the code; it is shown there and nowhere else, and changes every minute."
Nobody = Annotated[None, Public(WHY)]
CodeGiven = Annotated[str, Path(max_length=20, description="The code that is shown at the session.")]
AS_PAGE: dict[int | str, dict[str, Any]] = {status: {"content": {"text/html": {}}} for status in (200, 404, 422)}
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/SignIn"}}},
    }
}


@router.get("/sessions/{session_id}/sign_in", summary="Show the code by which delegates sign in")
async def show_code(
    request: Request, session_id: UUID, caller: Annotated[Caller, Requires(policy.SHOW_CODE)], tx: ReadTx
) -> CodeShown:
    """For one of its trainers, to be shown at the session: a new one every minute, as letters and as a picture to be scanned."""
    session = await sessions.get(tx, session_id)
    await sessions.must_hold(tx, caller.principal, caller.reach, session_id)
    hours, settings = commands.hours_of(session), request.app.state.runtime.settings
    opens_at, closes_at = session.starts_at - hours.before, session.ends_at + hours.after
    if session.status == SessionStatus.CALLED_OFF or not hours.open_at(tx.now):
        return CodeShown(code=None, shown_until=None, link=None, qr=None, opens_at=opens_at, closes_at=closes_at)
    shown = code(settings.seal_key, session_id, hours.window(tx.now))
    link = f"{settings.public_url}/training/v1/sessions/{session_id}/sign_in/{shown}"
    return CodeShown(
        code=shown,
        shown_until=hours.shown_until(tx.now.astimezone(UTC)),
        link=link,
        qr=segno.make(link).svg_data_uri(scale=8),
        opens_at=opens_at,
        closes_at=closes_at,
    )


@router.post("/sessions/{session_id}/sign_in", summary="Sign in")
async def sign_in(request: Request, session_id: UUID, body: SignIn, nobody: Nobody, tx: WriteTx) -> SignedIn:
    """By the code that is shown at the session; who has no place comes as a walk-in, and says for which agency. Again is the same."""
    return await _sign_in(request, session_id, body, tx)


@router.get(
    "/sessions/{session_id}/sign_in/{code}",
    summary="The page on which a delegate signs in",
    responses=AS_PAGE,
    response_class=Response,
)
async def read_page(request: Request, session_id: UUID, code: CodeGiven, nobody: Nobody, tx: ReadTx) -> Response:
    """What the picture leads to: it asks for the address with which the place was booked."""
    try:
        session = await _checked(request, session_id, code, tx)
    except Problem as problem:
        return _refused(problem)
    return _asked(request, session, {}, [], ())


@router.post(
    "/sessions/{session_id}/sign_in/{code}/form",
    summary="Sign in by the page",
    responses=AS_PAGE,
    response_class=Response,
    openapi_extra=FORM,
)
async def send_page(request: Request, session_id: UUID, code: CodeGiven, nobody: Nobody, tx: WriteTx) -> Response:
    """What the page sends; it answers with a page, which says what is wrong where something is."""
    form = await request.form()
    given = {name: text for name, text in form.items() if isinstance(text, str) and text.strip() and name != "code"}
    try:
        session = await _checked(request, session_id, code, tx)
    except Problem as problem:
        return _refused(problem)
    agencies = await queries.agencies(tx, today(tx.now))
    try:
        body = SignIn.model_validate(given | {"code": code})
        async with tx.savepoint():
            signed = await _sign_in(request, session_id, body, tx)
    except ValidationError as failure:
        mistakes = [FieldError(str(one["loc"][0]), one["type"], _cure(one)) for one in failure.errors()]
        return _asked(request, session, given, mistakes, agencies)
    except Problem as problem:
        errors = problem.errors or [FieldError("email", problem.code, problem.detail)]
        return _asked(request, session, given, list(errors), agencies)
    walked_in = ["You had no place here, and are entered as having come without one."]
    lines = [f"{signed.course_title}, {signed.when}.", *(walked_in if signed.status == Status.WALK_IN else [])]
    return page("sign_in.html", heading="You are signed in", lines=lines, asks=False, mistakes=[])


async def _checked(request: Request, session_id: UUID, given: str, tx: Tx) -> Any:
    settings = request.app.state.runtime.settings
    try:
        return await commands.check_code(tx, session_id, given, settings.seal_keys)
    except SignInRefused:
        count_guess(request, tx.wall, "codes")
        raise


async def _sign_in(request: Request, session_id: UUID, body: SignIn, tx: Tx) -> SignedIn:
    session = await _checked(request, session_id, body.code, tx)
    status = await commands.sign_in(tx, session_id, body.email, body.name, body.agency_id)
    return SignedIn(
        session_id=session_id,
        course_title=session.course_title,
        when=when(session.starts_at, session.ends_at),
        status=status,
        at=tx.now,
    )


def _asked(
    request: Request, session: Any, given: Mapping[str, str], mistakes: list[FieldError], agencies: Any
) -> Response:
    """The page that asks; for name and agency only where no place is booked with the address."""
    blank = {"email": "", "name": "", "agency_id": ""}
    walks_in = any(one.path in {"name", "agency_id"} for one in mistakes) or bool(given.get("name"))
    return page(
        "sign_in.html",
        422 if mistakes else 200,
        heading="Sign in",
        lines=[f"{session.course_title}, {when(session.starts_at, session.ends_at)}."],
        asks=True,
        walks_in=walks_in,
        action=f"{request.scope['path'].removesuffix('/form')}/form",
        agencies=agencies,
        given=blank | dict(given),
        mistakes=mistakes,
    )


def _refused(problem: Problem) -> Response:
    return page(
        "sign_in.html", problem.status, heading="Not signed in", lines=[problem.detail], asks=False, mistakes=[]
    )


def _cure(error: Mapping[str, Any]) -> str:
    cures = {"email": "Give your work e-mail address, as sam@work.example.", "agency_id": "Choose your agency."}
    return cures.get(str(error["loc"][0]), cure(error))
