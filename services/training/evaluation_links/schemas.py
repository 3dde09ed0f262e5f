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


class LinkAnswered(Response):
    """The answer is taken; the link is used up."""

    course_title: str
    at: Instant


class AnswerByLink(AnswerEvaluation):
    """One answer to each question, and what one wants to say besides."""
