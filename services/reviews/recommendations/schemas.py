"""What the requests about recommendations say, and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.learning.domain import Theme
from services.reviews.learning.schemas import PointShown
from services.reviews.practice_reviews.schemas import PublishedSource
from services.reviews.recommendations.domain import Do, Smart, Status
from shared.listing import Listing
from shared.schemas import AgencyId, BodyId, Code, Day, Instant, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "theme": "information_sharing",
    "text": "Schools' weekend concerns reach the duty team the same day.",
    "lead_agency_id": "cheshire-east-council",
    "measure": "Of twenty concerns sampled after six months, nineteen were read the same day.",
    "by_when": "2027-03-31",
}


class _Terms(Worded):
    prose: ClassVar[tuple[str, ...]] = ("text", "measure")

    theme: Theme
    text: Annotated[Prose, Field(description="What is to be done, in one sentence, by which nobody can be recognised.")]
    lead_agency_id: AgencyId | None = None
    owner_body_id: BodyId | None = None
    measure: Annotated[Prose | None, Field(description="By what its success will be known.")] = None
    by_when: Day | None = None
    learning_point_ids: Annotated[list[UUID], Field(max_length=50, description="On which learning it rests.")] = []


class MakeRecommendation(_Terms):
    """What the review recommends."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class ChangeRecommendation(_Terms):
    """The recommendation as it is to be, before it is answered."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class AcceptRecommendation(Worded):
    """It is accepted."""

    reason: Annotated[Prose | None, Field(description="What there is to say of it.")] = None


class Declined(Worded):
    """It is not accepted, or taken back, and why."""

    reason: Prose


class ActionShown(Response):
    """An action that came of it, as governance last said; its whole is `/governance/v1/actions/{id}`."""

    id: str
    reference: str
    status: Annotated[str, Field(description="As governance calls it.")]
    lead_agency_id: str | None
    due_on: date | None
    times_moved: Annotated[int, Field(description="How often its date was moved.")]
    overdue: bool
    impact_signed: Annotated[bool, Field(description="It is signed that practice has improved.")]
    closed: bool


class RecommendationShown(Response):
    """One recommendation."""

    id: UUID
    status: Annotated[str, Code(Status)]
    practice_review_id: UUID | None
    rapid_review_id: UUID | None
    national_review_id: UUID | None
    number: Annotated[int, Field(description="Within its review.")]
    theme: Annotated[str, Code(Theme)]
    text: str
    lead_agency_id: str | None
    owner_body_id: str | None
    measure: str | None
    by_when: date | None
    lacking: Annotated[list[Annotated[str, Code(Smart)]], Field(max_length=4, description="What it lacks to be SMART.")]
    reason: str | None
    made_at: Instant
    answered_at: Instant | None
    source: PublishedSource | None


class RecommendationStep(Response):
    """One thing that was done to a recommendation, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    lead_agency_id: str | None
    owner_body_id: str | None
    by_when: date | None
    text: str | None
    agency_id: str | None


class RecommendationWhole(RecommendationShown):
    """One recommendation with the learning on which it rests and what was done to it, oldest first."""

    learning: Annotated[list[PointShown], Field(max_length=50)]
    actions: Annotated[list[ActionShown], Field(max_length=50, description="What came of it.")]
    steps: Annotated[list[RecommendationStep], Field(max_length=1000)]


class RecommendationPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[RecommendationShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListRecommendations(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    theme: Theme | None = None
    practice_review_id: UUID | None = None
    rapid_review_id: UUID | None = None
    national_review_id: UUID | None = None
    learning_point_id: Annotated[UUID | None, Field(description="A learning point on which it rests.")] = None
    lead_agency_id: AgencyId | None = None
    owner_body_id: BodyId | None = None
    smart: Annotated[bool | None, Field(description="It lacks nothing to be SMART.")] = None
