"""Keeps a proposed action beside each recommendation of a review, until somebody agrees to it or declines it."""

from services.governance.actions import commands as actions
from services.governance.actions import queries
from services.governance.actions.domain import Do, Source, Status
from services.governance.agencies import queries as agencies
from services.governance.bodies import queries as bodies
from services.governance.plans.domain import Phase
from services.governance.plans.queries import signing_for
from services.governance.proposals.commands import Wanted, propose
from shared.acting import AS_RULED
from shared.contracts import governance_actions as told
from shared.contracts import practice_reviews as reviews
from shared.days import today
from shared.db import Tx
from shared.events import Cause
from shared.problems import Invalid, NotFound

TYPE = "reviews.recommendation"


async def stands(tx: Tx, event: reviews.RecommendationEvent) -> None:
    """Propose an action for a recommendation, or keep its proposal as the recommendation now is. Bears repetition.

    What is recommended is read where it was written: the proposal is worded by whoever makes it ready to be agreed.
    """
    proposal = await queries.of_source(tx, Source.REVIEW_RECOMMENDATION, event.subject)
    lead_agency_id, body_id = await _lead(tx, event), await _body(tx, event)
    if proposal is None:
        wanted = Wanted(
            text=f"Recommendation {event.number} of a review: to be worded, from what it says, before it is agreed.",
            source_type=Source.REVIEW_RECOMMENDATION,
            source_id=event.subject,
            causes=[Cause(TYPE, event.subject)],
            body_id=body_id,
            theme=event.theme,
            lead_agency_id=lead_agency_id,
            due_on=event.by_when,
        )
        await propose(tx, AS_RULED, wanted)
        return
    changed = {"lead_agency_id": lead_agency_id, "due_on": event.by_when}
    if proposal.status == Status.PROPOSED and any(proposal._mapping[name] != one for name, one in changed.items()):
        facts = {name: {"from": proposal._mapping[name], "to": one} for name, one in changed.items()}
        await actions.finish(tx, AS_RULED, proposal, Do.AMEND, changed=changed, facts=facts, told=told.ActionAmended)


async def fell(tx: Tx, event: reviews.RecommendationEvent) -> None:
    """The recommendation was declined or taken back: what is still a proposal goes with it. Bears repetition."""
    proposal = await queries.of_source(tx, Source.REVIEW_RECOMMENDATION, event.subject)
    if proposal is not None and proposal.status == Status.PROPOSED:
        text = f"The recommendation is {event.status.replace('_', ' ')}."
        await actions.finish(tx, AS_RULED, proposal, Do.DECLINE, text=text, told=told.ActionNotAccepted)


async def _lead(tx: Tx, event: reviews.RecommendationEvent) -> str | None:
    """The agency that leads, if it is in effect here and now."""
    if event.lead_agency_id is None:
        return None
    try:
        return (await agencies.in_effect(tx, "lead_agency_id", event.lead_agency_id)).id
    except Invalid:
        return None


async def _body(tx: Tx, event: reviews.RecommendationEvent) -> str:
    """The body that owns it; without one, that which sees the actions of case reviews through."""
    usual = signing_for(Source.REVIEW_RECOMMENDATION, today(tx.now)).body(Phase.ACTIVITY, "")
    try:
        return str((await bodies.get(tx, event.owner_body_id or usual)).id)
    except NotFound:
        return usual
