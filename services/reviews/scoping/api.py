"""The operations on returns."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.reviews.incidents.api import numbers, one_child
from services.reviews.incidents.queries import children as children_of
from services.reviews.rapid_reviews.api import show
from services.reviews.rapid_reviews.queries import incidents
from services.reviews.rapid_reviews.schemas import RapidReviewWhole
from services.reviews.scoping import commands, queries
from services.reviews.scoping.schemas import (
    AskReturn,
    ListReturns,
    ReturnEntryShown,
    ReturnPage,
    ReturnShown,
    ReturnWhole,
    SubmitReturn,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import rapid_reviews as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.transactions import IfMatch, ReadTx, WriteTx

router = Router(tags=["returns"])

NOUN = "reviews.return"


@router.post("/rapid-reviews/{rapid_review_id}/ask", summary="Ask an agency for its return")
async def ask_return(
    rapid_review_id: UUID,
    body: AskReturn,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ASK_RETURN)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """What it knew and did, by a day; it is asked again, and then the panel's chair hears of it."""
    given = body.model_dump(include={"agency_id", "party_name", "asked", "due_on"})
    await commands.ask(tx, caller.by(if_match), rapid_review_id, **given)
    return await show(tx, caller, rapid_review_id, response)


@router.get("/returns", summary="List returns")
async def list_returns(
    caller: Annotated[Caller, Requires(policy.LIST_RETURNS)],
    tx: ReadTx,
    wanted: Annotated[ListReturns, Query()],
    pages: Pages,
) -> ReturnPage:
    """What your agency is asked and has returned; on a panel, the returns of its case."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.asked_at, row.id), datetime.fromisoformat, UUID)
    items = [ReturnShown.model_construct(**_summary(row, caller, tx)) for row in found.rows]
    return ReturnPage.model_construct(items=items, next=found.next)


@router.get("/returns/{return_id}", summary="Read one return")
async def read_return(
    request: Request,
    return_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_RETURN)],
    tx: ReadTx,
) -> ReturnWhole:
    """Your own, or one of the case on whose panel you sit; nobody else reads it. Who is asked sees about whom."""
    return await _show(tx, caller, return_id, response, request.app.state.runtime.pseudonyms)


@router.post("/returns/{return_id}/submit", summary="Send a return")
async def submit_return(
    return_id: UUID,
    body: SubmitReturn,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SUBMIT_RETURN)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReturnWhole:
    """Send it, or add to it: what was told before stays. What a party without access says, the panel enters."""
    told = body.model_dump(include={"known", "text", "practice"})
    await commands.submit(tx, caller.by(if_match), return_id, **told)
    return await _show(tx, caller, return_id, response)


async def _show(
    tx: Tx, caller: Caller, return_id: UUID, response: Response, pseudonyms: Pseudonyms | None = None
) -> ReturnWhole:
    row = await queries.get(tx, caller.principal, caller.reach, return_id)
    response.headers["etag"] = etag(row.version)
    children = await children_of(tx, [one.id for one in await incidents(tx, row.review_id)])
    opened = await numbers(tx, children, pseudonyms)
    fields = _summary(row, caller, tx) | {
        "view": queries.view_of(row, caller.reach).value,
        "children": [one_child(child, opened) for child in children],
        "entries": [ReturnEntryShown.model_construct(**one._mapping) for one in await queries.entries(tx, return_id)],
    }
    return ReturnWhole.model_construct(**fields)


def _summary(row: Row[Any], caller: Caller, tx: Tx) -> dict[str, Any]:
    caller.shows(NOUN, row.id, queries.view_of(row, caller.reach))
    return row._asdict() | {"overdue": row.returned_at is None and row.due_at < tx.now}
