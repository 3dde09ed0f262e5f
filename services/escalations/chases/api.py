"""The operation by which whoever tracks the matters asks for the next step."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.escalations.chases import commands
from services.escalations.chases.schemas import Chase
from services.escalations.escalations.api import by, show
from services.escalations.escalations.schemas import EscalationWhole
from shared.auth import Caller, Requires
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["tracker"])


@router.post("/escalations/{escalation_id}/chase", summary="Ask for the next step")
async def chase_escalation(
    escalation_id: UUID,
    body: Chase,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHASE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """A letter to whoever has the next step (`on_whom` of the tracker), with a reason that both sides read; it decides nothing,
    and the same step is asked for again only after the time that the rule allows.
    """
    await commands.chase(tx, by(caller, if_match, body), escalation_id, text=body.text)
    return await show(tx, caller, escalation_id, response)
