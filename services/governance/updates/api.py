"""The operation that adds an update."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.actions.api import show
from services.governance.actions.schemas import ActionWhole
from services.governance.updates import commands
from services.governance.updates.schemas import AddUpdate
from shared.auth import Caller, Requires
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import OnceTx

router = Router(tags=["actions"])


@router.post("/actions/{action_id}/updates", summary="Say how an action goes", status_code=201)
async def add_update(
    action_id: UUID,
    body: AddUpdate,
    response: Response,
    caller: Annotated[Caller, Requires(policy.UPDATE_ACTION)],
    tx: OnceTx,
) -> ActionWhole:
    """A dated update; none is ever overwritten. The next one is due an interval of the action's rules from today."""
    await commands.add(tx, caller.by(), action_id, body.text, body.rating)
    return await show(tx, caller, action_id, response)
