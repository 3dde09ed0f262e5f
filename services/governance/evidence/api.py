"""The operations on evidence."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.actions.api import show
from services.governance.actions.schemas import ActionWhole
from services.governance.evidence import commands
from services.governance.evidence.schemas import SupplyEvidence, WithdrawEvidence
from shared.auth import Caller, Requires
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, WriteTx

router = Router(tags=["evidence"])


@router.post("/actions/{action_id}/evidence", summary="Supply evidence", status_code=201)
async def supply_evidence(
    action_id: UUID,
    body: SupplyEvidence,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SUPPLY_EVIDENCE)],
    tx: OnceTx,
) -> ActionWhole:
    """What shows that it was done or what it changed. A signature that was put to less goes stale."""
    wanted = commands.Wanted(**body.model_dump())
    await commands.supply(tx, caller.by(), action_id, wanted)
    return await show(tx, caller, action_id, response)


@router.post("/actions/{action_id}/evidence/{evidence_id}/withdraw", summary="Withdraw evidence")
async def withdraw_evidence(
    action_id: UUID,
    evidence_id: UUID,
    body: WithdrawEvidence,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_EVIDENCE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ActionWhole:
    """It counts no more, and stays readable with the reason. A signature that was put to it goes stale."""
    await commands.withdraw(tx, caller.by(if_match), action_id, evidence_id, body.reason)
    return await show(tx, caller, action_id, response)
