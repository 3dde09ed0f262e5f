"""What the requests about how a review is held say, and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.conduct.domain import Heard, How
from shared.schemas import AgencyId, Code, Day, Instant, Line, Number, Prose, Request, Response, Worded

REQUIREMENTS = (
    "professional_knowledge",
    "knowledge_of_research",
    "complex_circumstances",
    "no_hindsight",
    "communication",
    "no_conflict_of_interest",
)
EXAMPLE: dict[str, JsonValue] = {
    "person_id": "018f4b1e-7a52-7c07-9c2b-3f0d1f2a4b5c",
    "person_name": "Robin Madeup",
    "agency_id": "stockport-childrens-social-care",
    "requirements": [{"code": code, "how": "Shown in the application and at interview."} for code in REQUIREMENTS],
}
RequirementCode = Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=60, examples=["no_conflict_of_interest"])]


class RequirementMet(Request):
    """One requirement, and how this reviewer meets it."""

    prose: ClassVar = ("how",)

    code: RequirementCode
    how: Prose


class AppointReviewer(Worded):
    """Who is to review, and how she meets each requirement."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("requirements",)

    person_id: Annotated[UUID, Field(description="Her account, /gateway/v1/people: by it she sees this review.")]
    person_name: Line
    agency_id: AgencyId
    requirements: Annotated[list[RequirementMet], Field(min_length=1, max_length=20)]


class Ended(Worded):
    """Why it is over."""

    reason: Prose


class SetTerms(Worded):
    """What the review is to find out, how, and until when; as it is to be from now on."""

    text: Prose
    reason: Annotated[Prose | None, Field(description="Why they change; needed from the second version on.")] = None


class PlanMilestone(Worded):
    """Something that is to be reached by a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Draft report", "planned_on": "2027-01-15"}]})
    prose: ClassVar = ("title",)

    title: Line
    planned_on: Day


class MoveMilestone(Worded):
    """It is expected on another day."""

    due_on: Day
    reason: Prose


class FinishMilestone(Request):
    """It is reached."""

    done_on: Day


class RecordEngagement(Worded):
    """Who was heard, or offered to be; never by name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"heard": "family", "how": "met", "happened_on": "2026-10-06", "people": 2}]}
    )
    prose: ClassVar[tuple[str, ...]] = ("note",)

    heard: Heard
    how: How
    happened_on: Day
    people: Annotated[Number | None, Field(ge=1, le=1000)] = None
    note: Prose | None = None


class RequirementShown(Response):
    """One requirement on reviewers, with where it is from, and how this one meets it."""

    code: str
    text: str
    source: str
    how: str


class ReviewerShown(Response):
    """Somebody who reviews, or did."""

    id: UUID
    person_name: str
    agency_id: str
    requirements: Annotated[list[RequirementShown], Field(max_length=20)]
    appointed_at: Instant
    ended_at: Instant | None
    end_reason: str | None


class TermsShown(Response):
    """One version of the terms of reference."""

    number: int
    text: str
    reason: str | None
    at: Instant


class MoveShown(Response):
    """One move of a milestone."""

    at: Instant
    was_due_on: date
    due_on: date
    reason: str


class MilestoneShown(Response):
    """One milestone, and how far it slid."""

    number: int
    title: str
    planned_on: date
    due_on: date
    done_on: date | None
    drift_days: Annotated[
        int, Field(description="Later than planned by so many days; below nought where it came early.")
    ]
    drifts: Annotated[bool, Field(description="It is overdue, or was moved more than once.")]
    moves: Annotated[list[MoveShown], Field(max_length=200)]


class EngagementShown(Response):
    """That somebody was heard, or offered to be."""

    heard: Annotated[str, Code(Heard)]
    how: Annotated[str, Code(How)]
    happened_on: date
    people: int | None
    note: str | None


class ConductShown(Response):
    """How one review is held."""

    practice_review_id: UUID
    reviewers: Annotated[list[ReviewerShown], Field(max_length=50)]
    terms: Annotated[list[TermsShown], Field(max_length=200, description="Every version, the newest first.")]
    milestones: Annotated[list[MilestoneShown], Field(max_length=200)]
    engagements: Annotated[list[EngagementShown], Field(max_length=1000)]
