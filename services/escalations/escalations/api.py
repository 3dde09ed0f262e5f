"""The operations on escalations: list, read, and one for each transition."""

from base64 import b64decode
from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request, Response
from sqlalchemy import Row

from services.escalations.escalations import commands, queries
from services.escalations.escalations.commands import By
from services.escalations.escalations.schemas import (
    Argued,
    ChildShown,
    ClockShown,
    EscalationPage,
    EscalationSummary,
    EscalationWhole,
    History,
    HistoryShown,
    IdentifierShown,
    ListEscalations,
    Move,
    PassOn,
    Redirect,
    Respond,
    Skip,
    StageShown,
    Withdraw,
)
from services.escalations.ladders.domain import Seniority
from services.escalations.rulebook import CALENDAR
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.paging import page
from shared.policy import View
from shared.policy import escalations as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.schemas import Worded
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["escalations"])

NOUN = "escalations.escalation"
TEXTS = (
    "summary",
    "wanted",
    "guidance",
    "safety_action",
    "child_views",
    "outcome_text",
    "impact_text",
    "priority_reason",
)
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of the version that you read.")]


@router.get("/escalations", summary="List escalations")
async def list_escalations(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST)],
    tx: ReadTx,
    wanted: Annotated[ListEscalations, Query()],
) -> EscalationPage:
    """Those that you may see, newest first. What you may not see is neither listed nor counted."""
    cursors = request.app.state.runtime.cursors
    filters = queries.Filters(**wanted.model_dump(exclude={"limit", "cursor"}))
    after = cursors.read(caller.principal, str(filters), wanted.cursor, datetime.fromisoformat, UUID)
    rows = await queries.page(tx, caller.principal, caller.reach, filters, wanted.limit, after)
    found = page(rows, wanted.limit, lambda row: cursors.make(caller.principal, str(filters), (row.raised_at, row.id)))
    return EscalationPage.model_construct(
        items=[EscalationSummary.model_construct(**summary(row, caller, tx)) for row in found.rows], next=found.next
    )


@router.get("/escalations/{escalation_id}", summary="Read one escalation")
async def read_escalation(
    request: Request,
    escalation_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ)],
    tx: ReadTx,
) -> EscalationWhole:
    """The matter with its children, stages and clocks; how much of it depends on your part in it.

    Parties see who the child is. No other answer says it, for others are kept, or show many at a time.
    """
    return await show(tx, caller, escalation_id, response, request.app.state.runtime.pseudonyms)


@router.get("/escalations/{escalation_id}/history", summary="Read what was done and said")
async def read_history(escalation_id: UUID, caller: Annotated[Caller, Requires(policy.READ)], tx: ReadTx) -> History:
    """Every move with its text, shared with both sides: answers, reasons, meetings, silences, outcomes."""
    row = await queries.get(tx, caller.principal, caller.reach, escalation_id)
    view = queries.view_of(row, caller.reach)
    caller.shows(NOUN, row.id, view)
    withheld = row.quarantined and view is not View.IDENTIFIED
    items = [_done(entry, caller, withheld=withheld) for entry in await queries.history(tx, escalation_id)]
    return History.model_construct(items=items)


