"""What requests about terms of reference say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import Link
from services.governance.bodies.domain import Kind
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import BodyId, Code, Day, Flag, Instant, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "body_id": "learning-and-improvement",
    "adopted_on": "2026-10-01",
    "text": "Sees action plans of reviews through, and tells Quality Assurance when they are complete.",
}


class Adopt(Worded):
    """A version of a body's terms of reference."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    body_id: BodyId
    adopted_on: Day
    text: Annotated[Prose, Field(description="What they say in short.")]
    changed: Annotated[Flag, Field(description="false: reviewed, and kept as they were.")] = True
    link: Annotated[Link | None, Field(description="Where they are to be read.")] = None
    body_decision_id: Annotated[
        UUID | None, Field(description="The decision by which this body, or one above it, has adopted them.")
    ] = None


class ListTerms(Listing):
    """Which versions, and how many at a time."""

    body_id: BodyId | None = None
    current: Annotated[bool | None, Field(description="The last version of each body.")] = None
    overdue: Annotated[bool | None, Field(description="The last version, whose review is overdue.")] = None


class TermsShown(Response):
    """One version of a body's terms of reference."""

    id: UUID
    body_id: str
    number: int
    adopted_on: date
    changed: bool
    text: str
    link: str | None
    body_decision_id: UUID | None
    current: bool
    review_due_on: date | None
    overdue: bool
    rule: Annotated[str | None, Field(description="By which the review is due.", examples=["subgroup/1"])]
    recorded_at: Instant
    agency_id: str | None


class TermsPage(Response):
    """One page, the last adopted first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[TermsShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class BodyWithout(Response):
    """A body that has none."""

    id: str
    name: str
    kind: Annotated[str, Code(Kind)]


class BodiesWithout(Response):
    """In the order of their ids."""

    items: Annotated[list[BodyWithout], Field(max_length=1000)]
