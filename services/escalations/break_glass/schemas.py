"""What is asked in an emergency, and what is shown of it."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.escalations.break_glass.domain import Finding
from services.escalations.escalations.schemas import EscalationWhole
from shared.child_records.schemas import IdentifierGiven
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Instant, Prose, Response, Weighed

EXAMPLE: dict[str, JsonValue] = {
    "identifiers": [{"type": "police_id", "value": "SANDBOX-0001"}],
    "reason": "Found alone at night with a fresh injury; we must know now who is working with this child.",
}
MOST_OPENED = 20


class UseBreakGlass(Weighed):
    """Which child, by its numbers, and why you must know at once. It does not replace 999."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("reason",)

    identifiers: Annotated[list[IdentifierGiven], Field(min_length=1, max_length=5)]
    reason: Annotated[Prose, Field(description="Both sides' contacts and the business unit read it.")]


class ReviewBreakGlass(Weighed):
    """Whether the opening was justified, and why it is thought so."""

    finding: Finding
    text: Prose


class BreakGlassShown(Response):
    """One opening: who, when, why, and what the review found."""

    id: UUID
    used_at: Instant
    used_by: Annotated[str | None, Field(description="The account, for its own agency and the business unit.")]
    agency_id: AgencyId
    reason: Annotated[str | None, Field(description="Null for who oversees, where it seems to identify somebody.")]
    escalation_ids: Annotated[
        list[UUID], Field(max_length=MOST_OPENED, description="Of these, those that you may know.")
    ]
    review_by: Annotated[date, Field(description="The day until which it is to be reviewed.")]
    reviewed_at: Instant | None
    finding: Annotated[str, Code(Finding)] | None
    review: str | None


class BreakGlassUsed(Response):
    """What is known of the child, whole. There may be more, under numbers that nobody has matched yet."""

    id: UUID
    used_at: Instant
    review_by: date
    escalations: Annotated[list[EscalationWhole], Field(max_length=MOST_OPENED)]


class BreakGlassPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BreakGlassShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListBreakGlass(Listing):
    """How a list is narrowed and paged."""

    agency_id: Annotated[AgencyId | None, Field(description="Used by this agency.")] = None
    reviewed: Annotated[bool | None, Field(description="Those that have been reviewed, or not.")] = None
    overdue: Annotated[bool | None, Field(description="Those that should have been reviewed, or the others.")] = None
