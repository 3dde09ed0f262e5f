"""The operations on plans."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.plans import commands, queries
from services.governance.plans.domain import Area, Plan
from services.governance.plans.schemas import (
    AreaGiven,
    AreaShown,
    ChangePlan,
    ListPlans,
    MakePlan,
    PlanPage,
    PlanShown,
    PlanWhole,
    Signings,
    SigningShown,
    StatementShown,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["plans"])


@router.get("/plans", summary="List plans")
async def list_plans(
    caller: Annotated[Caller, Requires(policy.LIST_PLANS)],
    tx: ReadTx,
    wanted: Annotated[ListPlans, Query()],
    pages: Pages,
) -> PlanPage:
    """The plans of the partnership: from inspections, reviews, bodies' own work, challenges."""
    filters = queries.Filters(**wanted.chosen())
    found = await pages.of(wanted, filters, partial(queries.page, tx, filters), lambda row: (row.code,), str)
    return PlanPage.model_construct(
        items=[PlanShown.model_construct(**row._mapping) for row in found.rows], next=found.next
    )


@router.get("/plans/{plan_id}", summary="Read one plan")
async def read_plan(
    plan_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_PLAN)], tx: ReadTx
) -> PlanWhole:
    """One plan, what it is to cover, and what was published about it with whether that can be made again."""
    return await _show(tx, plan_id, response)


@router.post("/plans", summary="Make a plan", status_code=201)
async def make_plan(
    body: MakePlan, response: Response, caller: Annotated[Caller, Requires(policy.MAKE_PLAN)], tx: OnceTx
) -> PlanWhole:
    """A plan groups actions; the rules under which they are signed are named here, and stay."""
    plan = Plan(**body.model_dump(exclude={"areas"}), areas=_areas(body.areas))
    plan_id = await commands.make(tx, caller.by(), plan)
    response.headers["location"] = f"/governance/v1/plans/{plan_id}"
    return await _show(tx, plan_id, response)


@router.patch("/plans/{plan_id}", summary="Change a plan")
async def change_plan(
    plan_id: UUID,
    body: ChangePlan,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_PLAN)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> PlanWhole:
    """Change its title, dates or note, and add to what it is to cover."""
    changes = body.model_dump(exclude_unset=True, exclude={"areas"})
    await commands.change(tx, caller.by(if_match), plan_id, changes, _areas(body.areas))
    return await _show(tx, plan_id, response)


@router.get("/signings", summary="List who signs")
async def list_signings(caller: Annotated[Caller, Requires(policy.LIST_PLANS)], tx: ReadTx) -> Signings:
    """The rules by which actions are signed, tested for impact and counted as delayed: each version with its source."""
    return Signings.model_construct(items=[SigningShown(**_listed(asdict(one))) for one in queries.signings()])


async def _show(tx: Tx, plan_id: UUID, response: Response) -> PlanWhole:
    row: Row[Any] = await queries.get(tx, plan_id)
    response.headers["etag"] = etag(row.version)
    areas = [AreaShown.model_construct(**one._mapping) for one in await queries.areas(tx, plan_id)]
    said = [StatementShown.model_construct(**one._mapping) for one in await queries.statements(tx, plan_id)]
    return PlanWhole.model_construct(**row._mapping, areas=areas, statements=said)


def _listed(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in rule.items()}


def _areas(given: list[AreaGiven]) -> tuple[Area, ...]:
    return tuple(Area(**one.model_dump()) for one in given)
