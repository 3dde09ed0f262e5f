"""The operations on delegations."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.delegations import commands, queries
from services.governance.delegations.schemas import (
    DelegationPage,
    DelegationShown,
    EndDelegation,
    GrantDelegation,
    ListDelegations,
    WithdrawDelegation,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["delegations"])


@router.get("/delegations", summary="List delegations")
async def list_delegations(
    caller: Annotated[Caller, Requires(policy.LIST_DELEGATIONS)],
    tx: ReadTx,
    wanted: Annotated[ListDelegations, Query()],
    pages: Pages,
) -> DelegationPage:
    """Who may act for whom: those that your agency gives or has, or, for those who keep them, all."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.id,), UUID)
    return DelegationPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/delegations/{delegation_id}", summary="Read one delegation")
async def read_delegation(
    delegation_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_DELEGATION)], tx: ReadTx
) -> DelegationShown:
    """One delegation with its dates."""
    return await show(tx, caller, delegation_id, response)


@router.post("/delegations", summary="Let another agency act for one's own", status_code=201)
async def grant_delegation(
    body: GrantDelegation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.GRANT_DELEGATION)],
    tx: OnceTx,
) -> DelegationShown:
    """While it holds, tokens of the acting agency carry it, and every act names both agencies."""
    delegation_id = await commands.grant(tx, caller.by(), commands.Wanted(**body.model_dump()))
    response.headers["location"] = f"/governance/v1/delegations/{delegation_id}"
    return await show(tx, caller, delegation_id, response)


@router.post("/delegations/{delegation_id}/end", summary="End a delegation")
async def end_delegation(
    delegation_id: UUID,
    body: EndDelegation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.END_DELEGATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> DelegationShown:
    """Move the last day to an earlier one; either agency may."""
    await commands.end(tx, caller.by(if_match), delegation_id, body.ends_on, body.reason)
    return await show(tx, caller, delegation_id, response)


@router.post("/delegations/{delegation_id}/withdraw", summary="Take back a delegation")
async def withdraw_delegation(
    delegation_id: UUID,
    body: WithdrawDelegation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_DELEGATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> DelegationShown:
    """Take back a delegation that has not begun; either agency may."""
    await commands.withdraw(tx, caller.by(if_match), delegation_id, body.reason)
    return await show(tx, caller, delegation_id, response)


async def show(tx: Tx, caller: Caller, delegation_id: UUID, response: Response) -> DelegationShown:
    """The delegation as it now stands."""
    row = await queries.get(tx, caller.principal, caller.reach, delegation_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> DelegationShown:
    return DelegationShown.model_construct(**row._mapping, standing=queries.standing(row, tx))
