"""What the requests that answer a challenge, or promise to, say."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.escalations.escalations.domain import OverrunReason
from shared.policy import Seniority
from shared.schemas import Given, Prose, Weighed


class Promise(Weighed):
    """An answer earlier than the rule asks for, as both sides have agreed for the child's sake."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer_by": "2026-10-08T09:30:00Z"}]})

    answer_by: Annotated[Given, Field(description="Earlier than the answer is due; from now on this binds.")]
    text: Annotated[Prose | None, Field(description="What was agreed.")] = None


class Respond(Weighed):
    """The receiving agency's answer."""

    text: Prose
    seniority: Seniority
    overrun_reason: Annotated[OverrunReason | None, Field(description="Needed where the answer is late.")] = None
