"""What requests about expectations say and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import Note
from services.governance.memberships.schemas import LastDay
from services.governance.terms.domain import Standing
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, BodyId, Code, Day, Number, Request, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "body_id": "learning-and-improvement",
    "agency_id": "cheshire-east-council",
    "share": 80,
    "expected_by": "The subgroup's terms of reference",
    "starts_on": "2026-10-08",
}


class Expect(Worded):
    """At which share of a body's meetings an agency is to be there."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    lines: ClassVar = ("expected_by",)

    body_id: BodyId
    agency_id: AgencyId
    share: Annotated[Number, Field(ge=1, le=100, description="Percent of the meetings held; 100: every meeting.")]
    expected_by: Annotated[Note, Field(description="Who expects it, and where that is written.")]
    starts_on: Day


class EndExpectation(Request):
    """Its last day."""

    ends_on: LastDay


class ListExpectations(Listing):
    """Which expectations, and how many at a time."""

    body_id: BodyId | None = None
    agency_id: AgencyId | None = None
    in_effect_on: Annotated[Day | None, Field(description="Only those that held on that day.")] = None


class ExpectationShown(Response):
    """One expectation of one agency at one body."""

    id: UUID
    body_id: str
    agency_id: str
    share: Annotated[int, Field(description="Percent of the meetings held.")]
    expected_by: str
    starts_on: date
    ends_on: date | None
    standing: Annotated[str, Code(Standing)]


class ExpectationPage(Response):
    """One page, in the order of setting; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ExpectationShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
