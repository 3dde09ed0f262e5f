"""What requests about briefs say and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.briefs.domain import Do, Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, BodyId, CauseGiven, CauseShown, Code, Day, Instant, Line, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "body_id": "audit-group",
    "objective": "A common tool for audits of strategy discussions, tried in three agencies.",
    "lead_name": "Robin Madeup",
    "lead_agency_id": "cheshire-constabulary",
    "overseen_by": "quality-assurance",
    "due_on": "2027-03-31",
}
EXTEND_EXAMPLE: dict[str, JsonValue] = {"due_on": "2027-06-30", "reason": "The third agency begins in April."}


class GiveBrief(Worded):
    """What a task-and-finish group is to do."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("objective",)

    body_id: BodyId
    objective: Prose
    lead_name: Line
    lead_agency_id: AgencyId
    overseen_by: Annotated[BodyId, Field(description="A body to which the group reports; its chair gives the brief.")]
    due_on: Day
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class ExtendBrief(Worded):
    """It needs longer."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXTEND_EXAMPLE]})

    due_on: Day
    reason: Prose


class CloseBrief(Worded):
    """What the group leaves behind."""

    prose: ClassVar = ("report", "follow_on")

    report: Prose
    follow_on: Annotated[Prose | None, Field(description="What goes on as business as usual, and with whom.")] = None


class ListBriefs(Listing):
    """Which briefs, and how many at a time."""

    body_id: BodyId | None = None
    overseen_by: BodyId | None = None
    status: Status | None = None
    overdue: Annotated[bool | None, Field(description="Running, and its day is over.")] = None


class BriefShown(Response):
    """One group's brief as it stands."""

    id: UUID
    body_id: str
    status: Annotated[str, Code(Status)]
    objective: str
    lead_name: str
    lead_agency_id: str
    overseen_by: str
    due_on: date
    overdue: bool
    extended: Annotated[int, Field(description="How often it was given longer.")]
    causes: Annotated[list[CauseShown], Field(max_length=10)]
    given_at: Instant
    closed_at: Instant | None
    report: str | None
    follow_on: str | None


class BriefStep(Response):
    """One thing that was done to a brief, and when it was due after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    due_on: date
    text: str
    agency_id: str | None


class BriefWhole(BriefShown):
    """One brief with what became of it, oldest first."""

    steps: Annotated[list[BriefStep], Field(max_length=1000)]


class BriefPage(Response):
    """One page, the last given first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BriefShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
