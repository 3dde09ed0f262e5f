"""What requests about drift say and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.actions.domain import Decision
from services.governance.actions.schemas import ActionShown, DecisionShown
from services.governance.agencies.schemas import Note
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, BodyId, Day, Response, Worded


class ListDrift(Listing):
    """Which of the actions that drift."""

    body_id: Annotated[BodyId | None, Field(description="This body owns it, signs it, or has taken it up.")] = None
    plan_id: UUID | None = None
    lead_agency_id: AgencyId | None = None
    decided: Annotated[bool | None, Field(description="Somebody has decided about it.")] = None


class DecideDrift(Worded):
    """What is decided about its delay."""

    decision: Decision
    text: Note
    body_id: Annotated[BodyId | None, Field(description="Escalated: the body that takes it up.")] = None
    review_on: Annotated[Day | None, Field(description="When it is looked at again.")] = None


class Drifting(ActionShown):
    """An action that drifts, with the latest decision on it; null: nobody has decided anything."""

    decision: DecisionShown | None


class DriftPage(Response):
    """One page, the one that is late for longest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[Drifting], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
