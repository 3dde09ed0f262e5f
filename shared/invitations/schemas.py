"""What answers show of invitations, and what became of a reply."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Row

from shared.invitations.domain import Answer, Occasion
from shared.invitations.replies import Outcome
from shared.schemas import Code, Instant, Response

AnswerShown = Annotated[Annotated[str, Code(Answer)] | None, Field(description="What her calendar has answered.")]


class LetterShown(Response):
    """One letter to somebody who is invited, how far it has come, and what her calendar has answered."""

    occasion: Annotated[str, Code(Occasion)]
    person_name: str
    agency_id: Annotated[str | None, Field(description="Null for a distribution list.")]
    sequence: Annotated[int, Field(description="Which state of the appointment it brings; grows with each change.")]
    queued_at: Instant
    sent_at: Instant | None
    failure: Annotated[
        str | None,
        Field(description="Why it has not left; no_address: she is told otherwise; superseded: a newer one says more."),
    ]
    answer: AnswerShown
    answered_at: Instant | None


class ReplyTaken(Response):
    """What became of a mail: whatever it is, it has been dealt with and need not be sent again."""

    outcome: Annotated[str, Code(Outcome)]


def shown(row: Row[Any]) -> dict[str, Any]:
    """A letter as answers show it."""
    return {name: getattr(row, name) for name in LetterShown.model_fields}
