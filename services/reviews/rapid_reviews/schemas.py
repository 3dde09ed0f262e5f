"""What is asked of and shown about rapid reviews."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.incidents.domain import Harm
from services.reviews.incidents.schemas import IncidentChildShown
from services.reviews.panels.domain import Seat
from services.reviews.panels.domain import Status as MemberStatus
from services.reviews.rapid_reviews.domain import Answer, Do, Kind, Status
from services.reviews.returns.domain import Status as ReturnStatus
from shared.kept_clocks import ClockShown
from shared.listing import Listing
from shared.policy import View
from shared.schemas import CauseShown, Code, Instant, Line, Prose, Response, Worded

CHOSEN: dict[str, JsonValue] = {"start": "awareness", "reason": "The partners count from the day they knew."}


class OpenReview(Worded):
    """A review that people want: of a near miss, of several incidents together, or with another area.

    One that a notification makes mandatory opens by itself.
    """

    prose: ClassVar[tuple[str, ...]] = ("theme", "reason")
    lines: ClassVar[tuple[str, ...]] = ("other_area", "led_by")

    kind: Kind = Kind.SINGLE
    incident_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]
    theme: Annotated[Line | None, Field(description="What the incidents of a thematic review have in common.")] = None
    other_area: Annotated[Line | None, Field(description="With whom a joint review is held; not registered or so.")] = (
        None
    )
    led_by: Annotated[Line | None, Field(description="The other area, where it leads; else this partnership does.")] = (
        None
    )
    reason: Prose


class ChooseReviewStart(Worded):
    """From which event the time is counted."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHOSEN]})

    start: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=60, description="One of the clock's candidates.")]
    reason: Prose
    approved_by: Annotated[
        UUID | None, Field(description="The other person who approved a later date; an earlier one needs nobody.")
    ] = None


class RapidReviewShown(Response):
    """One rapid review of a list."""

    id: UUID
    reference: Annotated[str, Field(max_length=20, examples=["RR-2627-0001"])]
    view: Annotated[str, Code(View)]
    kind: Annotated[str, Code(Kind)]
    status: Annotated[str, Code(Status)]
    theme: str | None
    other_area: str | None
    led_by: Annotated[str | None, Field(description="The other area, where it leads; else this partnership does.")]
    opened_at: Instant
    due_at: Annotated[
        Instant | None, Field(description="By when it is to be with the Panel; null where nothing is due.")
    ]
    overdue: bool
    recommended: str | None
    decision: str | None
    decided_at: Instant | None
    sent_at: Instant | None
    late: bool | None
    answer: Annotated[str, Code(Answer)] | None
    closed_at: Instant | None


class RapidReviewPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[RapidReviewShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ReviewedIncidentShown(Response):
    """An incident that is reviewed."""

    id: UUID
    reference: str
    harm: Annotated[str, Code(Harm)]
    summary: str
    review_needed: Annotated[bool | None, Field(description="Whether its notification makes the review mandatory.")]
    children: Annotated[list[IncidentChildShown], Field(max_length=50)]


class PanelMemberShown(Response):
    """Somebody on the panel, or who was."""

    id: UUID
    person_id: UUID
    person_name: str
    agency_id: str
    seat: Annotated[str, Code(Seat)]
    status: Annotated[str, Code(MemberStatus)]
    conflict: Annotated[str | None, Field(description="What she says of it.")]
    own_practice: Annotated[
        bool, Field(description="Her own agency's practice is reviewed: it was asked for a return.")
    ]
    named_at: Instant
    declared_at: Instant | None
    released_at: Instant | None


class ReturnStanding(Response):
    """That an agency was asked, and whether it has answered; what, it and the panel alone read."""

    id: UUID
    agency_id: str | None
    party_name: str | None
    status: Annotated[str, Code(ReturnStatus)]
    asked_at: Instant
    due_at: Instant
    returned_at: Instant | None
    late: Annotated[bool, Field(description="It came late, or is overdue.")]
    asked_again: Annotated[int, Field(ge=0, description="How often.")]
    told_at: Annotated[
        Instant | None,
        Field(description="When the panel's chair was told; it is asked no more by itself."),
    ]


class CriterionShown(Response):
    """One criterion, and what the panel finds; null where it has found nothing yet."""

    criterion: str
    title: str
    met: bool | None
    rationale: str | None
    answered_at: Instant | None


class RapidReviewWhole(RapidReviewShown):
    """One rapid review with all that belongs to it."""

    reason: str
    mandatory: bool
    clock: ClockShown | None
    incidents: Annotated[list[ReviewedIncidentShown], Field(max_length=20)]
    panel: Annotated[list[PanelMemberShown], Field(max_length=200)]
    returns: Annotated[list[ReturnStanding], Field(max_length=200)]
    returns_in_words: str
    criteria: Annotated[list[CriterionShown], Field(max_length=50)]
    recommended_reason: str | None
    decision_id: Annotated[UUID | None, Field(description="The joint decision, /reviews/v1/joint-decisions.")]
    decision_reason: str | None
    answer_text: str | None
    answer_changes: str | None
    answered_at: Instant | None
    causes: Annotated[list[CauseShown], Field(max_length=20)]


class RapidReviewStep(Response):
    """One thing that was done, oldest first. Who did it is told to the own agency."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    agency_id: str | None
    actor: str | None
    text: str | None


class RapidReviewHistory(Response):
    """All that was done."""

    items: Annotated[list[RapidReviewStep], Field(max_length=1000)]


class ListRapidReviews(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    kind: Kind | None = None
    incident_id: UUID | None = None
    decision: Annotated[str | None, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=50)] = None
    overdue: Annotated[bool | None, Field(description="Its time has run out, and it is not with the Panel.")] = None
