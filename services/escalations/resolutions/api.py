"""The operations that end an escalation."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.escalations.escalations.api import by, show
from services.escalations.escalations.schemas import EscalationWhole
from services.escalations.resolutions import commands
from services.escalations.resolutions.schemas import Close, Redirect, Reject, Resolve, Tell, Withdraw
from services.escalations.rulebook import CALENDAR
from shared.auth import Caller, Requires
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["escalations"])


@router.post("/escalations/{escalation_id}/resolve", summary="Record the outcome")
async def resolve_escalation(
    escalation_id: UUID,
    body: Resolve,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESOLVE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raising agency records the outcome that resolves its challenge."""
    who = by(caller, if_match, body)
    await commands.resolve(tx, who, escalation_id, CALENDAR, outcome=body.outcome, text=body.text, impact=body.impact)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/reject", summary="Reject a resolution")
async def reject_escalation(
    escalation_id: UUID,
    body: Reject,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REJECT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raiser does not accept the resolution; it is undone, and the challenge may advance."""
    await commands.reject(tx, by(caller, if_match, body), escalation_id, reason=body.reason)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/tell", summary="Record that the raiser was told")
async def tell_raiser(
    escalation_id: UUID,
    body: Tell,
    response: Response,
    caller: Annotated[Caller, Requires(policy.TELL)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raiser has been told the outcome; without that no escalation is closed."""
    who = by(caller, if_match, body)
    await commands.tell(tx, who, escalation_id, text=body.text, asked=body.asked, satisfied=body.satisfied)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/close", summary="Close an escalation")
async def close_escalation(
    escalation_id: UUID,
    body: Close,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLOSE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Close what is resolved and told, with its impact for the child."""
    await commands.close(
        tx,
        by(caller, if_match, body),
        escalation_id,
        impact=body.impact,
        impact_text=body.impact_text,
        vignette=body.vignette,
    )
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/withdraw", summary="Withdraw a challenge")
async def withdraw_escalation(
    escalation_id: UUID,
    body: Withdraw,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raising agency takes it back, with its reason."""
    await commands.withdraw(tx, by(caller, if_match, body), escalation_id, reason=body.reason)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/redirect", summary="Redirect what is no escalation")
async def redirect_escalation(
    escalation_id: UUID,
    body: Redirect,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REDIRECT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """A complaint, whistleblowing or an allegation goes where those go."""
    await commands.redirect(tx, by(caller, if_match, body), escalation_id, to=body.to, reason=body.reason)
    return await show(tx, caller, escalation_id, response)
