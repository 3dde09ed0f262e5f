"""What the requests about learning points say, and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.learning.domain import Kind, Status, Theme
from services.reviews.practice_reviews.schemas import PublishedSource
from shared.listing import Listing
from shared.schemas import Code, Instant, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "theme": "information_sharing",
    "text": "What the school knew of the weekends reached nobody who could act on it.",
}


class DrawPoint(Worded):
    """What is to be learnt, or done again, in words by which nobody can be recognised."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: Kind = Kind.LEARNING
    theme: Theme
    text: Prose


class WithdrawPoint(Worded):
    """It is taken back."""

    reason: Prose


class PointShown(Response):
    """One learning point."""

    id: UUID
    status: Annotated[str, Code(Status)]
    kind: Annotated[str, Code(Kind)]
    theme: Annotated[str, Code(Theme)]
    practice_review_id: UUID | None
    rapid_review_id: UUID | None
    national_review_id: UUID | None
    number: Annotated[int, Field(description="Within its review.")]
    text: str
    drawn_at: Instant
    withdrawn_at: Instant | None
    withdrawn_reason: str | None
    source: PublishedSource | None


class PointPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[PointShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListPoints(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    kind: Kind | None = None
    theme: Theme | None = None
    practice_review_id: UUID | None = None
    rapid_review_id: UUID | None = None
    national_review_id: UUID | None = None
