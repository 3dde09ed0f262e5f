"""Proposes an action for each lesson of an escalation that a body has taken."""

from services.governance.actions import queries
from services.governance.actions.domain import Source
from services.governance.bodies import queries as bodies
from services.governance.proposals.commands import Wanted, propose
from shared.acting import AS_RULED
from shared.contracts.escalations import LearningTaken
from shared.db import Tx
from shared.events import Cause
from shared.problems import NotFound

TYPE = "escalations.learning"
TEXT = "Learning from an escalation, which the body has taken: to be worded, from what it says, before it is agreed."


async def taken(tx: Tx, event: LearningTaken) -> None:
    """Propose an action, once, where a body has taken it and it goes on as no record yet. Bears repetition."""
    if event.owner_body_id is None or event.taken_as is not None:
        return
    if await queries.of_source(tx, Source.LEARNING, event.subject):
        return
    try:
        body = await bodies.get(tx, event.owner_body_id)
    except NotFound:
        return
    wanted = Wanted(
        text=TEXT,
        source_type=Source.LEARNING,
        source_id=event.subject,
        causes=[Cause(TYPE, event.subject)],
        body_id=body.id,
    )
    await propose(tx, AS_RULED, wanted)
