"""The request that raises a challenge."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.escalations.children.domain import Need, Surrounding
from services.escalations.escalations.domain import Theme
from services.escalations.ladders.domain import Kind, Priority
from shared.child_records.schemas import IdentifierGiven
from shared.children import AgeBand
from shared.schemas import AgencyId, CauseGiven, Day, Given, Line, Prose, Request, Weighed

EXAMPLE: dict[str, JsonValue] = {
    "kind": "casework",
    "receiving_agency_id": "cheshire-east-council",
    "receiving_team": "Integrated front door",
    "raiser_role": "Detective sergeant",
    "priority": "urgent",
    "priority_reason": "The child goes home on Friday.",
    "decision_date": "2026-10-05",
    "primary_theme": "strategy_discussion_or_section_47",
    "summary": "We asked for a strategy discussion; it was declined without a reason.",
    "wanted": "A strategy discussion within one working day.",
    "guidance": "Working Together 2026, chapter 3",
    "children": [
        {
            "identifiers": [{"type": "police_id", "value": "SANDBOX-0001"}],
            "age_band": "10_to_15",
            "level_of_need": "complex",
            "statuses": ["child_protection"],
        }
    ],
}


class ChildGiven(Request):
    """A child: by identifiers, which are sealed at once and answered as a pseudonym; never by name."""

    identifiers: Annotated[list[IdentifierGiven], Field(min_length=1, max_length=5)]
    age_band: AgeBand = AgeBand.NOT_RECORDED
    level_of_need: Need = Need.NOT_RECORDED
    statuses: Annotated[list[Surrounding], Field(max_length=4)] = []


class RaiseEscalation(Weighed):
    """A challenge. It does not replace 999, the front door or the out-of-hours team."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("summary", "wanted", "guidance", "priority_reason", "safety_action", "child_views")
    lines: ClassVar = ("raiser_role", "raiser_team", "receiving_team", "receiving_name")

    kind: Kind = Kind.CASEWORK
    raised_at: Given | None = None
    decision_date: Annotated[Day | None, Field(description="The day of the decision disputed.")] = None
    raising_agency_id: Annotated[AgencyId | None, Field(description="Your own, unless you act for another.")] = None
    raiser_role: Line
    raiser_team: Line | None = None
    receiving_agency_id: AgencyId | None = None
    receiving_name: Annotated[Line | None, Field(description="An agency that is not in the register.")] = None
    receiving_team: Line | None = None
    priority: Priority
    priority_reason: Annotated[
        Prose | None, Field(description="Why it cannot wait longer; needed where priority is urgent.")
    ] = None
    primary_theme: Theme
    secondary_themes: Annotated[list[Theme], Field(max_length=5)] = []
    summary: Prose
    wanted: Prose
    guidance: Line | None = None
    safety_action: Annotated[
        Prose | None, Field(description="What was done at once; needed where priority is immediate.")
    ] = None
    child_views: Prose | None = None
    children: Annotated[list[ChildGiven], Field(min_length=1, max_length=20)]
    ladder: Annotated[str | None, Field(pattern=r"^[a-z0-9-]+$", max_length=60)] = None
    counter_to: Annotated[UUID | None, Field(description="The escalation to which this is the counter-challenge.")] = (
        None
    )
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class Release(Request):
    """A text in quarantine was read again: those who oversee may see it."""
