"""What requests say that propose actions, word them, agree to them and replace them."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.actions.domain import Source
from services.governance.actions.schemas import Theme
from services.governance.agencies.schemas import Note, left_out
from services.governance.memberships.schemas import PersonId
from services.governance.plans.schemas import AreaCode, SigningCode, SourceId
from shared.schemas import AgencyId, BodyId, CauseGiven, Day, Line, Worded

EXAMPLE: dict[str, JsonValue] = {
    "text": "Every strategy discussion in the front door has health and police in it, and its minutes go out the same day.",
    "source_type": "audit",
    "source_id": "2026-strategy-meetings",
    "body_id": "learning-and-improvement",
    "theme": "strategy_meetings",
    "lead_agency_id": "cheshire-east-council",
    "owner_id": "6f1c1d0a-8a4e-4c0e-9a53-0d8a51f0a001",
    "owner_name": "Robin Madeup",
    "due_on": "2026-12-18",
    "evidence_required": "Minutes of the discussions of one month.",
    "measured": "Strategy discussions with all three agencies in the room.",
    "baseline": "41 of 60 in the quarter before.",
    "target": "57 of 60 in a quarter.",
    "measured_by": "2027-06-30",
}
TEXTS = ("text", "evidence_required", "measured", "baseline", "target")
Owner = Annotated[Line, Field(description="The owner's name, for those who work in the partnership.")]
Measure = Annotated[Note, Field(description="What is measured.")]


class ProposeAction(Worded):
    """An action: specific, measurable, with a lead. What is left open is filled in before it is agreed."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = TEXTS

    text: Note
    source_type: Source
    source_id: Annotated[SourceId | None, Field(description="The record that it came of.")] = None
    causes: Annotated[list[CauseGiven], Field(max_length=20)] = []
    plan_id: UUID | None = None
    area_code: Annotated[AreaCode | None, Field(description="The area of the plan that it is for.")] = None
    body_id: Annotated[BodyId | None, Field(description="The body whose action it is; without it, the plan's.")] = None
    signing: Annotated[
        SigningCode | None,
        Field(description="Who signs, where no plan says it; without it, as `/signings` has its source."),
    ] = None
    theme: Theme | None = None
    lead_agency_id: AgencyId | None = None
    owner_id: PersonId | None = None
    owner_name: Owner | None = None
    due_on: Annotated[Day | None, Field(description="The day by which the activity is to be complete.")] = None
    evidence_required: Note | None = None
    measured: Measure | None = None
    baseline: Note | None = None
    target: Note | None = None
    measured_by: Annotated[Day | None, Field(description="The day by which impact is to be measured.")] = None


class AmendAction(Worded):
    """What changes; what is not sent stays as it is. Of an agreed action the dates are moved, under due-dates."""

    prose: ClassVar = (*TEXTS, "reason")

    text: Note = Field(default_factory=left_out)
    area_code: AreaCode | None = None
    theme: Theme | None = None
    lead_agency_id: AgencyId = Field(default_factory=left_out)
    owner_id: PersonId = Field(default_factory=left_out)
    owner_name: Owner = Field(default_factory=left_out)
    due_on: Day = Field(default_factory=left_out)
    evidence_required: Note | None = None
    measured: Measure = Field(default_factory=left_out)
    baseline: Note = Field(default_factory=left_out)
    target: Note = Field(default_factory=left_out)
    measured_by: Day = Field(default_factory=left_out)
    reason: Note | None = None


class AgreeAction(Worded):
    """It is taken on."""

    text: Note | None = None


class DeclineAction(Worded):
    """It is not taken on."""

    reason: Note


class SupersedeAction(Worded):
    """Another stands in its place."""

    by_action_id: Annotated[UUID, Field(description="The open action that takes its place.")]
    reason: Note
