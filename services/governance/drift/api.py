"""The operations on what drifts."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.governance.actions.api import show, shown
from services.governance.actions.schemas import ActionWhole, DecisionShown
from services.governance.drift import commands, queries
from services.governance.drift.schemas import DecideDrift, Drifting, DriftPage, ListDrift
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["drift"])


@router.get("/drift", summary="List the actions that drift", response_model=DriftPage, responses=OR_CSV)
async def list_drift(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_ACTIONS)],
    tx: ReadTx,
    wanted: Annotated[ListDrift, Query()],
    pages: Pages,
) -> DriftPage | Response:
    """Late, or moved more often than is tolerated: each with its one sentence and what was decided about it, if anything."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.place, row.id), date.fromisoformat, UUID)
    items = await listed(tx, found.rows)
    whole = DriftPage.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, Drifting, found.next)


@router.post("/actions/{action_id}/drift", summary="Decide about an action that drifts", status_code=201)
async def decide_drift(
    action_id: UUID,
    body: DecideDrift,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DECIDE_DRIFT)],
    tx: OnceTx,
) -> ActionWhole:
    """Its date stands, those who do it get help, another body takes it up, or another action will take its place."""
    await commands.decide(
        tx,
        caller.by(),
        action_id,
        body.decision,
        text=body.text,
        body_id=body.body_id,
        review_on=body.review_on,
    )
    return await show(tx, caller, action_id, response)


async def listed(tx: Tx, rows: Sequence[Row[Any]]) -> list[Drifting]:
    """Actions that drift, each with the latest decision on it."""
    return [
        Drifting.model_construct(**dict(one), decision=_decision(row))
        for one, row in zip(await shown(tx, rows), rows, strict=True)
    ]


def _decision(row: Row[Any]) -> DecisionShown | None:
    if row.decision_id is None:
        return None
    names = DecisionShown.model_fields
    return DecisionShown.model_construct(**{name: getattr(row, f"decision_{name}") for name in names})
