"""What the requests that end an escalation say."""

from typing import Annotated

from pydantic import Field

from services.escalations.escalations.domain import Impact, Outcome
from services.escalations.ladders.domain import Seniority
from shared.schemas import Prose, Request


class Resolve(Request):
    """An outcome that the raising agency accepts."""

    outcome: Outcome
    text: Prose
    seniority: Seniority
    impact: Impact | None = None


class Reject(Request):
    """The raiser does not accept the resolution."""

    reason: Prose


class Tell(Request):
    """The raiser has been told."""

    text: Prose
    satisfied: Annotated[bool | None, Field(description="What the raiser said; null where no answer came.")] = None
    asked: Annotated[bool, Field(description="Whether the raiser was asked.")] = True


class Close(Request):
    """The matter is over; what it did for the child."""

    impact: Impact
    impact_text: Prose | None = None
    vignette: Annotated[Prose | None, Field(description="Anonymised, for learning: nobody can be recognised.")] = None
