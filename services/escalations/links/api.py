"""The operations behind a one-time link, for programs and for a browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import ValidationError
from sqlalchemy import Row

from services.escalations.escalations.domain import OverrunReason
from services.escalations.letters.domain import letter_of
from services.escalations.links import commands, queries
from services.escalations.links.domain import CLIENT, ByLink, LinkNotFound, answerer, may_use
from services.escalations.links.schemas import LinkDone, LinkShown, UseLink
from services.escalations.pages import page
from shared import policy
from shared.auth import Caller, Public
from shared.cures import cure
from shared.days import until_written
from shared.db import Tx
from shared.guesses import count_guess
from shared.openapi import REFUSALS, REFUSED
from shared.policy import Action, AgencyType, Seniority, View
from shared.policy import escalations as actions
from shared.problems import FieldError, Invalid, Problem
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["links"])

NOUN = "escalations.escalation"
WHY = "Whoever has the link that came by letter may use it, once; the link is the proof."
Token = Annotated[str, Path(max_length=100, description="The last part of the link in the letter.")]
Nobody = Annotated[None, Public(WHY)]
AS_PAGE: dict[int | str, dict[str, Any]] = {status: {"content": {"text/html": {}}} for status in (200, 404, 409, 422)}
OR_A_PAGE = AS_PAGE | {409: {"description": REFUSALS["409"], "content": REFUSED | {"text/html": {}}}}
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/UseLink"}}},
    }
}
CHOICES = {ByLink.ACKNOWLEDGE: "Acknowledge that it has arrived", ByLink.RESPOND: "Answer it"}


@dataclass(frozen=True)
class Opened:
    """A link that was made here, and who uses it."""

    letter: Row[Any]
    caller: Caller


@router.get(
    "/links/{token}", summary="Read what a one-time link asks for", response_model=LinkShown, responses=OR_A_PAGE
)
async def read_link(request: Request, token: Token, nobody: Nobody, tx: ReadTx) -> LinkShown | Response:
    """The reference, the agencies and by when; nothing about the child. A browser gets a page. Reading uses nothing up."""
    if "text/html" not in request.headers.get("accept", ""):
        return await _shown(tx, await _opened(request, tx, token, actions.READ))
    try:
        shown = await _shown(tx, await _opened(request, tx, token, actions.READ))
    except Problem as problem:
        return _refused(problem)
    return _asked(request, shown)


@router.post("/links/{token}", summary="Acknowledge or answer by a one-time link")
async def use_link(request: Request, token: Token, body: UseLink, nobody: Nobody, tx: WriteTx) -> LinkDone:
    """In the contact's name, once; after that the link is used up. An acknowledgement is followed by a letter with a new link."""
    opened = await _opened(request, tx, token, _action(body))
    await _use(tx, opened, body)
    return LinkDone(reference=opened.letter.facts["reference"], did=body.do, at=tx.now)


@router.post(
    "/links/{token}/form",
    summary="Acknowledge or answer by the page of a one-time link",
    responses=AS_PAGE,
    response_class=Response,
    openapi_extra=FORM,
)
async def send_form(request: Request, token: Token, nobody: Nobody, tx: WriteTx) -> Response:
    """What the page of the link sends; it answers with a page, which says what is wrong where something is."""
    given = {name: text for name, text in (await request.form()).items() if isinstance(text, str) and text.strip()}
    try:
        shown = await _shown(tx, await _opened(request, tx, token, actions.READ))
    except Problem as problem:
        return _refused(problem)
    try:
        body = UseLink.model_validate(given | {"text_checked": given.get("text_checked") == "true"})
        opened = await _opened(request, tx, token, _action(body))
        async with tx.savepoint():  # what is refused leaves nothing behind, and is told on the same page
            await _use(tx, opened, body)
    except ValidationError as failure:
        mistakes = [FieldError(str(error["loc"][0]), error["type"], _cure(error)) for error in failure.errors()]
        return _asked(request, shown, given, mistakes)
    except Problem as problem:
        return _asked(request, shown, given, list(problem.errors) or [FieldError("do", problem.code, problem.detail)])
    did = "acknowledged" if body.do is ByLink.ACKNOWLEDGE else "answered"
    more = ["A new letter brings you the link for your answer."] if body.do is ByLink.ACKNOWLEDGE else []
    return page(
        "link.html",
        heading=f"You have {did} {shown.reference}",
        lines=["Thank you. The agency that raised it is told.", *more, "This link is used up; you can close the page."],
        link=None,
        mistakes=[],
    )


