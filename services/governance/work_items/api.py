"""The operations on work plans."""

from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.work_items import commands, queries
from services.governance.work_items.domain import Do, Status, is_late
from services.governance.work_items.schemas import (
    DeferItem,
    DropItem,
    ListItems,
    MoveItem,
    PlanItem,
    WorkItemPage,
    WorkItemShown,
    WorkItemStep,
    WorkItemWhole,
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


@router.get("/work-items", summary="List the work plans of bodies")
async def list_items(
    caller: Annotated[Caller, Requires(policy.LIST_WORK)],
    tx: ReadTx,
    wanted: Annotated[ListItems, Query()],
    pages: Pages,
) -> WorkItemPage:
    """What bodies mean to do, quarter by quarter: of a body, of a year, what is late."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.last_day, row.id), date.fromisoformat, UUID)
    return WorkItemPage.model_construct(
        items=[WorkItemShown.model_construct(**_shown(row, tx)) for row in found.rows], next=found.next
    )


@router.get("/work-items/{work_item_id}", summary="Read one item of a work plan")
async def read_item(
    work_item_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.LIST_WORK)], tx: ReadTx
) -> WorkItemWhole:
    """One item, and every quarter for which it was once planned."""
    return await _show(tx, work_item_id, response)


@router.post("/work-items", summary="Plan an item of work", status_code=201)
async def plan_work_item(
    body: PlanItem, response: Response, caller: Annotated[Caller, Requires(policy.PLAN_WORK)], tx: OnceTx
) -> WorkItemWhole:
    """What the body means to do, and in which quarter."""
    given = body.model_dump(exclude={"causes"})
    item_id = await commands.plan(tx, caller.by(), commands.Wanted(**given, causes=[one.cause for one in body.causes]))
    response.headers["location"] = f"/governance/v1/work-items/{item_id}"
    return await _show(tx, item_id, response)


@router.post("/work-items/{work_item_id}/begin", summary="Begin an item of work")
async def begin_work_item(
    work_item_id: UUID,
    body: MoveItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_WORK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> WorkItemWhole:
    """It is under way."""
    await commands.move(tx, caller.by(if_match), work_item_id, Do.BEGIN, body.text)
    return await _show(tx, work_item_id, response)


@router.post("/work-items/{work_item_id}/finish", summary="Finish an item of work")
async def finish_work_item(
    work_item_id: UUID,
    body: MoveItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_WORK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> WorkItemWhole:
    """It is done."""
    await commands.move(tx, caller.by(if_match), work_item_id, Do.FINISH, body.text)
    return await _show(tx, work_item_id, response)


@router.post("/work-items/{work_item_id}/drop", summary="Drop an item of work")
async def drop_work_item(
    work_item_id: UUID,
    body: DropItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_WORK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> WorkItemWhole:
    """It is not done after all, and why."""
    await commands.move(tx, caller.by(if_match), work_item_id, Do.DROP, body.reason)
    return await _show(tx, work_item_id, response)


@router.post("/work-items/{work_item_id}/defer", summary="Defer an item of work")
async def defer_work_item(
    work_item_id: UUID,
    body: DeferItem,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_WORK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> WorkItemWhole:
    """To a later quarter, and why; the earlier one stays in its history, and how often it was put off is counted."""
    await commands.defer(tx, caller.by(if_match), work_item_id, body.year, body.quarter, body.reason)
    return await _show(tx, work_item_id, response)


async def _show(tx: Tx, work_item_id: UUID, response: Response) -> WorkItemWhole:
    row = await queries.get(tx, work_item_id)
    response.headers["etag"] = etag(row.version)
    steps = [WorkItemStep.model_construct(**step._mapping) for step in await queries.HISTORY.of(tx, work_item_id)]
    return WorkItemWhole.model_construct(**_shown(row, tx), steps=steps)


def _shown(row: Row[Any], tx: Tx) -> dict[str, Any]:
    causes = [CauseShown.model_construct(**cause) for cause in row.causes]
    late = is_late(Status(row.status), row.last_day, today(tx.now))
    return row._asdict() | {"causes": causes, "late": late}
