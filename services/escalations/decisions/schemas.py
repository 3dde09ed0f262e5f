"""What a vote says, and what is shown of a joint decision."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.escalations.escalations.domain import Outcome
from shared.joint_decisions.domain import DecidedBy, OnDissent, OnSilence, Partner
from shared.schemas import Code, Instant, Number, Prose, Response, Weighed

EXAMPLE: dict[str, JsonValue] = {
    "stage_number": 3,
    "outcome": "new_plan_or_meeting",
    "reason": "The three agencies plan together; the police will attend the strategy discussion.",
}


class CastVote(Weighed):
    """One partner's vote. Its reason is kept: it may turn out to be the dissent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    stage_number: Annotated[
        Number, Field(ge=1, le=1000, description="The round in which you vote, from the decision that you read.")
    ]
    outcome: Outcome
    reason: Prose


class VoteShown(Response):
    """A vote that was cast."""

    partner: Annotated[str, Code(Partner)]
    agency_id: str
    agency_name: str
    outcome: Annotated[str, Code(Outcome)]
    reason: Annotated[str | None, Field(description="Null while the text is quarantined.")]
    own_cause: Annotated[bool, Field(description="The matter is about the voter's own agency.")]
    as_deputy: Annotated[bool, Field(description="Cast by a named deputy of whoever usually votes.")]
    cast_at: Instant


class RoundShown(Response):
    """One round of votes; the last one runs while `ended_at` is null."""

    stage_number: int
    stage_order: int
    stage_name: str
    decided_by: Annotated[str, Code(DecidedBy)]
    on_dissent: Annotated[str, Code(OnDissent)]
    on_silence: Annotated[str, Code(OnSilence)]
    opened_at: Instant
    due_at: Instant
    ended_at: Instant | None
    ended_by: Annotated[str | None, Field(description="decide, dissent, vote_again, silence, withdraw or redirect.")]
    missing: Annotated[list[Annotated[str, Code(Partner)]], Field(max_length=3)]
    votes: Annotated[list[VoteShown], Field(max_length=3)]


class Decision(Response):
    """A joint decision with all its rounds, oldest first; none where the matter has not come to such a stage."""

    escalation_id: UUID
    outcome: Annotated[str, Code(Outcome)] | None
    rounds: Annotated[list[RoundShown], Field(max_length=1000)]