async def _opened(request: Request, tx: Tx, token: str, action: Action) -> Opened:
    """The letter of a link and its contact as the caller; from here on, what is shown or refused is recorded."""
    runtime = request.app.state.runtime
    letter_id = letter_of(token, *runtime.settings.seal_keys)
    if letter_id is None:
        count_guess(request, tx.wall, "links")
        raise LinkNotFound("This is not a link of ours, or not the whole of it.")
    # A refusal is recorded under the first parameter of the path, where the secret stands.
    request.scope["path_params"] = {"letter_id": str(letter_id)}
    letter = await queries.letter(tx, letter_id)
    principal = answerer(
        letter.contact_id,
        letter.contact_agency_id,
        AgencyType(letter.contact_agency_type or AgencyType.OTHER_AREA),
        letter.agency_id,
        frozenset({actions.READ_SCOPE, actions.WRITE_SCOPE}),
    )
    caller = Caller(principal, action, policy.reach(principal, action))
    request.state.caller = caller
    caller.shows(NOUN, letter.escalation_id, View.ANONYMISED, CLIENT)
    return Opened(letter, caller)


async def _shown(tx: Tx, opened: Opened) -> LinkShown:
    letter = opened.letter
    matter = await queries.matter(tx, letter.escalation_id)
    able = may_use(queries.link_from(letter), queries.standing_from(matter), tx.wall)
    name, seniority = await queries.stage_of(tx, matter)
    return LinkShown(
        reference=matter.reference,
        raising_name=matter.raising_name,
        receiving_name=matter.receiving_name,
        telephone=await queries.telephone(tx, matter.raising_agency_id),
        priority=matter.priority,
        stage_order=matter.stage_order,
        stage_name=name,
        seniority=seniority,
        due_at=matter.due_at,
        overdue=bool(matter.due_at and matter.due_at < tx.now),
        may=list(able),
        expires_at=letter.link_expires_at,
    )


async def _use(tx: Tx, opened: Opened, body: UseLink) -> None:
    if missing := body.missing():
        raise Invalid("An answer has a text and a level.", errors=missing)
    await commands.use(
        tx,
        opened.letter,
        opened.caller.principal,
        opened.caller.reach,
        body.do,
        text=body.text or "",
        seniority=body.seniority,
        overrun_reason=body.overrun_reason,
        doubts=body.doubts(),
    )


def _action(body: UseLink) -> Action:
    return actions.ACKNOWLEDGE if body.do is ByLink.ACKNOWLEDGE else actions.RESPOND


def _asked(
    request: Request, shown: LinkShown, given: Mapping[str, str] | None = None, mistakes: list[FieldError] | None = None
) -> Response:
    """The page that asks, or asks again with what is wrong."""
    only = shown.may[0] if len(shown.may) == 1 else ""  # where one thing can be done, it need not be chosen
    blank = {"do": only, "text": "", "seniority": "", "overrun_reason": ""}
    address = request.scope["path"].removesuffix("/form")
    return page(
        "link.html",
        422 if mistakes else 200,
        heading=f"Escalation {shown.reference}",
        lines=[f"{shown.raising_name} challenges a decision of {shown.receiving_name}."],
        link=shown,
        due=until_written(shown.due_at) if shown.due_at else "",
        expires=until_written(shown.expires_at),
        action=f"{address}/form",
        choices=[(choice, CHOICES[ByLink(choice)]) for choice in shown.may],
        levels=list(Seniority),
        reasons=list(OverrunReason),
        given=blank | dict(given or {}),
        mistakes=mistakes or [],
        in_doubt=any(mistake.code == "seems_to_identify" for mistake in mistakes or []),
    )


def _refused(problem: Problem) -> Response:
    return page("link.html", problem.status, heading=problem.title, lines=[problem.detail], link=None, mistakes=[])


def _cure(error: Mapping[str, Any]) -> str:
    cures = {"do": "Choose what you want to do.", "seniority": "Choose a level.", "overrun_reason": "Choose a reason."}
    return cures.get(str(error["loc"][0]), cure(error))
