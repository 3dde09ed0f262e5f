"""What requests about escalations say and what answers show, by view."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.escalations.children.domain import Need, Surrounding
from services.escalations.escalations.domain import Impact, Outcome, RedirectedTo, Related, Status, Theme
from services.escalations.ladders.domain import Duty, Kind, Priority
from shared.child_records.schemas import IdentifierShown
from shared.children import AgeBand
from shared.listing import Listing
from shared.policy import Seniority, View
from shared.schemas import AgencyId, Code, Given, IdText, Instant, Prose, Request, Response, Weighed

NOT_A_SUBSTITUTE = "This does not replace 999, the front door or the out-of-hours team."


class Move(Request):
    """A move that needs nothing but to be made."""


class Argued(Weighed):
    """A move with its reason, or a meeting with its record."""

    text: Prose
    seniority: Seniority


class EscalationSummary(Response):
    """One line of a list."""

    id: UUID
    reference: Annotated[str, Field(max_length=20, examples=["ESC-2627-0042"])]
    kind: Annotated[str, Code(Kind)]
    status: Annotated[str, Code(Status)]
    priority: Annotated[str, Code(Priority)]
    primary_theme: Annotated[str, Code(Theme)]
    stage_order: int
    raising_agency_id: str
    raising_name: str
    receiving_agency_id: str | None
    receiving_name: str
    raised_at: Instant
    due_at: Instant | None
    overdue: bool
    resolved_at: Instant | None
    closed_at: Instant | None
    view: Annotated[str, Code(View)]


class EscalationPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[EscalationSummary], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ChildShown(Response):
    """A child of the matter; its identifiers only where one matter is read, and for its parties alone."""

    child_id: IdText
    pseudonym: str
    age_band: Annotated[str, Code(AgeBand)]
    level_of_need: Annotated[str, Code(Need)]
    statuses: Annotated[list[Annotated[str, Code(Surrounding)]], Field(max_length=10)]
    identifiers: Annotated[list[IdentifierShown] | None, Field(max_length=5)] = None


class ClockShown(Response):
    """One duty's clock; `margin_seconds` is what was left when it stopped, negative where it was late."""

    stage_order: int
    duty: Annotated[str, Code(Duty)]
    on_whom: str | None
    rule: str
    started_at: Instant
    due_at: Instant
    agreed_due_at: Instant | None
    stopped_at: Instant | None
    late: bool | None


class StageShown(Response):
    """One stage that the matter entered."""

    number: int
    order: int
    name: str
    opened_at: Instant
    opened_by: str
    skipped_orders: Annotated[list[int], Field(max_length=20)]
    skip_reason: str | None
    acknowledged_at: Instant | None
    responded_at: Instant | None
    met_at: Instant | None
    outcome_at: Instant | None
    ended_at: Instant | None
    ended_by: str | None
    overrun_reason: str | None


class RelatedMatter(Response):
    """Another matter that the reader may see too; `how` is how it stands to the one asked about."""

    id: UUID
    reference: str
    raised_at: Instant
    how: Annotated[str, Code(Related)]


class RelatedMatters(Response):
    """The matters that are related to one: what it counters or is countered by first, then the newest about its children."""

    items: Annotated[list[RelatedMatter], Field(max_length=50)]


class EscalationWhole(EscalationSummary):
    """Everything about one escalation that its reader may see."""

    decision_date: date | None
    raiser_role: str
    raiser_team: str | None
    receiving_team: str | None
    priority_reason: str | None
    secondary_themes: Annotated[list[Annotated[str, Code(Theme)]], Field(max_length=5)]
    level_of_need: Annotated[str, Code(Need)]
    summary: str | None
    wanted: str | None
    guidance: str | None
    safety_action: str | None
    child_views: str | None
    quarantined: bool
    ladder: Annotated[str, Field(examples=["neutral-casework/1"])]
    outcome: Annotated[str, Code(Outcome)] | None
    outcome_text: str | None
    told_at: Instant | None
    satisfied: bool | None
    withdrawn_at: Instant | None
    redirected_at: Instant | None
    redirected_to: Annotated[
        Annotated[str, Code(RedirectedTo)] | None,
        Field(
            description="For the raising agency and who oversees; it is not said here to the agency that was challenged."
        ),
    ]
    impact: Annotated[str, Code(Impact)] | None
    impact_text: str | None
    counter_to: UUID | None
    children: Annotated[list[ChildShown], Field(max_length=50)]
    stages: Annotated[list[StageShown], Field(max_length=50)]
    clocks: Annotated[list[ClockShown], Field(max_length=1000)]
    notice: str = NOT_A_SUBSTITUTE


class HistoryShown(Response):
    """One thing that was done to the matter, and what was said with it."""

    at: Instant
    recorded_at: Instant
    did: Annotated[str, Field(max_length=40, examples=["raise", "respond", "silence"])]
    status: Annotated[str, Code(Status)]
    stage_order: int
    agency_id: Annotated[str | None, Field(max_length=100, description="Null where time did it.")]
    acting_for: Annotated[str | None, Field(max_length=400)]
    seniority: Annotated[str, Code(Seniority)] | None
    actor: Annotated[str | None, Field(max_length=200, description="Who; of your own agency's people alone.")]
    text: Annotated[str | None, Field(max_length=8000)]


class History(Response):
    """What was done to one matter, oldest first."""

    items: Annotated[list[HistoryShown], Field(max_length=10_000)]


class ListEscalations(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    theme: Theme | None = None
    raising_agency_id: AgencyId | None = None
    receiving_agency_id: AgencyId | None = None
    raised_from: Annotated[Given | None, Field(description="Raised at this instant or after it.")] = None
    raised_before: Annotated[Given | None, Field(description="Raised before this instant.")] = None
    overdue: Annotated[bool | None, Field(description="An answer is due and has not come.")] = None
