"""What requests about risks say, and what answers show."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import left_out
from services.governance.risks.domain import Answer, Do, Status, Which
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import (
    AgencyId,
    BodyId,
    CauseGiven,
    CauseShown,
    Code,
    Instant,
    Line,
    Number,
    Prose,
    Request,
    Response,
    Worded,
)

RAISE: dict[str, JsonValue] = {
    "title": "Health visiting has a third of its posts vacant",
    "description": "Families are seen late, and early signs of neglect are missed.",
    "owner_agency_id": "nhs-cheshire-and-merseyside-icb",
    "owner_body_id": "quality-assurance",
    "inherent": {"likelihood": 4, "impact": 4},
    "current": {"likelihood": 3, "impact": 3},
    "target": {"likelihood": 2, "impact": 3},
    "reason": "The service's own notice of its vacancies.",
    "controls": ["Visits go first to families with a plan"],
}
Place = Annotated[Number, Field(ge=1, le=10)]
BandCode = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=30, examples=["high"])]
Controls = Annotated[list[Line], Field(max_length=20)]


class Point(Request):
    """A place on the matrix, GET /governance/v1/risk-matrix."""

    likelihood: Place
    impact: Place


class RaiseRisk(Worded):
    """A risk of the partnership's; it is about no single child."""

    model_config = ConfigDict(json_schema_extra={"examples": [RAISE]})
    prose: ClassVar = ("title", "description", "reason", "controls")

    title: Line
    description: Prose
    owner_agency_id: AgencyId
    owner_body_id: Annotated[BodyId, Field(description="The body that manages it below the threshold.")]
    current: Annotated[Point, Field(description="As it is, with its controls.")]
    inherent: Annotated[Point | None, Field(description="As it would be without any control.")] = None
    target: Annotated[Point | None, Field(description="As it is wanted.")] = None
    reason: Annotated[Prose, Field(description="Why it is scored so.")]
    controls: Controls = []
    causes: Annotated[list[CauseGiven], Field(max_length=20, description="What it follows from.")] = []


class ScoreRisk(Worded):
    """A score of today."""

    which: Which = Which.CURRENT
    likelihood: Place
    impact: Place
    reason: Prose


class ReviewRisk(Worded):
    """What a review found."""

    text: Prose
    current: Annotated[Point | None, Field(description="Where the review changes it.")] = None


class ChangeRisk(Worded):
    """What changes; what is not sent stays as it is."""

    prose: ClassVar = ("title", "description", "reason", "controls")

    reason: Prose
    title: Line = Field(default_factory=left_out)
    description: Prose = Field(default_factory=left_out)
    owner_agency_id: AgencyId = Field(default_factory=left_out)
    owner_body_id: BodyId = Field(default_factory=left_out)
    controls: Controls = Field(default_factory=left_out)


class SayOfRisk(Worded):
    """A question, a reply, or why it is closed."""

    text: Prose


class ListRisks(Listing):
    """How the register is narrowed and paged."""

    status: Status | None = None
    band: BandCode | None = None
    owner_agency_id: AgencyId | None = None
    owner_body_id: BodyId | None = None
    awaiting_executive: Annotated[bool | None, Field(description="The Executive's answer is awaited.")] = None
    overdue_review: Annotated[bool | None, Field(description="The last day of its review is over.")] = None
    overdue_reply: Annotated[bool | None, Field(description="The last day to reply to the Executive is over.")] = None
    live: Annotated[bool | None, Field(description="Not closed.")] = None


class RiskShown(Response):
    """One risk as it stands."""

    id: UUID
    reference: Annotated[str, Field(examples=["RSK-2627-0001"])]
    status: Annotated[str, Code(Status)]
    in_words: Annotated[str, Field(description="Where it stands, and what it waits for.")]
    title: str
    owner_agency_id: str
    owner_body_id: str
    inherent_score: int | None
    current_score: int
    target_score: int | None
    band: str
    awaiting_executive: bool
    escalated_at: Instant | None
    reply_due: Annotated[date | None, Field(description="The last day to reply to what the Executive asks.")]
    overdue_reply: bool
    answer: Annotated[str, Code(Answer)] | None
    answered_at: Instant | None
    review_due: date
    overdue_review: bool
    reviewed_at: Instant | None
    raised_at: Instant
    closed_at: Instant | None


class ScoreShown(Response):
    """A score that was given; it stays as it was given."""

    which: Annotated[str, Code(Which)]
    likelihood: int
    impact: int
    score: int
    band: str
    matrix_version: str
    reason: str
    scored_at: Instant
    agency_id: str | None


class RiskStep(Response):
    """One thing that was done to a risk, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    agency_id: Annotated[str | None, Field(description="Null where it followed from a rule.")]
    text: str | None
    facts: dict[str, Any]


class RiskWhole(RiskShown):
    """One risk with every score it was given and all that was done to it, oldest first."""

    description: str
    controls: Annotated[list[str], Field(max_length=20)]
    causes: Annotated[list[CauseShown], Field(max_length=20)]
    agency_id: Annotated[str | None, Field(description="The agency that raised it.")]
    scores: Annotated[list[ScoreShown], Field(max_length=1000)]
    steps: Annotated[list[RiskStep], Field(max_length=1000)]


class RiskPage(Response):
    """One page, the highest current score first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[RiskShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class RiskCounts(Response):
    """How many risks there are that you may see."""

    live: int
    bands: Annotated[dict[str, int], Field(description="Live ones by the band of their current score.")]
    awaiting_executive: int
    asked: Annotated[int, Field(description="The Executive wants to know more.")]
    overdue_review: int
    overdue_reply: Annotated[int, Field(description="The last day to reply to the Executive is over.")]
    closed: int


class BandShown(Response):
    """A part of the matrix, from a score upwards."""

    code: str
    title: str
    from_score: int


class MatrixShown(Response):
    """The matrix by which risks are scored today."""

    version: str
    likelihood: Annotated[list[str], Field(max_length=10, description="What 1, 2, 3 … mean.")]
    impact: Annotated[list[str], Field(max_length=10)]
    bands: Annotated[list[BandShown], Field(max_length=10)]
    escalates_at: Annotated[
        int, Field(description="The current score at which a risk goes to the Executive by itself.")
    ]
    escalates_to: str
    source: str
    verified: Annotated[bool, Field(description="Whether all of it was read in its source.")]
    effective_from: date
    effective_to: date | None
