"""The operations on briefs of task-and-finish groups."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.briefs import commands, queries
from services.governance.briefs.domain import Status, is_overdue
from services.governance.briefs.schemas import (
    BriefPage,
    BriefShown,
    BriefStep,
    BriefWhole,
    CloseBrief,
    ExtendBrief,
    GiveBrief,
    ListBriefs,
)
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance_bodies as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["bodies"])


@router.get("/briefs", summary="List briefs of task-and-finish groups")
async def list_briefs(
    caller: Annotated[Caller, Requires(policy.LIST_BRIEFS)],
    tx: ReadTx,
    wanted: Annotated[ListBriefs, Query()],
    pages: Pages,
) -> BriefPage:
    """What groups are to do, the last given first: overseen by a body, running, overdue."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.given_at, row.id), datetime.fromisoformat, UUID)
    return BriefPage.model_construct(
        items=[BriefShown.model_construct(**_shown(row, tx)) for row in found.rows], next=found.next
    )


@router.get("/briefs/{brief_id}", summary="Read one brief")
async def read_brief(
    brief_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.LIST_BRIEFS)], tx: ReadTx
) -> BriefWhole:
    """One brief, every day by which it was once due, and the closing report."""
    return await _show(tx, brief_id, response)


@router.post("/briefs", summary="Give a task-and-finish group its brief", status_code=201)
async def give_brief(
    body: GiveBrief, response: Response, caller: Annotated[Caller, Requires(policy.GIVE_BRIEF)], tx: OnceTx
) -> BriefWhole:
    """The chair of the body that oversees it says what it is to do, who leads it, and by when."""
    given = body.model_dump(exclude={"causes"})
    brief_id = await commands.give(tx, caller.by(), commands.Wanted(**given, causes=[one.cause for one in body.causes]))
    response.headers["location"] = f"/governance/v1/briefs/{brief_id}"
    return await _show(tx, brief_id, response)


@router.post("/briefs/{brief_id}/extend", summary="Give a group longer")
async def extend_brief(
    brief_id: UUID,
    body: ExtendBrief,
    response: Response,
    caller: Annotated[Caller, Requires(policy.EXTEND_BRIEF)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BriefWhole:
    """A later day, and why; the earlier one stays in its history, and how often is counted."""
    await commands.extend(tx, caller.by(if_match), brief_id, body.due_on, body.reason)
    return await _show(tx, brief_id, response)


@router.post("/briefs/{brief_id}/close", summary="Close a task-and-finish group")
async def close_brief(
    brief_id: UUID,
    body: CloseBrief,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLOSE_BRIEF)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BriefWhole:
    """With its report, and what goes on without it; the body ends today, and its seats with it."""
    await commands.close(tx, caller.by(if_match), brief_id, body.report, body.follow_on)
    return await _show(tx, brief_id, response)


async def _show(tx: Tx, brief_id: UUID, response: Response) -> BriefWhole:
    row = await queries.get(tx, brief_id)
    response.headers["etag"] = etag(row.version)
    steps = [BriefStep.model_construct(**step._mapping) for step in await queries.HISTORY.of(tx, brief_id)]
    return BriefWhole.model_construct(**_shown(row, tx), steps=steps)


def _shown(row: Row[Any], tx: Tx) -> dict[str, Any]:
    causes = [CauseShown.model_construct(**cause) for cause in row.causes]
    overdue = is_overdue(Status(row.status), row.due_on, today(tx.now))
    return row._asdict() | {"causes": causes, "overdue": overdue}
