"""What the requests that answer a challenge say."""

from typing import Annotated

from pydantic import Field

from services.escalations.escalations.domain import OverrunReason
from shared.policy import Seniority
from shared.schemas import Prose, Worded


class Respond(Worded):
    """The receiving agency's answer."""

    text: Prose
    seniority: Seniority
    overrun_reason: Annotated[OverrunReason | None, Field(description="Needed where the answer is late.")] = None
