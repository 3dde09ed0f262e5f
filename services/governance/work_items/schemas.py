"""What requests about work plans say and what answers show."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.work_items.domain import Do, Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, BodyId, CauseGiven, CauseShown, Code, Instant, Line, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "body_id": "learning-and-improvement",
    "year": "2026/27",
    "quarter": "Q3",
    "title": "Thematic audit of strategy discussions",
}
DEFER_EXAMPLE: dict[str, JsonValue] = {"year": "2027/28", "quarter": "Q1", "reason": "The sample comes in March."}
Year = Annotated[str, Field(pattern=r"^20[0-9]{2}/[0-9]{2}$", examples=["2026/27"])]


class QuarterName(StrEnum):
    """A quarter of a year that begins in April."""

    Q1 = "Q1"
    Q2 = "Q2"
    Q3 = "Q3"
    Q4 = "Q4"


class PlanItem(Worded):
    """What a body means to do; it names nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    lines: ClassVar = ("title",)

    body_id: BodyId
    year: Year
    quarter: QuarterName
    title: Line
    text: Prose | None = None
    lead_agency_id: AgencyId | None = None
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class MoveItem(Worded):
    """It has begun, or is done."""

    text: Prose | None = None


class DropItem(Worded):
    """It is not done after all."""

    reason: Prose


class DeferItem(Worded):
    """It is done in a later quarter."""

    model_config = ConfigDict(json_schema_extra={"examples": [DEFER_EXAMPLE]})

    year: Year
    quarter: QuarterName
    reason: Prose


class ListItems(Listing):
    """Which items, and how many at a time."""

    body_id: BodyId | None = None
    year: Year | None = None
    quarter: Annotated[str | None, Field(pattern="^Q[1-4]$", examples=["Q3"])] = None
    status: Status | None = None
    late: Annotated[bool | None, Field(description="Its quarter is over, and it is not.")] = None


class WorkItemShown(Response):
    """One item of a body's work plan."""

    id: UUID
    body_id: str
    status: Annotated[str, Code(Status)]
    year: str
    quarter: str
    last_day: date
    late: bool
    deferred: Annotated[int, Field(description="How often it was put off.")]
    title: str
    text: str | None
    lead_agency_id: str | None
    causes: Annotated[list[CauseShown], Field(max_length=10)]
    planned_at: Instant


class WorkItemStep(Response):
    """One thing that was done to an item, and for when it was planned after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    year: str
    quarter: str
    text: str | None
    agency_id: str | None


class WorkItemWhole(WorkItemShown):
    """One item with what became of it, oldest first."""

    steps: Annotated[list[WorkItemStep], Field(max_length=1000)]


class WorkItemPage(Response):
    """One page, in the order of quarters; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[WorkItemShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
