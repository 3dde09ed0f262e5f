"""What a panel finds and recommends, and what the national Panel answers."""

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.rapid_reviews.domain import Answer
from shared.schemas import Flag, Prose, Request, Worded

CODE = r"^[a-z]+(_[a-z]+)*$"
FOUND: dict[str, JsonValue] = {
    "criterion": "agencies_working_together",
    "met": True,
    "rationale": "Three agencies knew a part each, and nobody put it together.",
}
RECOMMENDED: dict[str, JsonValue] = {
    "recommended": "practice_review",
    "reason": "Improvements are needed, and they are local ones.",
}
HEARD: dict[str, JsonValue] = {"answer": "agrees", "text": "The Panel agrees with the partnership's decision."}


class AnswerCriterion(Worded):
    """What the panel finds about one criterion."""

    model_config = ConfigDict(json_schema_extra={"examples": [FOUND]})
    prose: ClassVar = ("rationale",)

    criterion: Annotated[str, Field(pattern=CODE, max_length=50, description="One of the review's `criteria`.")]
    met: Flag
    rationale: Prose


class ProposeOutcome(Worded):
    """What the panel recommends to the three."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECOMMENDED]})

    recommended: Annotated[
        str,
        Field(pattern=CODE, max_length=50, description="A choice of `rapid_review_outcome`, /joint-decision-kinds."),
    ]
    reason: Prose


class SendReview(Request):
    """It is with the national Panel now."""


class HearPanel(Worded):
    """What the national Panel answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [HEARD]})
    prose: ClassVar = ("text", "changes")

    answer: Answer
    text: Prose
    changes: Annotated[Prose | None, Field(description="What it changes here.")] = None


class Reconsider(Worded):
    """Why it is weighed again."""

    reason: Prose


class CloseReview(Request):
    """Nothing need be said."""


class AbandonReview(Worded):
    """Why it is given up."""

    reason: Prose
