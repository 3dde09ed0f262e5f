"""The operations behind the link in a letter, for programs and for a browser. Reading it answers nothing: scanners of letters do."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import ValidationError
from sqlalchemy import Row

from services.training.certificates import queries as certificates
from services.training.certificates.api import AS_PDF, paper
from services.training.certificates.queries import CertificateNotFound
from services.training.evaluation_links import commands
from services.training.evaluation_links.domain import ASKS, LinkNotFound, evaluation_of, in_words
from services.training.evaluation_links.schemas import AnswerByLink, LinkAnswered, LinkShown
from services.training.evaluations import queries
from services.training.evaluations.api import asked
from services.training.evaluations.domain import AlreadyAnswered, Audience, Do, Moment, Status, step
from services.training.pages import page
from services.training.register.queries import LinkRests, must_be_let_in
from services.training.sessions.domain import when
from shared.auth import Public
from shared.db import Tx
from shared.guesses import count_guess
from shared.openapi import REFUSALS, REFUSED
from shared.problems import FieldError, Problem
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["evaluations"])

FIELDS = ("text", "manager_name", "manager_email")
MISTAKEN = {
    "manager_name": "Give your manager’s name, or leave the address out.",
    "manager_email": "Give your manager’s work e-mail address, or leave the name out.",
}
LONGEST_CHOICE = 10  # Python reads no number of thousands of digits
WHY = "Whoever has the link that came by letter may answer by it, once; the link is the proof."
Token = Annotated[str, Path(max_length=100, description="The last part of the link in the letter.")]
Nobody = Annotated[None, Public(WHY)]
AS_PAGE: dict[int | str, dict[str, Any]] = {status: {"content": {"text/html": {}}} for status in (200, 404, 409, 422)}
OR_A_PAGE = AS_PAGE | {409: {"description": REFUSALS["409"], "content": REFUSED | {"text/html": {}}}}
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/AnswerByLink"}}},
    }
}


@router.get(
    "/evaluation-links/{token}", summary="Read what a letter's link asks", response_model=LinkShown, responses=OR_A_PAGE
)
async def read_evaluation_link(request: Request, token: Token, nobody: Nobody, tx: ReadTx) -> LinkShown | Response:
    """The session and its questions. A browser gets a page. Reading answers nothing, as often as it is read."""
    if "text/html" not in request.headers.get("accept", ""):
        return _shown(await _opened(request, tx, token))
    try:
        row = await _opened(request, tx, token)
    except Problem as problem:
        return await _refused(request, tx, token, problem)
    return _asked(request, row)


@router.get(
    "/evaluation-links/{token}/certificate",
    summary="Download the certificate by a letter's link",
    responses=AS_PDF,
    response_class=Response,
)
async def print_certificate_by_link(request: Request, token: Token, nobody: Nobody, tx: ReadTx) -> Response:
    """The certificate of whom the end of a session was asked about, once she has answered; as often as she likes, while it holds."""
    row = await _found(request, tx, token)
    if row.moment != Moment.END:
        raise CertificateNotFound("This link asks for something else, and leads to no certificate.")
    return await paper(request, await certificates.of_booking(tx, row.booking_id))


@router.post("/evaluation-links/{token}", summary="Answer an evaluation by a letter's link")
async def use_evaluation_link(
    request: Request, token: Token, body: AnswerByLink, nobody: Nobody, tx: WriteTx
) -> LinkAnswered:
    """One answer to each question, once; after that the link takes no answer, and leads to the certificate where there is one."""
    row = await _opened(request, tx, token)
    await commands.use(tx, row.id, body.said)
    return LinkAnswered(course_title=row.course_title, at=tx.now, certificate=await _certificate(request, tx, row))


@router.post(
    "/evaluation-links/{token}/form",
    summary="Answer an evaluation by the page of a letter's link",
    responses=AS_PAGE,
    response_class=Response,
    openapi_extra=FORM,
)
async def send_evaluation_form(request: Request, token: Token, nobody: Nobody, tx: WriteTx) -> Response:
    """What the page of the link sends; it answers with a page, which says what is wrong where something is."""
    given = {name: text for name, text in (await request.form()).items() if isinstance(text, str) and text.strip()}
    try:
        row = await _opened(request, tx, token)
    except Problem as problem:
        return await _refused(request, tx, token, problem)
    codes = [one.code for one in queries.questions(row)]
    answers = {code: _number(given[code]) for code in codes if code in given}
    if not answers:
        return _asked(request, row, given, [FieldError(codes[0], "missing", "Choose one answer.")])
    try:
        checked = given.get("text_checked") == "true"
        said = {"answers": answers, "text": given.get("text"), "text_checked": checked, "manager": _manager(given)}
        body = AnswerByLink.model_validate(said)
        async with tx.savepoint():  # what is refused leaves nothing behind, and is told on the same page
            await commands.use(tx, row.id, body.said)
    except ValidationError as failure:
        mistakes = [_mistake(one["loc"], one["type"]) for one in failure.errors()]
        return _asked(request, row, given, mistakes)
    except Problem as problem:
        if not problem.errors:
            return await _refused(request, tx, token, problem)
        mistakes = [FieldError(_field(one.path), one.code, one.message) for one in problem.errors]
        return _asked(request, row, given, mistakes)
    lines = [f"{row.course_title}.", "Your answer is taken; you can close the page."]
    return _page("Thank you", lines, certificate=await _certificate(request, tx, row))


async def _opened(request: Request, tx: Tx, token: str) -> Row[Any]:
    """The evaluation of a link, still to be answered. LinkNotFound; LinkRests; AlreadyAnswered, EvaluationLapsed, EvaluationWithdrawn."""
    row = await _found(request, tx, token)
    step(Status(row.status), Do.ANSWER, Moment(row.moment))
    return row


async def _found(request: Request, tx: Tx, token: str) -> Row[Any]:
    """The evaluation of a link, however it stands. LinkNotFound; LinkRests."""
    evaluation_id = evaluation_of(token, *request.app.state.runtime.settings.seal_keys)
    if evaluation_id is None:
        count_guess(request, tx.wall, "links")
        raise LinkNotFound("This is not a link of ours, or not the whole of it.")
    row = await queries.by_id(tx, evaluation_id)
    await must_be_let_in(tx, row.booked_agency_id, row.subject if row.audience == Audience.ATTENDEE else None)
    return row


async def _certificate(request: Request, tx: Tx, row: Row[Any]) -> str | None:
    """Where the delegate's certificate is downloaded by the link that asked her at the end; None where she has none."""
    if row.moment != Moment.END:
        return None
    try:
        await certificates.of_booking(tx, row.booking_id)
    except CertificateNotFound:
        return None
    return f"{request.app.state.runtime.settings.public_url}{request.scope['path'].removesuffix('/form')}/certificate"


