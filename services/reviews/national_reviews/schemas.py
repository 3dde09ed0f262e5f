"""What the requests about reviews published elsewhere say, and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from services.reviews.national_reviews.domain import Do, Status, Verdict
from shared.listing import Listing
from shared.schemas import (
    AgencyId,
    BodyId,
    CauseGiven,
    CauseShown,
    Code,
    Day,
    Instant,
    Line,
    Prose,
    Request,
    Response,
    Worded,
)

EXAMPLE: dict[str, JsonValue] = {
    "title": "Children with disabilities in residential settings, phase 2",
    "publisher": "Child Safeguarding Practice Review Panel",
    "published_on": "2023-04-20",
    "address": "https://www.gov.uk/government/publications/safeguarding-children-with-disabilities-in-residential-settings",
    "question": "Would our own visits have found what nobody found there?",
    "body_id": "learning-and-improvement",
}
Address = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[!#-;=?-~]+$", max_length=1000),
    Field(description="Where it is published."),
]


class RecordNationalReview(Worded):
    """What was published elsewhere, and what is asked here because of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar[tuple[str, ...]] = ("question",)
    lines: ClassVar[tuple[str, ...]] = ("title", "publisher")

    title: Line
    publisher: Annotated[Line, Field(description="The national Panel, another area, an inspectorate.")]
    published_on: Day
    address: Address
    question: Annotated[Prose, Field(description="What is to be found out here.")]
    body_id: Annotated[BodyId, Field(description="The body that concludes.", examples=["learning-and-improvement"])]
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class AskAgencies(Request):
    """Who is asked, and until when."""

    agency_ids: Annotated[list[AgencyId], Field(min_length=1, max_length=200)]
    due_on: Annotated[Day | None, Field(description="An earlier last day than the rule's.")] = None


class AnswerNationalReview(Worded):
    """Whether it is true for an agency, and what shows that."""

    prose: ClassVar[tuple[str, ...]] = ("evidence",)

    agency_id: Annotated[AgencyId | None, Field(description="Your own, unless you act for another.")] = None
    verdict: Verdict
    evidence: Annotated[Prose, Field(description="What shows it: an audit, figures, what practitioners say.")]


class ConcludeNationalReview(Worded):
    """Whether it is true here, as the body sees it."""

    verdict: Verdict
    text: Annotated[Prose, Field(description="Why, and what follows.")]


class AnswerShown(Response):
    """What one agency says."""

    agency_id: str
    asked_at: Instant
    due_on: date
    overdue: bool
    times_asked: Annotated[int, Field(description="How often it was asked again.")]
    told_at: Annotated[
        Instant | None, Field(description="When the business unit was told; it is asked no more by itself.")
    ]
    verdict: Annotated[str, Code(Verdict)] | None
    evidence: str | None
    answered_at: Instant | None


class NationalReviewShown(Response):
    """One review that was published elsewhere, and how its check stands."""

    id: UUID
    reference: Annotated[str, Field(max_length=20)]
    status: Annotated[str, Code(Status)]
    in_words: str
    title: str
    publisher: str
    published_on: date
    address: str
    question: str
    body_id: str
    recorded_at: Instant
    verdict: Annotated[str, Code(Verdict)] | None
    conclusion: str | None
    concluded_at: Instant | None
    answers: Annotated[list[AnswerShown], Field(max_length=500, description="Of all agencies asked, or your own.")]


class NationalReviewStep(Response):
    """One thing that was done about it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    agency_id: str | None
    text: str | None


class NationalReviewWhole(NationalReviewShown):
    """One of them with what it follows from and, for those who oversee, what was done about it, oldest first."""

    causes: Annotated[list[CauseShown], Field(max_length=10)]
    steps: Annotated[list[NationalReviewStep], Field(max_length=1000)]


class NationalReviewPage(Response):
    """One page, the last recorded first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[NationalReviewShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListNationalReviews(Listing):
    """How the list is narrowed and paged."""

    status: Status | None = None
    verdict: Verdict | None = None
    body_id: BodyId | None = None
    asked_agency_id: AgencyId | None = None
    overdue: Annotated[bool | None, Field(description="An agency's day is over, and it has not answered.")] = None
