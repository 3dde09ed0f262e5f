"""The operations that show escalations; those that move them stand with what is done by them."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.escalations.escalations import queries
from services.escalations.escalations.commands import By
from services.escalations.escalations.domain import Do
from services.escalations.escalations.schemas import (
    ChildShown,
    ClockShown,
    EscalationPage,
    EscalationSummary,
    EscalationWhole,
    History,
    HistoryShown,
    ListEscalations,
    RelatedMatter,
    RelatedMatters,
    StageShown,
)
from shared.auth import Caller, Requires
from shared.child_records.models import bound_to
from shared.child_records.schemas import IdentifierShown
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope, Seniority, View
from shared.policy import escalations as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.schemas import Weighed
from shared.transactions import ReadTx

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


@router.get("/escalations", summary="List escalations")
async def list_escalations(
    caller: Annotated[Caller, Requires(policy.LIST)],
    tx: ReadTx,
    wanted: Annotated[ListEscalations, Query()],
    pages: Pages,
) -> EscalationPage:
    """Those that you may see, newest first. What you may not see is neither listed nor counted."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.raised_at, row.id), datetime.fromisoformat, UUID)
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


@router.get("/escalations/{escalation_id}/related", summary="List the matters that are related to one")
async def list_related(
    escalation_id: UUID, caller: Annotated[Caller, Requires(policy.READ)], tx: ReadTx
) -> RelatedMatters:
    """What it counters, what counters it, and the newest 50 others about a child of it, as far as you may see them."""
    asked = await queries.get(tx, caller.principal, caller.reach, escalation_id)
    rows = await queries.related(tx, caller.principal, caller.reach, escalation_id)
    for row in (asked, *rows):  # that there is no other says something of the one
        caller.shows(NOUN, row.id, queries.view_of(row, caller.reach))
    return RelatedMatters.model_construct(items=[RelatedMatter.model_construct(**row._asdict()) for row in rows])


@router.get("/escalations/{escalation_id}/history", summary="Read what was done and said")
async def read_history(escalation_id: UUID, caller: Annotated[Caller, Requires(policy.READ)], tx: ReadTx) -> History:
    """Every move with its text, shared with both sides: answers, reasons, meetings, silences, outcomes.

    But for why a matter was redirected: that the raising agency reads, and who oversees.
    """
    row = await queries.get(tx, caller.principal, caller.reach, escalation_id)
    view = queries.view_of(row, caller.reach)
    caller.shows(NOUN, row.id, view)
    quarantined, unsaid = row.quarantined and view is not View.IDENTIFIED, _goes_on_unsaid(row, caller)
    items = [
        _done(entry, caller, withheld=quarantined or (unsaid and entry.did == Do.REDIRECT))
        for entry in await queries.history(tx, escalation_id)
    ]
    return History.model_construct(items=items)


async def show(
    tx: Tx, caller: Caller, escalation_id: UUID, response: Response, pseudonyms: Pseudonyms | None = None
) -> EscalationWhole:
    """The matter as this caller may see it, with `pseudonyms` its children's identifiers too; it is recorded."""
    row = await queries.get(tx, caller.principal, caller.reach, escalation_id)
    response.headers["etag"] = etag(row.version)
    return seen(row, caller, tx, pseudonyms)


def seen(row: Any, caller: Caller, tx: Tx, pseudonyms: Pseudonyms | None = None) -> EscalationWhole:
    """The whole of a row that `queries.get` found; it is recorded."""
    return EscalationWhole.model_construct(**_whole(row, caller, tx, pseudonyms))


def by(caller: Caller, if_match: str | None, body: Weighed | None = None) -> By:
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
    if _goes_on_unsaid(row, caller):
        fields["redirected_to"] = None
    return fields | {
        "ladder": f"{row.ladder_code}/{row.ladder_version}",
        "children": [_child(child, pseudonyms) for child in row.children],
        "stages": [StageShown.model_construct(**stage) for stage in fields["stages"]],
        "clocks": [ClockShown.model_construct(**clock, on_whom=clock["agency_id"]) for clock in row.clocks],
    }


def _goes_on_unsaid(row: Row[Any], caller: Caller) -> bool:
    """Whether this caller does not learn from here where a redirected matter goes, and why.

    Who is blown the whistle on, or works beside whom an allegation is about, hears of it by the procedure to which it
    goes, at its time: here the raising agency knows, and who oversees.
    """
    raised_it = row.raising_agency_id in caller.principal.agencies
    return row.is_party and not raised_it and caller.reach.view(Scope.ALL) is None


def _done(entry: Row[Any], caller: Caller, *, withheld: bool) -> HistoryShown:
    own = entry.agency_id in caller.principal.agencies
    hidden = ({} if own else {"actor": None}) | ({"text": None} if withheld else {})
    return HistoryShown.model_construct(**{**entry._mapping, **hidden})


def _child(child: Mapping[str, Any], pseudonyms: Pseudonyms | None) -> ChildShown:
    sealed = child["sealed"] if pseudonyms else None  # null for who is no party
    if pseudonyms is None or sealed is None:
        return ChildShown.model_construct(**{**child, "identifiers": None})
    opened = [
        IdentifierShown.of(
            one["type"], pseudonyms.open(b64decode(one["sealed"]), bound_to(one["type"], one["pseudonym"]))
        )
        for one in sealed
    ]
    return ChildShown.model_construct(**{**child, "identifiers": opened})