def _manager(given: Mapping[str, str]) -> dict[str, str] | None:
    """Who is named as the manager in the form, or nobody."""
    named = {name: given[f"manager_{name}"] for name in ("name", "email") if f"manager_{name}" in given}
    return named or None


def _field(path: str) -> str:
    """The form's field of what is wrong."""
    return path.removeprefix("answers.").replace(".", "_")


def _mistake(place: Sequence[str | int], kind: str) -> FieldError:
    field = _field(".".join(str(one) for one in place))
    return FieldError(field, kind, MISTAKEN.get(field, "Choose one answer."))


def _number(text: str) -> int | str:
    """A choice of the form as a number; what is none stays as it came, and is refused."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_CHOICE else text


def _asks(row: Row[Any]) -> str:
    return ASKS[Moment(row.moment), Audience(row.audience)].format(delegate=row.delegate_name)


def _shown(row: Row[Any]) -> LinkShown:
    return LinkShown.model_construct(
        course_title=row.course_title,
        when=when(row.starts_at, row.ends_at),
        moment=row.moment,
        audience=row.audience,
        asks=_asks(row),
        due_at=row.due_at,
        questions=asked(row, {}, {}),
        manager_wanted=queries.asks_for_manager(row),
    )


def _asked(
    request: Request, row: Row[Any], given: Mapping[str, str] | None = None, mistakes: list[FieldError] | None = None
) -> Response:
    """The page that asks, or asks again with what is wrong. A single question is answered by one tap."""
    return _page(
        _asks(row),
        [f"{row.course_title}, {when(row.starts_at, row.ends_at)}."],
        422 if mistakes else 200,
        questions=asked(row, {}, {}),
        action=f"{request.scope['path'].removesuffix('/form')}/form",
        due=in_words(row.due_at),
        given=dict.fromkeys([*FIELDS, *queries.scales(row)], "") | dict(given or {}),
        mistakes=mistakes or [],
        in_doubt=any(one.code == "seems_to_identify" for one in mistakes or []),
        manager_wanted=queries.asks_for_manager(row),
    )


async def _refused(request: Request, tx: Tx, token: str, problem: Problem) -> Response:
    """The page that says why the link takes no answer; who has answered finds her certificate on it."""
    answered = isinstance(problem, AlreadyAnswered)
    certificate = await _certificate(request, tx, await _found(request, tx, token)) if answered else None
    lines = [problem.detail, problem.cure] if isinstance(problem, LinkRests) else [problem.detail]
    return _page(problem.title, lines, problem.status, certificate=certificate)


def _page(heading: str, lines: Sequence[str], status: int = 200, **more: Any) -> Response:
    nothing: dict[str, Any] = {"questions": [], "mistakes": [], "certificate": None}
    return page("evaluation.html", status, heading=heading, lines=lines, **nothing | more)
