"""What a link shows, and what is sent by it."""

from typing import Annotated

from pydantic import Field

from services.escalations.escalations.domain import OverrunReason
from services.escalations.escalations.schemas import NOT_A_SUBSTITUTE
from services.escalations.ladders.domain import Priority
from services.escalations.links.domain import ByLink
from shared.policy import Seniority
from shared.problems import FieldError
from shared.schemas import Code, Instant, Prose, Response, Weighed


class UseLink(Weighed):
    """Acknowledge, or answer with a text at the level that the stage needs."""

    do: ByLink
    text: Prose | None = None
    seniority: Seniority | None = None
    overrun_reason: Annotated[OverrunReason | None, Field(description="Needed where the answer is late.")] = None

    def missing(self) -> tuple[FieldError, ...]:
        """What an answer lacks."""
        if self.do is ByLink.ACKNOWLEDGE:
            return ()
        wanted = {"text": "Write the answer.", "seniority": "Say at which level the answer is given."}
        return tuple(FieldError(name, "missing", cure) for name, cure in wanted.items() if not getattr(self, name))


class LinkShown(Response):
    """What a contact is asked for; nothing about the child."""

    reference: Annotated[str, Field(max_length=20, examples=["ESC-2627-0042"])]
    raising_name: Annotated[str, Field(max_length=300)]
    receiving_name: Annotated[str, Field(max_length=300)]
    telephone: Annotated[str | None, Field(max_length=100, description="Of the raising agency's contact.")]
    priority: Annotated[str, Code(Priority)]
    stage_order: int
    stage_name: Annotated[str, Field(max_length=200)]
    seniority: Annotated[str, Code(Seniority)]
    due_at: Instant | None
    overdue: bool
    may: Annotated[list[Annotated[str, Code(ByLink)]], Field(max_length=2, description="What the link can do now.")]
    expires_at: Annotated[Instant, Field(description="Real time, also in the sandbox.")]
    notice: Annotated[str, Field(max_length=200)] = NOT_A_SUBSTITUTE


class LinkDone(Response):
    """What was done by the link, which is used up."""

    reference: Annotated[str, Field(max_length=20)]
    did: Annotated[str, Code(ByLink)]
    at: Instant
