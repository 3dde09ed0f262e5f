"""What the requests about evaluations say, and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.training.evaluations.domain import Audience, Manager, Moment, Said, Scale, Status
from services.training.requests.schemas import WorkEmail
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Instant, Line, Number, Prose, Request, Response, Worded

EXAMPLE: dict[str, JsonValue] = {"answers": {"confident": 4}}
MANAGER: dict[str, JsonValue] = {"name": "Robin Madeup", "email": "robin.madeup@police.example"}
QuestionCode = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,49}$")]


class NameManager(Request):
    """Who is asked, beside the delegate, what the course changed at her work."""

    model_config = ConfigDict(json_schema_extra={"examples": [MANAGER]})

    name: Line
    email: WorkEmail


class AnswerEvaluation(Worded):
    """One answer to each question, and what one wants to say besides."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    answers: Annotated[
        dict[QuestionCode, Annotated[Number, Field(ge=0, le=5)]],
        Field(
            min_length=1,
            max_length=20,
            description="By question: its value on the question's scale.",
            json_schema_extra={"additionalProperties": False},
        ),
    ]
    text: Annotated[Prose | None, Field(description="What you want to say besides; name no child and nobody else.")] = (
        None
    )
    manager: Annotated[
        NameManager | None,
        Field(
            description="Before and at the end, where `manager_wanted`: who is asked besides what the course changed."
        ),
    ] = None

    @property
    def said(self) -> Said:
        """The same as it is taken."""
        manager = Manager(self.manager.name, self.manager.email) if self.manager else None
        return Said(self.answers, self.text, manager)


class ManagerNamed(Response):
    """Who is asked, beside the delegate."""

    booking_id: UUID
    name: str
    email: str
    named_at: Instant


class ChoiceShown(Response):
    """One value of a scale."""

    value: int
    words: str


class QuestionShown(Response):
    """One question, and what was answered, for whom answered it and who runs the programme."""

    code: str
    text: str
    scale: Annotated[str, Code(Scale)]
    choices: Annotated[list[ChoiceShown], Field(max_length=10)]
    answer: int | None
    before: Annotated[int | None, Field(description="What the same delegate answered to it at the earliest moment.")]


class EvaluationShown(Response):
    """What is asked of one delegate, or of her manager, at one moment."""

    id: UUID
    status: Annotated[str, Code(Status)]
    moment: Annotated[str, Code(Moment)]
    audience: Annotated[str, Code(Audience)]
    booking_id: UUID
    session_id: UUID
    course_id: UUID
    course_code: str
    course_title: str
    starts_at: Instant
    agency_id: str
    delegate_name: str
    asked_at: Instant
    due_at: Instant
    overdue: Annotated[bool, Field(description="Not answered, and past its time.")]
    reminded: Annotated[int, Field(description="How often.")]
    answered_at: Instant | None
    late: bool | None
    told: Annotated[bool, Field(description="Whether the letter that asks has left.")]
    failure: Annotated[str | None, Field(description="Why it has not left, at the last attempt.")]


class EvaluationWhole(EvaluationShown):
    """An evaluation with its questions. Answers are for who gave them and who runs the programme."""

    questions: Annotated[list[QuestionShown], Field(max_length=20)]
    text: str | None
    manager_wanted: Annotated[bool, Field(description="Whether you may name your manager with your answer.")]


class EvaluationPage(Response):
    """One page, those asked last first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[EvaluationShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListEvaluations(Listing):
    """How a list is narrowed and paged."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: AgencyId | None = None
    moment: Moment | None = None
    audience: Audience | None = None
    status: Status | None = None
    mine: Annotated[bool | None, Field(description="Asked of yourself.")] = None
    overdue: Annotated[bool | None, Field(description="Not answered, and past its time.")] = None
