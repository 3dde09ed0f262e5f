"""The operations that sign actions, send claims back and reopen what was signed."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.actions.api import show
from services.governance.actions.domain import Do
from services.governance.actions.schemas import ActionWhole
from services.governance.signatures import commands
from services.governance.signatures.schemas import ReopenAction, ReturnClaim, Sign
from shared.auth import Caller, Requires
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["signatures"])


@router.post("/actions/{action_id}/sign", summary="Sign phase 1")
async def sign_activity(
    action_id: UUID,
    body: Sign,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SIGN_ACTIVITY)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """The activity is complete: a member of the signing body says so by its decision, who has not worked on it."""
    await commands.put(tx, caller.by(if_match), action_id, Do.SIGN, body.decision_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/moderate", summary="Moderate the evidence")
async def moderate_evidence(
    action_id: UUID,
    body: Sign,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MODERATE_EVIDENCE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """The evidence of the activity bears what was claimed: somebody else than who signed phase 1."""
    await commands.put(tx, caller.by(if_match), action_id, Do.MODERATE, body.decision_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/sign_impact", summary="Sign phase 2")
async def sign_impact(
    action_id: UUID,
    body: Sign,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SIGN_IMPACT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """Practice has improved: another person, of another agency than signed phase 1; the business unit never."""
    await commands.put(tx, caller.by(if_match), action_id, Do.SIGN_IMPACT, body.decision_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/close", summary="Close an action")
async def close_action(
    action_id: UUID,
    body: Sign,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLOSE_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """A delegated safeguarding partner closes it, when three different people have put their names to it."""
    await commands.put(tx, caller.by(if_match), action_id, Do.CLOSE, body.decision_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/return", summary="Send a claim back")
async def return_claim(
    action_id: UUID,
    body: ReturnClaim,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RETURN_CLAIM)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """The body that has it does not sign: it goes back to those who made it, with the reason."""
    await commands.send_back(tx, caller.by(if_match), action_id, body.reason)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/reopen", summary="Reopen an action")
async def reopen_action(
    action_id: UUID,
    body: ReopenAction,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REOPEN_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """What was signed no longer holds, or has changed. Every signature is set aside and stays readable."""
    await commands.reopen(
        tx,
        caller.by(if_match),
        action_id,
        due_on=body.due_on,
        measured_by=body.measured_by,
        reason=body.reason,
    )
    return await show(tx, caller, action_id, response)
