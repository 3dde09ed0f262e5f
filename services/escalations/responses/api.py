"""The operations by which a challenge is answered."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.escalations.escalations.api import by, show
from services.escalations.escalations.schemas import Argued, EscalationWhole, Move
from services.escalations.responses import commands
from services.escalations.responses.schemas import Promise, Respond
from services.escalations.rulebook import CALENDAR
from shared.auth import Caller, Requires
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["escalations"])


@router.post("/escalations/{escalation_id}/acknowledge", summary="Acknowledge a challenge")
async def acknowledge_escalation(
    escalation_id: UUID,
    body: Move,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ACKNOWLEDGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Say that the challenge has arrived with you."""
    await commands.acknowledge(tx, by(caller, if_match), escalation_id, CALENDAR)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/promise", summary="Promise an earlier answer")
async def promise_escalation(
    escalation_id: UUID,
    body: Promise,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PROMISE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """A working week or what protects the child, whichever is less: the receiving agency promises the date that both have
    agreed on. It binds as the rule's does, and can only be brought forward.
    """
    await commands.promise(tx, by(caller, if_match, body), escalation_id, answer_by=body.answer_by, text=body.text)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/respond", summary="Answer a challenge")
async def respond_to_escalation(
    escalation_id: UUID,
    body: Respond,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESPOND)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The receiving agency's answer at the present stage, by somebody of matching seniority."""
    who = by(caller, if_match, body)
    await commands.respond(tx, who, escalation_id, CALENDAR, text=body.text, overrun_reason=body.overrun_reason)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/meet", summary="Record a meeting")
async def meet_escalation(
    escalation_id: UUID,
    body: Argued,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MEET)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Both sides have met; what was said is shared with both."""
    await commands.meet(tx, by(caller, if_match, body), escalation_id, CALENDAR, text=body.text)
    return await show(tx, caller, escalation_id, response)
