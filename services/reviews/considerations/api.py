"""The operations by which a case is considered."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from services.reviews.considerations import commands
from services.reviews.considerations.schemas import AmendIncident, ChooseStart, Conclude, GiveView, ProposeNotToNotify
from services.reviews.incidents.api import show
from services.reviews.incidents.schemas import IncidentWhole
from services.reviews.referrals.api import described
from shared.auth import Caller, Requires
from shared.policy import incidents as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["incidents"])

FACTS = {"abuse", "place", "happened_on", "summary"}


@router.post("/incidents/{incident_id}/amend", summary="Write down what has become known")
async def amend_incident(
    request: Request,
    incident_id: UUID,
    body: AmendIncident,
    response: Response,
    caller: Annotated[Caller, Requires(policy.AMEND_INCIDENT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """A child has died since, a sibling was harmed too, abuse is suspected now. What was said before stays in the history."""
    await commands.amend(
        tx,
        caller.by(if_match),
        incident_id,
        request.app.state.runtime.pseudonyms,
        changed=body.model_dump(include=FACTS, exclude_none=True),
        harms={one.number: one.model_dump(exclude={"number"}, exclude_none=True) for one in body.harms},
        children=described(body.children),
        reason=body.reason,
    )
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/choose_start", summary="Choose from when the time is counted")
async def choose_start(
    incident_id: UUID,
    body: ChooseStart,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHOOSE_START)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """Every start stays shown with its date; a later date than the present one needs somebody else's approval."""
    await commands.choose_start(
        tx,
        caller.by(if_match),
        incident_id,
        start=body.start,
        happened_at=body.model_dump(include={"council_aware_at", "abuse_suspected_at"}, exclude_none=True),
        reason=body.reason,
        approved_by=str(body.approved_by) if body.approved_by else None,
    )
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/give_view", summary="Record a statutory partner's view")
async def give_view(
    incident_id: UUID,
    body: GiveView,
    response: Response,
    caller: Annotated[Caller, Requires(policy.GIVE_VIEW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """Each of the three may say what it thinks; none has to, and none blocks the council."""
    await commands.give_view(tx, caller.by(if_match), incident_id, opinion=body.opinion, text=body.text)
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/conclude", summary="Say what becomes of a near miss")
async def conclude_incident(
    incident_id: UUID,
    body: Conclude,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CONCLUDE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """The council says it, and whoever referred it hears. That a rapid review of it begins, and how it ends, is said by itself."""
    await commands.conclude(tx, caller.by(if_match), incident_id, reason=body.reason)
    return await show(tx, caller, incident_id, response)


@router.post("/incidents/{incident_id}/propose", summary="Ask the three whether it need not be notified")
async def propose_not_to_notify(
    incident_id: UUID,
    body: ProposeNotToNotify,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PROPOSE_NOT_TO_NOTIFY)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> IncidentWhole:
    """Not notifying needs all three; with one dissent, or silence, the council's duty stands. They vote on the joint decision."""
    concerned = tuple(dict.fromkeys(body.concerned_agency_ids))
    await commands.propose(tx, caller.by(if_match), incident_id, reason=body.reason, concerned=concerned)
    return await show(tx, caller, incident_id, response)
