"""The operations on memberships."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.memberships import commands, queries
from services.governance.memberships.schemas import (
    Assign,
    ChangeMembership,
    EndMembership,
    ListMemberships,
    MembershipPage,
    MembershipShown,
    WithdrawMembership,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["memberships"])


@router.get("/memberships", summary="List memberships")
async def list_memberships(
    caller: Annotated[Caller, Requires(policy.LIST_MEMBERSHIPS)],
    tx: ReadTx,
    wanted: Annotated[ListMemberships, Query()],
    pages: Pages,
) -> MembershipPage:
    """Who sits, sat or will sit on which body: of a body, an agency, a person, a day."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.id,), UUID)
    return MembershipPage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/memberships/{membership_id}", summary="Read one membership")
async def read_membership(
    membership_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_MEMBERSHIP)], tx: ReadTx
) -> MembershipShown:
    """One seat, its term, and the roles that go with it."""
    return await show(tx, membership_id, response)


@router.post("/memberships", summary="Give a person a seat", status_code=201)
async def assign_membership(
    body: Assign, response: Response, caller: Annotated[Caller, Requires(policy.ASSIGN)], tx: OnceTx
) -> MembershipShown:
    """A seat gives its roles from the first day of the term, and takes them away after the last."""
    membership_id = await commands.assign(tx, caller.by(), commands.Wanted(**body.model_dump()))
    response.headers["location"] = f"/governance/v1/memberships/{membership_id}"
    return await show(tx, membership_id, response)


@router.patch("/memberships/{membership_id}", summary="Change where a member is reached")
async def change_membership(
    membership_id: UUID,
    body: ChangeMembership,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_MEMBERSHIP)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MembershipShown:
    """The address to which invitations to the body's meetings go; null: none are sent."""
    await commands.change(tx, caller.by(if_match), membership_id, body.email)
    return await show(tx, membership_id, response)


@router.post("/memberships/{membership_id}/end", summary="End a membership")
async def end_membership(
    membership_id: UUID,
    body: EndMembership,
    response: Response,
    caller: Annotated[Caller, Requires(policy.END_MEMBERSHIP)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MembershipShown:
    """Move the last day to an earlier one; its deputies' terms end with it."""
    await commands.end(tx, caller.by(if_match), membership_id, body.ends_on, body.reason)
    return await show(tx, membership_id, response)


@router.post("/memberships/{membership_id}/withdraw", summary="Take back a membership")
async def withdraw_membership(
    membership_id: UUID,
    body: WithdrawMembership,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_MEMBERSHIP)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> MembershipShown:
    """Take back a term that has not begun."""
    await commands.withdraw(tx, caller.by(if_match), membership_id, body.reason)
    return await show(tx, membership_id, response)


async def show(tx: Tx, membership_id: UUID, response: Response) -> MembershipShown:
    """The membership as it now stands."""
    row = await queries.get(tx, membership_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> MembershipShown:
    return MembershipShown.model_construct(**row._mapping, standing=queries.standing(row, tx))
