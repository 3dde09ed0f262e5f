"""The operations behind the link in a letter, for programs and for a browser. Reading it answers nothing: scanners of letters do."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import ValidationError
from sqlalchemy import Row

from services.training.evaluation_links import commands
from services.training.evaluation_links.domain import ASKS, LinkNotFound, evaluation_of, in_words
from services.training.evaluation_links.schemas import AnswerByLink, LinkAnswered, LinkShown
from services.training.evaluations import queries
from services.training.evaluations.api import asked
from services.training.evaluations.domain import Audience, Do, Moment, Status, step
from services.training.pages import page
from services.training.sessions.domain import when
from shared.auth import Public
from shared.db import Tx
from shared.guesses import count_guess
from shared.openapi import REFUSALS, REFUSED
from shared.problems import FieldError, Problem
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["evaluations"])

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
        return _refused(problem)
    return _asked(request, row)


@router.post("/evaluation-links/{token}", summary="Answer an evaluation by a letter's link")
async def use_evaluation_link(
    request: Request, token: Token, body: AnswerByLink, nobody: Nobody, tx: WriteTx
) -> LinkAnswered:
    """One answer to each question, once; after that the link is used up."""
    row = await _opened(request, tx, token)
    await commands.use(tx, row.id, body.answers, body.text)
    return LinkAnswered(course_title=row.course_title, at=tx.now)


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
        return _refused(problem)
    codes = [one.code for one in queries.questions(row)]
    answers = {code: _number(given[code]) for code in codes if code in given}
    if not answers:
        return _asked(request, row, given, [FieldError(codes[0], "missing", "Choose one answer.")])
    try:
        checked = given.get("text_checked") == "true"
        body = AnswerByLink.model_validate({"answers": answers, "text": given.get("text"), "text_checked": checked})
        async with tx.savepoint():  # what is refused leaves nothing behind, and is told on the same page
            await commands.use(tx, row.id, body.answers, body.text)
    except ValidationError as failure:
        mistakes = [FieldError(str(one["loc"][-1]), one["type"], "Choose one answer.") for one in failure.errors()]
        return _asked(request, row, given, mistakes)
    except Problem as problem:
        if not problem.errors:
            return _refused(problem)
        mistakes = [FieldError(one.path.removeprefix("answers."), one.code, one.message) for one in problem.errors]
        return _asked(request, row, given, mistakes)
    lines = [f"{row.course_title}.", "Your answer is taken. The link is used up; you can close the page."]
    return page("evaluation.html", heading="Thank you", lines=lines, questions=[], mistakes=[])


async def _opened(request: Request, tx: Tx, token: str) -> Row[Any]:
    """The evaluation of a link, still to be answered. LinkNotFound; AlreadyAnswered, EvaluationLapsed, EvaluationWithdrawn."""
    evaluation_id = evaluation_of(token, *request.app.state.runtime.settings.seal_keys)
    if evaluation_id is None:
        count_guess(request, tx.wall, "links")
        raise LinkNotFound("This is not a link of ours, or not the whole of it.")
    row = await queries.by_id(tx, evaluation_id)
    step(Status(row.status), Do.ANSWER, Moment(row.moment))
    return row


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
    )


def _asked(
    request: Request, row: Row[Any], given: Mapping[str, str] | None = None, mistakes: list[FieldError] | None = None
) -> Response:
    """The page that asks, or asks again with what is wrong. A single question is answered by one tap."""
    return page(
        "evaluation.html",
        422 if mistakes else 200,
        heading=_asks(row),
        lines=[f"{row.course_title}, {when(row.starts_at, row.ends_at)}."],
        questions=asked(row, {}, {}),
        action=f"{request.scope['path'].removesuffix('/form')}/form",
        due=in_words(row.due_at),
        given=dict.fromkeys(["text", *queries.scales(row)], "") | dict(given or {}),
        mistakes=mistakes or [],
        in_doubt=any(one.code == "seems_to_identify" for one in mistakes or []),
    )


def _refused(problem: Problem) -> Response:
    return page(
        "evaluation.html", problem.status, heading=problem.title, lines=[problem.detail], questions=[], mistakes=[]
    )