@router.post("/escalations/{escalation_id}/acknowledge", summary="Acknowledge a challenge")
async def acknowledge(
    escalation_id: UUID,
    body: Move,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ACKNOWLEDGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Say that the challenge has arrived with you."""
    return await moved(
        tx, caller, escalation_id, response, commands.acknowledge(tx, by(caller, if_match), escalation_id, CALENDAR)
    )


@router.post("/escalations/{escalation_id}/respond", summary="Answer a challenge")
async def respond(
    escalation_id: UUID,
    body: Respond,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESPOND)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The receiving agency's answer at the present stage, by somebody of matching seniority."""
    who = by(caller, if_match, body)
    done = commands.respond(tx, who, escalation_id, CALENDAR, text=body.text, overrun_reason=body.overrun_reason)
    return await moved(tx, caller, escalation_id, response, done)


@router.post("/escalations/{escalation_id}/meet", summary="Record a meeting")
async def meet(
    escalation_id: UUID,
    body: Argued,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MEET)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Both sides have met; what was said is shared with both."""
    done = commands.meet(tx, by(caller, if_match, body), escalation_id, CALENDAR, text=body.text)
    return await moved(tx, caller, escalation_id, response, done)


@router.post("/escalations/{escalation_id}/advance", summary="Advance to the next stage")
async def advance(
    escalation_id: UUID,
    body: Argued,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ADVANCE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raising agency takes it one stage up, because the answer does not resolve it or has not come."""
    done = commands.advance(tx, by(caller, if_match, body), escalation_id, CALENDAR, text=body.text)
    return await moved(tx, caller, escalation_id, response, done)


@router.post("/escalations/{escalation_id}/skip", summary="Skip stages for a child at immediate risk")
async def skip(
    escalation_id: UUID,
    body: Skip,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SKIP)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Past one or several stages; the reason is kept and counted."""
    who = by(caller, if_match, body)
    done = commands.skip(tx, who, escalation_id, CALENDAR, to_stage=body.to_stage, reason=body.reason)
    return await moved(tx, caller, escalation_id, response, done)


@router.post("/escalations/{escalation_id}/pass_on", summary="Pass on to the right agency")
async def pass_on(
    escalation_id: UUID,
    body: PassOn,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PASS_ON)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """It concerns another agency: that one's clock starts, and the child's whole wait stays visible."""
    who = by(caller, if_match, body)
    done = commands.pass_on(tx, who, escalation_id, CALENDAR, to=body.receiving_agency_id, reason=body.reason)
    return await moved(tx, caller, escalation_id, response, done)


@router.post("/escalations/{escalation_id}/withdraw", summary="Withdraw a challenge")
async def withdraw(
    escalation_id: UUID,
    body: Withdraw,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raising agency takes it back, with its reason."""
    done = commands.withdraw(tx, by(caller, if_match, body), escalation_id, reason=body.reason)
    return await moved(tx, caller, escalation_id, response, done)


@router.post("/escalations/{escalation_id}/redirect", summary="Redirect what is no escalation")
async def redirect(
    escalation_id: UUID,
    body: Redirect,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REDIRECT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """A complaint, whistleblowing or an allegation goes where those go."""
    done = commands.redirect(tx, by(caller, if_match, body), escalation_id, to=body.to, reason=body.reason)
    return await moved(tx, caller, escalation_id, response, done)


async def moved(
    tx: Tx, caller: Caller, escalation_id: UUID, response: Response, done: Awaitable[None]
) -> EscalationWhole:
    """Make a move, then show the matter as it is after it."""
    await done
    return await show(tx, caller, escalation_id, response)


async def show(
    tx: Tx, caller: Caller, escalation_id: UUID, response: Response, pseudonyms: Pseudonyms | None = None
) -> EscalationWhole:
    """The matter as this caller may see it, with `pseudonyms` its children's identifiers too; it is recorded."""
    row = await queries.get(tx, caller.principal, caller.reach, escalation_id)
    response.headers["etag"] = etag(row.version)
    return EscalationWhole.model_construct(**_whole(row, caller, tx, pseudonyms))


def by(caller: Caller, if_match: str | None, body: Worded | None = None) -> By:
    """Who moves the matter, as the commands want it."""
    seniority: Seniority | None = getattr(body, "seniority", None)
    return By(caller.principal, caller.reach, seniority, if_match, body.doubts() if body else ())


def summary(row: Row[Any], caller: Caller, tx: Tx) -> dict[str, Any]:
    """One line of a list, as this caller may see it; that it was shown is recorded."""
    view = queries.view_of(row, caller.reach)
    caller.shows(NOUN, row.id, view)
    fields = dict(row._mapping)
    return fields | {"view": view.value, "overdue": bool(row.due_at and row.due_at < tx.now)}


def _whole(row: Row[Any], caller: Caller, tx: Tx, pseudonyms: Pseudonyms | None) -> dict[str, Any]:
    fields = summary(row, caller, tx)
    if fields["view"] != View.IDENTIFIED:
        hidden = TEXTS if row.quarantined else ()
        fields |= dict.fromkeys(hidden) | {"raiser_team": None, "receiving_team": None}
        if row.quarantined:
            fields["stages"] = [stage | {"skip_reason": None} for stage in row.stages]
    return fields | {
        "ladder": f"{row.ladder_code}/{row.ladder_version}",
        "children": [_child(child, pseudonyms) for child in row.children],
        "stages": [StageShown.model_construct(**stage) for stage in fields["stages"]],
        "clocks": [ClockShown.model_construct(**clock, on_whom=clock["agency_id"]) for clock in row.clocks],
    }


def _done(entry: Row[Any], caller: Caller, *, withheld: bool) -> HistoryShown:
    own = entry.agency_id in caller.principal.agencies
    hidden = ({} if own else {"actor": None}) | ({"text": None} if withheld else {})
    return HistoryShown.model_construct(**{**entry._mapping, **hidden})


def _child(child: Mapping[str, Any], pseudonyms: Pseudonyms | None) -> ChildShown:
    sealed = child["sealed"] if pseudonyms else None  # null for who is no party
    if pseudonyms is None or sealed is None:
        return ChildShown.model_construct(**{**child, "identifiers": None})
    opened = [
        IdentifierShown.model_construct(
            type=one["type"], value=pseudonyms.open(b64decode(one["sealed"]), f"{one['type']}/{one['pseudonym']}")
        )
        for one in sealed
    ]
    return ChildShown.model_construct(**{**child, "identifiers": opened})
