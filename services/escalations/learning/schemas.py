"""What the requests about learning say, and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.escalations.learning.domain import Do, Route, Status
from shared.listing import Listing
from shared.schemas import AgencyId, BodyId, CauseGiven, Code, Day, Flag, Given, Instant, Prose, Response, Weighed

EXAMPLE: dict[str, JsonValue] = {
    "route": "training",
    "text": "Referrers do not know what a strategy discussion needs from them.",
}


class Aimed(Weighed):
    """Where learning goes, and whose it is there."""

    route: Route
    owner_agency_id: AgencyId | None = None
    owner_body_id: BodyId | None = None
    take_by: Annotated[
        Day | None, Field(description="An earlier last day than the rule's, which is given where this is not.")
    ] = None


class DrawLearning(Aimed):
    """What is to be learnt, in words by which nobody can be recognised; with the route `none`, why there is nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    text: Prose


class RouteLearning(Aimed):
    """It goes elsewhere."""

    reason: Prose


class TakeLearning(Weighed):
    """Those to whom it went take it up."""

    text: Prose
    taken_as: Annotated[CauseGiven | None, Field(description="The record that goes on from here.")] = None


class CloseLearning(Weighed):
    """It is at its end."""

    changed: Annotated[Flag, Field(description="Whether anything changed by it.")]
    text: Annotated[Prose, Field(description="What changed, or why nothing did.")]


class TakenAs(Response):
    """The record as which it was taken."""

    type: str
    id: str


class LearningShown(Response):
    """One learning point."""

    id: UUID
    escalation_id: UUID
    status: Annotated[str, Code(Status)]
    route: Annotated[str, Code(Route)]
    text: str
    owner_agency_id: str | None
    owner_body_id: str | None
    agency_id: Annotated[str, Field(description="The agency that recorded it.")]
    take_by: date | None
    overdue: bool
    recorded_at: Instant
    taken_at: Instant | None
    taken_as: TakenAs | None
    closed_at: Instant | None
    changed: bool | None


class LearningStep(Response):
    """One thing that was done to a learning point, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    route: Annotated[str, Code(Route)]
    owner_agency_id: str | None
    owner_body_id: str | None
    take_by: date | None
    rule: str | None
    agency_id: str | None
    text: str | None


class LearningActionShown(Response):
    """An action that came of it, as it stands."""

    action_id: Annotated[str, Field(max_length=60, description="To be read at /governance/v1/actions.")]
    reference: Annotated[str, Field(max_length=20)]
    status: Annotated[str, Field(max_length=60)]
    lead_agency_id: str | None
    due_on: date | None


class LearningWhole(LearningShown):
    """One learning point with what became of it, oldest first."""

    actions: Annotated[list[LearningActionShown], Field(max_length=200)]
    steps: Annotated[list[LearningStep], Field(max_length=1000)]


class LearningPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[LearningShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListLearning(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    route: Route | None = None
    escalation_id: UUID | None = None
    owner_agency_id: AgencyId | None = None
    owner_body_id: BodyId | None = None
    overdue: Annotated[bool | None, Field(description="Nobody has taken it, and its day is over.")] = None
    changed: Annotated[bool | None, Field(description="Closed, and something changed by it.")] = None
    recorded_from: Annotated[Given | None, Field(description="Recorded at this instant or after it.")] = None
    recorded_before: Annotated[Given | None, Field(description="Recorded before this instant.")] = None
