"""The operations on openings in an emergency: use, list, read, review."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.escalations.break_glass import commands, queries
from services.escalations.break_glass.schemas import (
    MOST_OPENED,
    BreakGlassPage,
    BreakGlassShown,
    BreakGlassUsed,
    ListBreakGlass,
    ReviewBreakGlass,
    UseBreakGlass,
)
from services.escalations.children.commands import CHILDREN
from services.escalations.escalations.api import by, seen
from services.escalations.escalations.queries import get
from services.escalations.identities.queries import matters
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope
from shared.policy import escalations as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["break-glass"])


@router.post("/break_glass", status_code=201, summary="Open what is known of a child at immediate risk")
async def use_break_glass(
    request: Request,
    body: UseBreakGlass,
    response: Response,
    caller: Annotated[Caller, Requires(policy.USE_BREAK_GLASS)],
    tx: OnceTx,
) -> BreakGlassUsed:
    """Every matter about the child, whoever's it is, whole and at once. Both sides and the business unit are told now, by
    letter and event, who opened it; every matter shown is recorded with your reason; and it is reviewed afterwards.
    """
    pseudonyms: Pseudonyms = request.app.state.runtime.pseudonyms
    numbers = [one.number for one in body.identifiers]
    sought = await CHILDREN.sought(tx, numbers, pseudonyms)
    children = {child for one in sought for child in await CHILDREN.same(tx, one)}
    lines = await matters(tx, caller.principal, caller.reach, children) if children else ()
    ids = list(dict.fromkeys(line.id for line in lines))[:MOST_OPENED]
    rows = [await get(tx, caller.principal, caller.reach, escalation_id) for escalation_id in ids]
    opening, review_by = await commands.use(tx, by(caller, None, body), rows, numbers=numbers, reason=body.reason)
    shown = [seen(row, caller, tx, pseudonyms) for row in rows]
    caller.shown[:] = [replace(record, reason=body.reason) for record in caller.shown]
    response.headers.update({"location": f"/escalations/v1/break_glass/{opening}", "etag": etag(1)})
    return BreakGlassUsed.model_construct(id=opening, used_at=tx.now, review_by=review_by, escalations=shown)


@router.get("/break_glass", summary="List openings in an emergency")
async def list_break_glass(
    caller: Annotated[Caller, Requires(policy.LIST_BREAK_GLASS)],
    tx: ReadTx,
    wanted: Annotated[ListBreakGlass, Query()],
    pages: Pages,
) -> BreakGlassPage:
    """Those of your agency's people, and those of your agency's matters, newest first."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters, today(tx.now))
    found = await pages.of(wanted, filters, rows, lambda row: (row.used_at, row.id), datetime.fromisoformat, UUID)
    return BreakGlassPage.model_construct(items=[_shown(row, caller) for row in found.rows], next=found.next)


@router.get("/break_glass/{break_glass_id}", summary="Read one opening in an emergency")
async def read_break_glass(
    break_glass_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.LIST_BREAK_GLASS)],
    tx: ReadTx,
) -> BreakGlassShown:
    """Who, when, why, and what the review found."""
    return await _show(tx, caller, break_glass_id, response)


@router.post("/break_glass/{break_glass_id}/review", summary="Review an opening in an emergency")
async def review_break_glass(
    break_glass_id: UUID,
    body: ReviewBreakGlass,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REVIEW_BREAK_GLASS)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BreakGlassShown:
    """The business unit says whether it was justified; nobody reviews an own opening."""
    await commands.review(tx, by(caller, if_match, body), break_glass_id, finding=body.finding, text=body.text)
    return await _show(tx, caller, break_glass_id, response)


async def _show(tx: Tx, caller: Caller, break_glass_id: UUID, response: Response) -> BreakGlassShown:
    row = await queries.get(tx, caller.principal, caller.reach, break_glass_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, caller)


def _shown(row: Row[Any], caller: Caller) -> BreakGlassShown:
    oversees = caller.reach.view(Scope.ALL)
    caller.shows("escalations.break_glass", row.id, oversees or caller.reach.views[0][1])
    own = row.agency_id in caller.principal.agencies
    hidden = {} if own or oversees else {"used_by": None}
    withheld = {"reason": None} if row.quarantined and oversees and not own else {}
    return BreakGlassShown.model_construct(
        **{**row._mapping, **hidden, **withheld, "escalation_ids": row.escalation_ids or []}
    )
