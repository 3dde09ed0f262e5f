"""What a link's request says, and what it shows."""

from typing import Annotated

from pydantic import Field

from services.training.evaluations.domain import Audience, Moment
from services.training.evaluations.schemas import AnswerEvaluation, QuestionShown
from shared.schemas import Code, Instant, Response


class LinkShown(Response):
    """What is asked by a link."""

    course_title: str
    when: str
    moment: Annotated[str, Code(Moment)]
    audience: Annotated[str, Code(Audience)]
    asks: str
    due_at: Instant
    questions: Annotated[list[QuestionShown], Field(max_length=20)]
    manager_wanted: Annotated[bool, Field(description="Whether a manager may be named with the answer.")]


class LinkAnswered(Response):
    """The answer is taken; the link takes no other."""

    course_title: str
    at: Instant
    certificate: Annotated[
        str | None, Field(description="Where the delegate's certificate is downloaded, if she has one.")
    ]


class AnswerByLink(AnswerEvaluation):
    """One answer to each question, what one wants to say besides, and who one's manager is."""
