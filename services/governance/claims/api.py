"""The operations of those who do an action."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.actions.api import show
from services.governance.actions.schemas import ActionWhole
from services.governance.claims import commands
from services.governance.claims.schemas import BeginTest, ClaimActivity, ClaimImpact, StartAction
from shared.auth import Caller, Requires
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["actions"])


@router.post("/actions/{action_id}/start", summary="Begin an action")
async def start_action(
    action_id: UUID,
    body: StartAction,
    response: Response,
    caller: Annotated[Caller, Requires(policy.START_ACTION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """Work on it begins; after it was reopened, again."""
    await commands.start(tx, caller.by(if_match), action_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/claim", summary="Claim that an action is done")
async def claim_activity(
    action_id: UUID,
    body: ClaimActivity,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLAIM_ACTIVITY)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """With evidence of the activity; from now on it waits for the body that signs phase 1, and those days are that body's."""
    await commands.claim(tx, caller.by(if_match), action_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/test", summary="Begin to test impact")
async def begin_test(
    action_id: UUID,
    body: BeginTest,
    response: Response,
    caller: Annotated[Caller, Requires(policy.TEST_IMPACT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """Phase 1 is signed, and moderated where the rules want it: how will it be seen whether practice improved?"""
    await commands.test(tx, caller.by(if_match), action_id, body.text)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/claim_impact", summary="Claim that practice has improved")
async def claim_impact(
    action_id: UUID,
    body: ClaimImpact,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLAIM_IMPACT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """After the interval, with figures and with what people say; from now on it waits for the body that signs phase 2."""
    await commands.claim_impact(tx, caller.by(if_match), action_id, body.result, body.text)
    return await show(tx, caller, action_id, response)
