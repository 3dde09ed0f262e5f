"""The operations that move the date of an action."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.actions.api import show
from services.governance.actions.schemas import ActionWhole
from services.governance.due_dates import commands
from services.governance.due_dates.domain import Do
from services.governance.due_dates.schemas import ApproveDate, MoveDate, RefuseDate
from shared.auth import Caller, Requires
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, WriteTx

router = Router(tags=["due dates"])


@router.post("/actions/{action_id}/due-dates", summary="Move an action's date", status_code=201)
async def move_date(
    action_id: UUID,
    body: MoveDate,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_DATE)],
    tx: OnceTx,
) -> ActionWhole:
    """Bring forward the date that runs, or ask for a later one: that of the activity, or after phase 1 that of its impact."""
    await commands.move(tx, caller.by(), action_id, body.due_on, body.reason)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/due-dates/{due_date_id}/approve", summary="Approve a later date")
async def approve_date(
    action_id: UUID,
    due_date_id: UUID,
    body: ApproveDate,
    response: Response,
    caller: Annotated[Caller, Requires(policy.APPROVE_DATE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """Whom the rules of the action name, and neither who asked nor who owns it. The old date stays in the history."""
    await commands.decide(tx, caller.by(if_match), action_id, due_date_id, Do.APPROVE, body.reason)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/due-dates/{due_date_id}/refuse", summary="Refuse a later date")
async def refuse_date(
    action_id: UUID,
    due_date_id: UUID,
    body: RefuseDate,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REFUSE_DATE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """The date stays as it was; that a later one was asked for stays in the history."""
    await commands.decide(tx, caller.by(if_match), action_id, due_date_id, Do.REFUSE, body.reason)
    return await show(tx, caller, action_id, response)
