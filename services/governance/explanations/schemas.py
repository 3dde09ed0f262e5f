"""What requests about explanations say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.explanations.domain import Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, BodyId, Code, Instant, Prose, Response, Worded


class Answer(Worded):
    """Why the agency came so seldom, and what it will do; it names nobody."""

    text: Prose


class ListExplanations(Listing):
    """Which explanations, and how many at a time."""

    body_id: BodyId | None = None
    agency_id: AgencyId | None = None
    status: Status | None = None
    overdue: Annotated[bool | None, Field(description="Not answered, and its day is over.")] = None


class ExplanationShown(Response):
    """One question to an agency with its figures, and the answer."""

    id: UUID
    body_id: str
    agency_id: str
    status: Annotated[str, Code(Status)]
    said: Annotated[str, Field(description="The question in one sentence.")]
    first_day: date
    last_day: date
    attended: int
    of: int
    expected_share: Annotated[int, Field(description="Percent of the meetings.")]
    rule: str
    asked_at: Instant
    answer_by: date
    overdue: bool
    answered_at: Instant | None
    answer: str | None


class ExplanationPage(Response):
    """One page, the last asked first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ExplanationShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
