"""What requests about decisions say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.body_decisions.domain import How
from shared.joint_decisions.domain import Partner
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import BodyId, CauseGiven, CauseShown, Code, Day, Instant, Prose, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "body_id": "learning-and-improvement",
    "taken_on": "2026-10-05",
    "how": "correspondence",
    "text": "The action on strategy discussions is complete; its evidence goes to Quality Assurance.",
    "partners_agreed": ["council", "icb", "police"],
}
Partners = Annotated[list[Partner], Field(max_length=3)]
PartnersShown = Annotated[list[Annotated[str, Code(Partner)]], Field(max_length=3)]


class RecordDecision(Worded):
    """A decision as it was taken; it names nobody, and is never changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    body_id: BodyId
    taken_on: Day
    how: How
    text: Prose
    partners_present: Annotated[Partners, Field(description="The statutory partners who were at the meeting.")] = []
    partners_agreed: Annotated[Partners, Field(description="The statutory partners who agreed.")] = []
    about: Annotated[CauseGiven | None, Field(description="The record on which it decides.")] = None
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []
    supersedes: Annotated[UUID | None, Field(description="An earlier decision of this body that it replaces.")] = None


class ListDecisions(Listing):
    """Which decisions, and how many at a time."""

    body_id: BodyId | None = None
    how: How | None = None
    meeting_id: UUID | None = None
    about_type: Annotated[str | None, Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=80)] = None
    about_id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)] = None
    superseded: Annotated[bool | None, Field(description="A later decision stands in its place.")] = None
    taken_from: Day | None = None
    taken_to: Day | None = None


class BodyDecisionShown(Response):
    """One decision of one body."""

    id: UUID
    reference: Annotated[str, Field(examples=["DEC-2627-0042"])]
    body_id: str
    how: Annotated[str, Code(How)]
    taken_on: date
    text: str
    partners_present: PartnersShown
    partners_agreed: PartnersShown
    partners_missing: Annotated[
        PartnersShown, Field(description="Whom the quorum asks for and who was not there, or did not agree.")
    ]
    quorum_rule: Annotated[
        str | None, Field(description="The rule of quorum and its version.", examples=["executive/1"])
    ]
    meeting_id: UUID | None
    about: CauseShown | None
    causes: Annotated[list[CauseShown], Field(max_length=11)]
    supersedes: UUID | None
    superseded_by: UUID | None
    recorded_at: Instant
    recorded_by: str
    agency_id: Annotated[str | None, Field(description="The agency of whoever recorded it.")]


class BodyDecisionPage(Response):
    """One page, the last taken first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BodyDecisionShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
