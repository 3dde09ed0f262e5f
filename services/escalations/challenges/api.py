"""The operation that raises a challenge."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from services.escalations.challenges import commands
from services.escalations.challenges.commands import Challenge
from services.escalations.challenges.schemas import ChildGiven, RaiseEscalation, Release
from services.escalations.children.commands import Described
from services.escalations.escalations.api import by, show
from services.escalations.escalations.domain import quarantines
from services.escalations.escalations.schemas import EscalationWhole
from services.escalations.register.queries import agency_names
from services.escalations.rulebook import CALENDAR
from shared.acting import NotYourAgency
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, WriteTx

router = Router(tags=["escalations"])


@router.post("/escalations", status_code=201, summary="Raise an escalation")
async def raise_escalation(
    request: Request,
    response: Response,
    body: RaiseEscalation,
    caller: Annotated[Caller, Requires(policy.RAISE)],
    tx: OnceTx,
) -> EscalationWhole:
    """Disagree with another agency's decision about a child, and challenge it.

    It does not replace 999, the front door or the out-of-hours team.
    """
    runtime = request.app.state.runtime
    raising = body.raising_agency_id or caller.principal.agency_id
    if raising not in caller.principal.agencies:
        raise NotYourAgency("You raise for your own agency, or for one that you act for.")
    challenge = challenge_of(body, raising, quarantined=await _quarantined(tx, body, raising))
    escalation_id = await commands.raise_escalation(tx, caller.principal, challenge, CALENDAR, runtime.pseudonyms)
    response.headers["location"] = f"/escalations/v1/escalations/{escalation_id}"
    return await show(tx, caller, escalation_id, response)


@router.post("/escalations/{escalation_id}/release", summary="Release a text from quarantine")
async def release_escalation(
    escalation_id: UUID,
    body: Release,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RELEASE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> EscalationWhole:
    """A lead of a party has read the text again and it names nobody: those who oversee may see it from now on."""
    await commands.release(tx, by(caller, if_match), escalation_id)
    return await show(tx, caller, escalation_id, response)


async def _quarantined(tx: Tx, body: RaiseEscalation, raising_agency_id: str) -> bool:
    """Whether the text seems to identify somebody and is taken all the same; agencies and teams are nobody."""
    if not body.doubts():
        return False
    agencies = [agency_id for agency_id in (raising_agency_id, body.receiving_agency_id) if agency_id]
    named = (body.receiving_name, body.raiser_team, body.receiving_team)
    known = [*await agency_names(tx, agencies), *(name for name in named if name)]
    return quarantines(body.priority, body.doubts(known))


def challenge_of(body: RaiseEscalation, raising_agency_id: str, *, quarantined: bool) -> Challenge:
    """The challenge that a request describes."""
    own = {"raising_agency_id", "children", "causes", "secondary_themes"}
    return Challenge(
        **body.model_dump(exclude=own),
        raising_agency_id=raising_agency_id,
        quarantined=quarantined,
        secondary_themes=tuple(body.secondary_themes),
        children=tuple(described(child) for child in body.children),
        causes=tuple(cause.cause for cause in body.causes),
    )


def described(child: ChildGiven) -> Described:
    """The child that a request describes."""
    return Described(
        identifiers=tuple(one.number for one in child.identifiers),
        age_band=child.age_band,
        level_of_need=child.level_of_need,
        statuses=tuple(child.statuses),
    )
