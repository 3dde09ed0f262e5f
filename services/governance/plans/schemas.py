"""What requests about plans say and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import Note, left_out
from services.governance.plans.domain import AreaKind, Source
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import BodyId, Code, Day, Line, Request, Response, Slug, Worded

AreaCode = Annotated[Slug, Field(examples=["front-door"])]
SigningCode = Annotated[
    str,
    Field(
        pattern=r"^[a-z_]+$", max_length=100, description="Who signs its actions: a code of /governance/v1/signings."
    ),
]
SourceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)]
EXAMPLE: dict[str, JsonValue] = {
    "code": "neglect-2026",
    "title": "Neglect: what the body set out to do in 2026/27",
    "source_type": "body_work",
    "body_id": "learning-and-improvement",
    "signing": "other",
    "areas": [{"code": "early-help", "kind": "objective", "text": "Neglect is seen and named early."}],
}


class AreaGiven(Request):
    """One thing that the plan is to cover."""

    prose: ClassVar = ("text",)

    code: AreaCode
    kind: AreaKind
    text: Note
    part_of: Annotated[AreaCode | None, Field(description="The area, further above, of which this is a part.")] = None


Areas = Annotated[list[AreaGiven], Field(max_length=100)]


class ListPlans(Listing):
    """Which plans, and how many at a time."""

    source_type: Source | None = None
    body_id: BodyId | None = None


class MakePlan(Worded):
    """A new plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("title", "note", "areas")
    lines: ClassVar = ("source",)

    code: Annotated[Slug, Field(examples=["front-door"], description="Yours to choose; it stays.")]
    title: Line
    source_type: Source
    source_id: Annotated[SourceId | None, Field(description="The record that it came of.")] = None
    body_id: Annotated[BodyId, Field(description="The body whose plan it is.")]
    signing: SigningCode
    effective_from: Day | None = None
    effective_to: Day | None = None
    areas: Areas = []
    source: Note | None = None
    note: Note | None = None


class ChangePlan(Worded):
    """What changes; what is not sent stays as it is. Areas are added, or worded anew under their code; none is taken away."""

    prose: ClassVar = ("title", "note", "areas")

    title: Line = Field(default_factory=left_out)
    effective_from: Day | None = None
    effective_to: Day | None = None
    areas: Areas = []
    note: Note | None = None


class AreaShown(Response):
    """One thing that the plan is to cover."""

    prose: ClassVar = ("text",)

    code: str
    kind: Annotated[str, Code(AreaKind)]
    part_of: str | None
    text: str


class StatementShown(Response):
    """What was published about the plan, and whether its own records give the same."""

    stated_on: date
    text: str
    source: str
    reproducible: bool
    why: str


class PlanShown(Response):
    """One plan."""

    id: UUID
    code: str
    title: str
    source_type: Annotated[str, Code(Source)]
    source_id: str | None
    body_id: str
    signing: Annotated[str, Field(description="The code of the rules under which its actions are agreed.")]
    effective_from: date | None
    effective_to: date | None
    source: str | None
    note: str | None


class PlanWhole(PlanShown):
    """One plan with what it is to cover and what was published about it."""

    areas: Annotated[list[AreaShown], Field(max_length=1000)]
    statements: Annotated[list[StatementShown], Field(max_length=100)]


class PlanPage(Response):
    """One page, in the order of codes; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[PlanShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class SigningShown(Response):
    """One version of who signs, after which interval impact is tested, and from when on an action is delayed."""

    code: str
    version: str
    title: str
    sources: Annotated[
        list[str],
        Field(max_length=20, description="What actions come of that are signed so where nothing else says it."),
    ]
    activity_body_id: Annotated[str | None, Field(description="Phase 1; null: the body whose plan or action it is.")]
    moderated: bool
    moderation_body_id: str | None
    impact_body_id: Annotated[str | None, Field(description="Phase 2; null as above.")]
    closing_body_id: str | None
    impact_months: Annotated[int, Field(description="Between phase 1 and the claim of impact, at least.")]
    impact_evidence: Annotated[list[str], Field(max_length=5, description="The kinds without which none is claimed.")]
    moves_tolerated: Annotated[int, Field(description="A due date moved later more often is drift.")]
    update_months: int
    update_asked_days: int
    dates_approved_by: Annotated[list[str], Field(max_length=5)]
    effective_from: date
    effective_to: date | None
    source: str
    verified: Annotated[bool, Field(description="Whether a published document says who signs.")]
    unverified: Annotated[list[str], Field(max_length=20, description="Fields that no published document states.")]


class Signings(Response):
    """Every version."""

    items: Annotated[list[SigningShown], Field(max_length=1000)]
