"""The operations by which the Executive answers risks, and their owners reply to it."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.governance.risk_answers import commands
from services.governance.risk_answers.schemas import AnswerRisk
from services.governance.risks.api import show
from services.governance.risks.schemas import RiskWhole, SayOfRisk
from shared.auth import Caller, Requires
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["risks"])


@router.post("/risks/{risk_id}/answer", summary="Answer a risk for the Executive")
async def answer_risk(
    risk_id: UUID,
    body: AnswerRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """Tolerate, treat, transfer or terminate; by a member of the Executive who did not score it."""
    await commands.answer(tx, caller.by(if_match), risk_id, body.answer, body.text, body.body_decision_id)
    return await show(tx, caller, risk_id, response)


@router.post("/risks/{risk_id}/ask", summary="Ask more of a risk for the Executive")
async def ask_risk(
    risk_id: UUID,
    body: SayOfRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """The Executive wants to know more before it answers; the reply has a last day, as the rule says."""
    await commands.ask(tx, caller.by(if_match), risk_id, body.text)
    return await show(tx, caller, risk_id, response)


@router.post("/risks/{risk_id}/reply", summary="Reply to the Executive")
async def reply_risk(
    risk_id: UUID,
    body: SayOfRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REPLY_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """What the Executive asked; its own answer is awaited again."""
    await commands.reply(tx, caller.by(if_match), risk_id, body.text)
    return await show(tx, caller, risk_id, response)
