"""What answers show of published reviews."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.reviews.learning.domain import Kind as PointKind
from services.reviews.learning.domain import Theme
from services.reviews.practice_reviews.domain import Kind
from services.reviews.practice_reviews.schemas import PartShown, PublishedSource
from services.reviews.recommendations.domain import Status
from shared.listing import Listing
from shared.schemas import Code, Response


class PublishedShown(Response):
    """One published review."""

    id: UUID
    name: str
    kind: Annotated[str, Code(Kind)]
    areas: Annotated[list[str], Field(max_length=10)]
    published_on: date | None
    published: Annotated[str | None, Field(description="When, in the words of the publication, where no day is known.")]
    public_until: Annotated[date | None, Field(description="It stays public until then at the least.")]
    recommendations: int
    source: PublishedSource | None


class LearningPublished(Response):
    """One learning point of a published review."""

    number: int
    kind: Annotated[str, Code(PointKind)]
    theme: Annotated[str, Code(Theme)]
    text: str


class RecommendationPublished(Response):
    """One recommendation of a published review."""

    id: UUID
    number: int
    theme: Annotated[str, Code(Theme)]
    text: str
    status: Annotated[str, Code(Status)]
    lead_agency_id: str | None
    owner_body_id: str | None
    by_when: date | None


class PublishedWhole(PublishedShown):
    """One published review with its report, what it teaches, and what it recommends."""

    parts: Annotated[list[PartShown], Field(max_length=20)]
    learning: Annotated[list[LearningPublished], Field(max_length=200)]
    recommended: Annotated[list[RecommendationPublished], Field(max_length=200)]


class PublishedPage(Response):
    """One page, by name; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[PublishedShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListPublished(Listing):
    """How a list is narrowed and paged."""

    kind: Kind | None = None
    theme: Annotated[Theme | None, Field(description="Those with learning or a recommendation about it.")] = None
