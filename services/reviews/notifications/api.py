"""The operations on the council's notification."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reviews.incidents.api import show
from services.reviews.incidents.schemas import IncidentWhole
from services.reviews.notifications import commands
from services.reviews.notifications.schemas import Acknowledge, Notify, WithdrawNotification
from shared.auth import Caller, Requires
from shared.policy import incidents as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, WriteTx

router = Router(tags=["incidents"])


@router.post("/incidents/{incident_id}/notify", status_code=201, summary="Notify the national Panel")
async def notify_incident(
    incident_id: UUID,
    body: Notify,
    response: Response,
    caller: Annotated[Caller, Requires(policy.NOTIFY)],
    tx: OnceTx,
) -> IncidentWhole:
    """The council alone, and nothing can block it: no version is asked for, votes that are awaited are taken back.

    One form for each child who died, one for all the others. It makes a rapid review mandatory, but for the exception
    that `review_needed` tells.
    """
    in_doubt = bool(body.doubts())
    await commands.notify(
        tx, caller.by(), incident_id, text=body.text, submitted_at=body.submitted_at, in_doubt=in_doubt
    )
    response.headers["location"] = f"/reviews/v1/incidents/{incident_id}"
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/acknowledge", summary="Record the Panel's reference")
async def acknowledge_incident(
    incident_id: UUID,
    body: Acknowledge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ACKNOWLEDGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """The national Panel has answered a form with its reference."""
    await commands.acknowledge(
        tx, caller.by(if_match), incident_id, form=body.form, panel_reference=body.panel_reference
    )
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/withdraw", summary="Withdraw the notification")
async def withdraw_incident(
    incident_id: UUID,
    body: WithdrawNotification,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """It should not have been notified: every form is withdrawn, and a rapid review is mandatory no more."""
    await commands.withdraw(tx, caller.by(if_match), incident_id, reason=body.reason)
    return await show(tx, caller, incident_id, response)
