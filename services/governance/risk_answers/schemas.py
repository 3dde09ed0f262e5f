"""What requests about answers to risks say."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.risks.domain import Answer
from shared.schemas import Prose, Worded


class AnswerRisk(Worded):
    """What the Executive says is to be done."""

    answer: Answer
    text: Prose
    body_decision_id: Annotated[UUID | None, Field(description="The Executive's decision on which it rests.")] = None
