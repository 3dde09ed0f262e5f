"""What the requests that end an escalation say."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.escalations.escalations.domain import Impact, Outcome, RedirectedTo
from shared.policy import Seniority
from shared.schemas import Flag, Prose, Weighed


class Resolve(Weighed):
    """An outcome that the raising agency accepts."""

    outcome: Outcome
    text: Prose
    seniority: Seniority
    impact: Impact | None = None


class Reject(Weighed):
    """The raiser does not accept the resolution."""

    reason: Prose


class Tell(Weighed):
    """The raiser has been told."""

    text: Prose
    satisfied: Annotated[Flag | None, Field(description="What the raiser said; null where no answer came.")] = None
    asked: Annotated[Flag, Field(description="Whether the raiser was asked.")] = True


class Close(Weighed):
    """The matter is over; what it did for the child."""

    prose: ClassVar = ("impact_text", "vignette")

    impact: Impact
    impact_text: Prose | None = None
    vignette: Annotated[Prose | None, Field(description="Anonymised, for learning: nobody can be recognised.")] = None


class Withdraw(Weighed):
    """Taken back by the raiser."""

    reason: Prose


class Redirect(Weighed):
    """No escalation: where it goes instead."""

    to: RedirectedTo
    reason: Prose
