"""The operations by which cases come in."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from services.reviews.incidents.api import show
from services.reviews.incidents.commands import ChildGiven
from services.reviews.incidents.schemas import IncidentWhole
from services.reviews.referrals import commands
from services.reviews.referrals.commands import Told
from services.reviews.referrals.schemas import ChildReferred, JoinIncident, ReferCase
from shared.auth import Caller, Requires
from shared.policy import incidents as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, WriteTx

router = Router(tags=["incidents"])


@router.post("/incidents", status_code=201, summary="Refer a case for consideration")
async def refer_case(
    request: Request,
    body: ReferCase,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REFER_CASE)],
    tx: OnceTx,
) -> IncidentWhole:
    """Any agency may; you hear what was decided and why. The council's time to notify runs from the earliest start.

    This does not replace 999, the front door or the out-of-hours team.
    """
    given = body.model_dump(include={"source", "text", "summary", "abuse", "place", "happened_on"})
    told = Told(
        **given,
        agency_id=body.agency_id or caller.principal.agency_id,
        council_aware_at=body.council_aware_at,
        abuse_suspected_at=body.abuse_suspected_at,
        children=described(body.children),
        causes=[one.cause for one in body.causes],
    )
    incident_id = await commands.refer(tx, caller.by(), told, request.app.state.runtime.pseudonyms)
    response.headers["location"] = f"/reviews/v1/incidents/{incident_id}"
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/join", summary="Say that two incidents are one")
async def join_incident(
    incident_id: UUID,
    body: JoinIncident,
    response: Response,
    caller: Annotated[Caller, Requires(policy.JOIN_INCIDENT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """Two agencies have referred the same: it goes on under the other, and whoever referred this one hears there."""
    await commands.join(tx, caller.by(if_match), incident_id, body.joined_to, body.reason)
    return await show(tx, caller, incident_id, response)


def described(children: Sequence[ChildReferred]) -> list[ChildGiven]:
    """The children of a request, as the commands want them."""
    return [
        ChildGiven(
            identifiers=tuple(one.number for one in child.identifiers),
            age_band=child.age_band,
            harm=child.harm,
            looked_after=child.looked_after,
        )
        for child in children
    ]
