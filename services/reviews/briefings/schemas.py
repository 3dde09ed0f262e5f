"""What the requests about briefings say, and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from services.reviews.briefings.domain import Status
from shared.listing import Listing
from shared.schemas import AgencyId, Code, Instant, Number, Prose, Request, Response, Weighed, Worded


class WriteBriefing(Weighed):
    """One part of the briefing, in words by which nobody can be recognised."""

    part: Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=60, examples=["learning"])]
    text: Prose


class SendBriefing(Request):
    """To whom it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agency_ids": ["cheshire-east-council"]}]})

    agency_ids: Annotated[list[AgencyId], Field(min_length=1, max_length=500)]


class AcknowledgeBriefing(Worded):
    """The agency has passed it on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cascaded_to": "All school staff.", "reached": 42}]})
    prose: ClassVar[tuple[str, ...]] = ("cascaded_to",)

    agency_id: Annotated[AgencyId | None, Field(description="For whom, where it is not your own agency.")] = None
    cascaded_to: Annotated[Prose, Field(description="To which teams or groups, never by name.")]
    reached: Annotated[Number | None, Field(ge=1, le=100_000, description="How many people it has reached.")] = None


class BriefingPart(Response):
    """One part of a briefing; its text is null until it is written."""

    code: str
    title: str
    text: str | None


class RecipientShown(Response):
    """An agency to which it went."""

    agency_id: str
    acknowledge_by: date
    times_asked: Annotated[int, Field(description="How often it was asked again.")]
    told_at: Annotated[
        Instant | None, Field(description="When the business unit was told; it is asked no more by itself.")
    ]
    acknowledged_at: Instant | None
    late: bool
    cascaded_to: str | None
    reached: int | None


class BriefingCounts(Response):
    """How far a briefing has come: agencies, and the people whom they say it has reached."""

    sent: int
    acknowledged: int
    late: Annotated[int, Field(description="Acknowledged after the day.")]
    silent: Annotated[int, Field(description="Not acknowledged, and the day is over.")]
    reached: int


class BriefingShown(Response):
    """One briefing; an agency sees the counts of all and its own answer alone."""

    id: UUID
    practice_review_id: UUID
    review: Annotated[str, Field(description="What the review is called.")]
    status: Annotated[str, Code(Status)]
    started_at: Instant
    sent_at: Instant | None
    acknowledge_by: date | None
    counts: BriefingCounts


class BriefingWhole(BriefingShown):
    """One briefing with its parts and the agencies to which it went."""

    parts: Annotated[list[BriefingPart], Field(max_length=20)]
    recipients: Annotated[list[RecipientShown], Field(max_length=500)]


class BriefingPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BriefingShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListBriefings(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    practice_review_id: UUID | None = None
    silent: Annotated[bool | None, Field(description="An agency that you may see has not acknowledged in time.")] = None
