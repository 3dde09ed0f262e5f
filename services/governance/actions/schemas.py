"""What requests about actions say and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.actions.domain import DateStatus, Decision, Rating, Source, Status
from services.governance.plans.domain import EvidenceKind, Phase
from services.governance.plans.schemas import AreaCode, SourceId
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, BodyId, CauseShown, Code, Day, Instant, Request, Response

MOST = 10_000
Theme = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=100, examples=["neglect"], description="A word of your choice."
    ),
]


class FilterActions(Request):
    """Which actions."""

    status: Status | None = None
    open: Annotated[bool | None, Field(description="Neither closed, nor declined, nor superseded.")] = None
    mine: Annotated[bool | None, Field(description="You are its owner.")] = None
    lead_agency_id: AgencyId | None = None
    owner_id: UUID | None = None
    body_id: Annotated[BodyId | None, Field(description="This body owns it, or signs it.")] = None
    plan_id: UUID | None = None
    area_code: AreaCode | None = None
    source_type: Source | None = None
    source_id: SourceId | None = None
    theme: Theme | None = None
    overdue: Annotated[bool | None, Field(description="Its owner is late; days with a signing body are not hers.")] = (
        None
    )
    drifting: Annotated[bool | None, Field(description="Overdue, or moved later more often than is tolerated.")] = None
    stale: Annotated[bool | None, Field(description="Somebody has signed what has changed since.")] = None
    update_missing: Annotated[bool | None, Field(description="An update was due and has not come.")] = None
    waiting_for: Annotated[BodyId | None, Field(description="The body whose signature it waits for.")] = None
    due_before: Annotated[Day | None, Field(description="Its activity is due before this day.")] = None


class ListActions(Listing, FilterActions):
    """Which actions, and how many at a time."""


class ActionShown(Response):
    """One action as it stands."""

    id: UUID
    reference: Annotated[str, Field(max_length=20, examples=["ACT-2627-0042"])]
    status: Annotated[str, Code(Status)]
    text: str
    theme: str | None
    source_type: Annotated[str, Code(Source)]
    source_id: str | None
    causes: Annotated[list[CauseShown], Field(max_length=100)]
    plan_id: UUID | None
    area_code: str | None
    body_id: str
    lead_agency_id: str | None
    owner_id: UUID | None
    owner_name: str | None
    agency_id: Annotated[str | None, Field(description="The agency that proposed it.")]
    due_on: Annotated[date | None, Field(description="The day by which the activity is to be complete.")]
    moves: Annotated[int, Field(description="How often a date of its was moved later.")]
    evidence_required: str | None
    measured: Annotated[str | None, Field(description="The success measure: what is measured.")]
    baseline: str | None
    target: str | None
    measured_by: Annotated[date | None, Field(description="The day by which impact is to be measured.")]
    rating: Annotated[str, Code(Rating)] | None
    result: Annotated[str | None, Field(description="What was measured, as claimed.")]
    signing_code: str
    signing_version: str
    impact_from: Annotated[date | None, Field(description="The first day on which impact can be claimed.")]
    waiting_for: Annotated[str | None, Field(description="The body whose signature it waits for.")]
    waiting_since: date | None
    delay: Annotated[str, Field(description="How its date stands, in one sentence.")]
    days_over: Annotated[int, Field(description="Days past the date that runs.")]
    days_waited: Annotated[int, Field(description="Of these, the days on which a signing body had it.")]
    overdue: Annotated[bool, Field(description="Days past the date remain that are the owner's.")]
    drifting: bool
    drifting_since: Instant | None
    stale: bool
    update_by: date | None
    update_missing: bool
    superseded_by: UUID | None
    proposed_at: Instant
    agreed_at: Instant | None
    closed_at: Instant | None


class EntryShown(Response):
    """One thing that was done, and how the action stood after it."""

    at: Instant
    did: str
    status: Annotated[str, Code(Status)]
    agency_id: str | None
    text: str | None
    facts: Annotated[dict[str, object] | None, Field(description="What changed: from what, to what.")]


class UpdateShown(Response):
    """What was said on a day."""

    id: UUID
    at: Instant
    text: str
    rating: Annotated[str, Code(Rating)] | None
    agency_id: str | None


class EvidenceShown(Response):
    """What shows that it was done, or what it changed; withdrawn with its reason."""

    id: UUID
    phase: Annotated[str, Code(Phase)]
    kind: Annotated[str, Code(EvidenceKind)]
    title: str
    text: str | None
    link: str | None
    sha256: Annotated[str | None, Field(description="Of what the link leads to.")]
    supplied_at: Instant
    agency_id: str | None
    withdrawn_at: Instant | None
    withdrawn_why: str | None


class DueDateShown(Response):
    """One move of a date."""

    id: UUID
    column: Annotated[str, Field(description="`due_on`, or `measured_by` once phase 1 is signed.")]
    from_on: date | None
    to_on: date
    status: Annotated[str, Code(DateStatus)]
    reason: str
    asked_at: Instant
    asked_agency_id: str | None
    decided_at: Instant | None
    decided_agency_id: str | None
    decided_why: str | None


class SignatureShown(Response):
    """One signature. `stale`: what it was put to has changed since; the hash is of `signed`, byte for byte."""

    id: UUID
    phase: Annotated[str, Code(Phase)]
    body_id: str
    signer: str
    agency_id: str
    decision_id: Annotated[UUID | None, Field(description="The decision of the body on which it rests.")]
    text: str | None
    sha256: Annotated[str, Field(min_length=64, max_length=64)]
    signed: Annotated[str, Field(max_length=1_000_000, description="What was signed, as canonical JSON (RFC 8785).")]
    stale: bool
    at: Instant
    set_aside_at: Annotated[Instant | None, Field(description="The action went back behind it.")]


class DecisionShown(Response):
    """What was decided about its drift."""

    id: UUID
    at: Instant
    decision: Annotated[str, Code(Decision)]
    body_id: Annotated[str | None, Field(description="The body to which it was escalated.")]
    text: str
    review_on: date | None
    agency_id: str | None


class ActionWhole(ActionShown):
    """One action with everything that was done, said, shown, moved, signed and decided about it, oldest first."""

    entries: Annotated[list[EntryShown], Field(max_length=MOST)]
    updates: Annotated[list[UpdateShown], Field(max_length=MOST)]
    evidence: Annotated[list[EvidenceShown], Field(max_length=MOST)]
    due_dates: Annotated[list[DueDateShown], Field(max_length=MOST)]
    signatures: Annotated[list[SignatureShown], Field(max_length=MOST)]
    decisions: Annotated[list[DecisionShown], Field(max_length=MOST)]


class ActionPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ActionShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class Waiting(Response):
    """How many wait for a body."""

    body_id: str
    actions: int


class ActionCounts(Response):
    """How many of the actions that you may see, and that the filters leave."""

    actions: int
    by_status: dict[str, int]
    overdue: int
    drifting: int
    stale: int
    update_missing: int
    waiting: Annotated[list[Waiting], Field(max_length=1000)]
