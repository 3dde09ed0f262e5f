"""What the requests about practice reviews say, and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.practice_reviews.domain import Do, Kind, Part, Status
from shared.listing import Listing
from shared.schemas import (
    AgencyId,
    CauseGiven,
    CauseShown,
    Code,
    Day,
    Instant,
    Line,
    Number,
    Prose,
    Request,
    Response,
    Worded,
)

EXAMPLE: dict[str, JsonValue] = {
    "kind": "lcspr",
    "children": 1,
    "decided_on": "2026-10-05",
    "reason": "Agencies worked past each other at every step down; the same stood in two earlier rapid reviews.",
    "agency_ids": ["cheshire-east-council", "cheshire-constabulary"],
}


class CommissionReview(Worded):
    """What is to be reviewed, why, and with whom."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar[tuple[str, ...]] = ("title", "reason")
    lines: ClassVar[tuple[str, ...]] = ("areas", "led_by")

    kind: Kind
    children: Annotated[
        Number | None,
        Field(ge=1, le=10, description="How many children a local review is about; they are named in sequence."),
    ] = None
    title: Annotated[Line | None, Field(description="What a review about a theme is called.")] = None
    decided_on: Annotated[Day, Field(description="When the partners decided to hold it.")]
    reason: Annotated[Prose, Field(description="Why, in words by which nobody can be recognised.")]
    agency_ids: Annotated[list[AgencyId], Field(min_length=1, max_length=50, description="Who takes part.")]
    areas: Annotated[list[Line], Field(max_length=10, description="Other areas with which it is held.")] = []
    led_by: Annotated[Line | None, Field(description="Which of these leads it; without it this partnership does.")] = (
        None
    )
    causes: Annotated[list[CauseGiven], Field(max_length=20)] = []


class WritePart(Request):
    """One part of the report. What could identify a child is found by the publication check, before it is published."""

    part: Part
    text: Prose


class WithdrawReview(Worded):
    """It was commissioned by mistake."""

    reason: Prose


class TakeDown(Worded):
    """It is public no more."""

    reason: Annotated[Prose, Field(description="Why, in words by which nobody can be recognised.")]


class SendReview(Request):
    """It has gone to the Panel and to the Secretary of State."""

    sent_on: Day


class PublishedSource(Response):
    """Where something was published, for what was brought in from there."""

    document: str
    place: str


class ReviewShown(Response):
    """One practice review."""

    id: UUID
    name: str
    kind: Annotated[str, Code(Kind)]
    status: Annotated[str, Code(Status)]
    areas: Annotated[list[str], Field(max_length=10)]
    led_by: Annotated[str | None, Field(description="Which of these areas leads it; null: this partnership.")]
    decided_on: date | None
    publish_by: date | None
    publish_rule: str | None
    held: Annotated[bool, Field(description="Proceedings hold its publication, so that no day runs out.")]
    overdue: bool
    sent_on: date | None
    not_before: Annotated[date | None, Field(description="The first day on which it may be published.")]
    published_on: date | None
    published: str | None
    public_until: date | None
    commissioned_at: Instant
    source: Annotated[PublishedSource | None, Field(description="Where it was published, for what was brought in.")]


class PartShown(Response):
    """One part of a report."""

    part: Annotated[str, Code(Part)]
    text: str


class PartyShown(Response):
    """An agency that takes part, and what it said of the facts."""

    agency_id: str
    answered_at: Instant | None
    accurate: bool | None
    corrections: str | None


class ReviewStep(Response):
    """One thing that was done to a review."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    part: Annotated[str, Code(Part)] | None
    text: str | None
    agency_id: str | None


class ReviewWhole(ReviewShown):
    """One practice review with its report, the agencies that take part, and what was done, oldest first."""

    reason: str | None
    terms: Annotated[int, Field(description="The version of its terms of reference; 0 where there are none.")]
    answers_due_on: date | None
    text_hash: Annotated[
        str, Field(description="SHA-256 of the report as it stands, to which checks and signatures refer.")
    ]
    decision_id: Annotated[UUID | None, Field(description="The joint decision by which it is signed off.")]
    signed_hash: Annotated[str | None, Field(description="SHA-256 of the text that the three have signed off.")]
    parts: Annotated[list[PartShown], Field(max_length=20)]
    parties: Annotated[list[PartyShown], Field(max_length=100)]
    causes: Annotated[list[CauseShown], Field(max_length=20)]
    steps: Annotated[list[ReviewStep], Field(max_length=1000)]


class ReviewPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ReviewShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListReviews(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    kind: Kind | None = None
    held: Annotated[bool | None, Field(description="Proceedings hold its publication.")] = None
    overdue: Annotated[bool | None, Field(description="Its day is over, and nothing holds it.")] = None
    due_before: Annotated[Day | None, Field(description="To be published before this day, and not published.")] = None
