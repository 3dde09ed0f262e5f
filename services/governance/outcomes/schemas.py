"""What requests about outcomes say and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.outcomes.domain import Kind
from shared.joint_decisions.domain import Partner
from shared.schemas import CauseGiven, CauseShown, Code, Instant, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {"kind": "information", "text": "The report was noted; it goes to the Executive."}
PartnersShown = Annotated[list[Annotated[str, Code(Partner)]], Field(max_length=3)]


class RecordOutcome(Worded):
    """One thing that came of the meeting; it names nobody, and is never changed.

    An action is proposed with this as its text, and worded on under `/governance/v1/actions`.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: Kind
    text: Prose
    agenda_item_id: Annotated[UUID | None, Field(description="The line of the agenda that it came of.")] = None
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []
    about: Annotated[CauseGiven | None, Field(description="Of a decision: the record on which it decides.")] = None
    supersedes: Annotated[UUID | None, Field(description="Of a decision: the earlier one that it replaces.")] = None
    dissenting: Annotated[
        list[Partner], Field(max_length=3, description="Of a decision: the statutory partners who did not agree.")
    ] = []


class OutcomeShown(Response):
    """One thing that came of a meeting."""

    id: UUID
    number: int
    agenda_item_id: UUID | None
    kind: Annotated[str, Code(Kind)]
    text: str
    body_decision_id: UUID | None
    decision_reference: str | None
    action_id: UUID | None
    action_reference: str | None
    partners_agreed: PartnersShown | None
    partners_missing: PartnersShown | None
    causes: Annotated[list[CauseShown], Field(max_length=10)]
    recorded_at: Instant
    agency_id: str | None


class Outcomes(Response):
    """What came of a meeting, in order."""

    items: Annotated[list[OutcomeShown], Field(max_length=1000)]
