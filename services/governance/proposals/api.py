"""The operations that propose actions, word them, agree to them and replace them."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.actions.api import show
from services.governance.actions.schemas import ActionWhole
from services.governance.proposals import commands
from services.governance.proposals.schemas import (
    AgreeAction,
    AmendAction,
    DeclineAction,
    ProposeAction,
    SupersedeAction,
)
from shared.auth import Caller, Requires
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, WriteTx

router = Router(tags=["actions"])


@router.post("/actions", summary="Propose an action", status_code=201)
async def propose_action(
    body: ProposeAction, response: Response, caller: Annotated[Caller, Requires(policy.PROPOSE_ACTION)], tx: OnceTx
) -> ActionWhole:
    """From whatever source, with its id. It runs when somebody else has agreed to it, with owner, date and success measure."""
    given = body.model_dump(exclude={"causes"})
    wanted = commands.Wanted(**given, causes=[one.cause for one in body.causes])
    action_id = await commands.propose(tx, caller.by(), wanted)
    response.headers["location"] = f"/governance/v1/actions/{action_id}"
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/amend", summary="Word an action anew")
async def amend_action(
    action_id: UUID,
    body: AmendAction,
    response: Response,
    caller: Annotated[Caller, Requires(policy.AMEND_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """What it says, who does it, by what it will be known to have worked. A signature put to what it said before goes stale."""
    changes = body.model_dump(exclude_unset=True, exclude={"reason"})
    await commands.amend(tx, caller.by(if_match), action_id, changes, body.reason)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/agree", summary="Agree to an action")
async def agree_action(
    action_id: UUID,
    body: AgreeAction,
    response: Response,
    caller: Annotated[Caller, Requires(policy.AGREE_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """It is taken on by somebody who has not proposed it, and keeps the rules of signing of this day."""
    await commands.agree(tx, caller.by(if_match), action_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/decline", summary="Decline an action")
async def decline_action(
    action_id: UUID,
    body: DeclineAction,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DECLINE_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """A proposal is not taken on; the reason stays with it."""
    await commands.decline(tx, caller.by(if_match), action_id, body.reason)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/supersede", summary="Replace an action by another")
async def supersede_action(
    action_id: UUID,
    body: SupersedeAction,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SUPERSEDE_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """Another open action takes its place, and names it as its cause."""
    await commands.supersede(tx, caller.by(if_match), action_id, body.by_action_id, body.reason)
    return await show(tx, caller, action_id, response)
