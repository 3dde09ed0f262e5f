"""The operations that take a challenge to another stage, or to another agency."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.escalations.advances import commands
from services.escalations.advances.schemas import PassOn, Skip
from services.escalations.escalations.api import by, show
from services.escalations.escalations.schemas import Argued, EscalationWhole
from services.escalations.rulebook import CALENDAR
from shared.auth import Caller, Requires
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["escalations"])


@router.post("/escalations/{escalation_id}/advance", summary="Advance to the next stage")
async def advance_escalation(
    escalation_id: UUID,
    body: Argued,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ADVANCE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """The raising agency takes it one stage up, because the answer does not resolve it or has not come."""
    await commands.advance(tx, by(caller, if_match, body), escalation_id, CALENDAR, text=body.text)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/skip", summary="Skip stages for a child at immediate risk")
async def skip_escalation(
    escalation_id: UUID,
    body: Skip,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SKIP)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """Past one or several stages; the reason is kept and counted. From then on the priority is immediate: clock hours, at any
    hour of any day, and whoever is reached out of hours is told.
    """
    given = body.model_dump(exclude={"text_checked"})
    await commands.skip(tx, by(caller, if_match, body), escalation_id, CALENDAR, **given)
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/pass_on", summary="Pass on to the right agency")
async def pass_on_escalation(
    escalation_id: UUID,
    body: PassOn,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PASS_ON)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """It concerns another agency: that one's clock starts, and the child's whole wait stays visible."""
    who = by(caller, if_match, body)
    await commands.pass_on(tx, who, escalation_id, CALENDAR, to=body.receiving_agency_id, reason=body.reason)
    return await show(tx, caller, escalation_id, response)
