"""The lines of the tracker."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.escalations.escalations.schemas import EscalationSummary
from services.escalations.ladders.domain import Duty, Kind, Priority
from services.escalations.letters.domain import Occasion
from services.escalations.tracker.domain import Show, WaitsFor
from shared.listing import Listing
from shared.schemas import AgencyId, Code, Day, Instant, Request, Response

Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(max_length=300)]


class TrackedMatter(EscalationSummary):
    """A running matter: where it stands, on whom it waits and for what; ages in working days."""

    stage_name: Name
    stage_opened_at: Instant
    waits_for: Annotated[str, Code(WaitsFor)]
    on_whom: Annotated[
        str | None, Field(max_length=100, description="An agency's id; null: several, or not registered.")
    ]
    next_duty: Annotated[
        Annotated[str, Code(Duty)] | None,
        Field(description="What is due next: an answer, or after it what the stage's ladder still asks for."),
    ]
    next_due_at: Annotated[Instant | None, Field(description="When; `overdue` is by this.")]
    silences: Annotated[Count, Field(description="How often it went on because nobody answered.")]
    chased_at: Annotated[
        Instant | None, Field(description="When a next step was last asked for, by whom the group asks.")
    ]
    working_days_open: Count
    working_days_at_stage: Count


class TrackedMatters(Response):
    """One page; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[TrackedMatter], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class StalledStage(Response):
    """One stage of one ladder, with the matters that await an answer there."""

    ladder_code: Name
    stage_order: int
    stage_name: Name
    running: Count
    overdue: Count
    oldest_since: Instant
    oldest_working_days: Count


class StalledStages(Response):
    """Where matters stand, by ladder and stage."""

    items: Annotated[list[StalledStage], Field(max_length=500)]


class Pair(Response):
    """Two agencies with the matters that run between them."""

    raising_agency_id: Name
    raising_name: Name
    receiving_agency_id: Name | None
    receiving_name: Name
    running: Count
    overdue: Count
    oldest_since: Instant


class Pairs(Response):
    """Running matters by raising and receiving agency, most first."""

    items: Annotated[list[Pair], Field(max_length=40_000)]


class SilentAgency(Response):
    """An agency that is expected to raise and has raised nothing."""

    agency_id: Name
    name: Name


class SilentAgencies(Response):
    """Agencies expected to raise that raised nothing since a day. A fall in escalations is not good news."""

    since: date
    items: Annotated[list[SilentAgency], Field(max_length=10_000)]


class TroubledLetter(Response):
    """A letter that has not left: for good where `failed_at` is set, and otherwise until it is tried again."""

    id: UUID
    escalation_id: UUID
    reference: Annotated[str, Field(max_length=20)]
    occasion: Annotated[str, Code(Occasion)]
    agency_id: Name | None
    name: Annotated[Name | None, Field(description="Whom it should have told.")]
    written_at: Instant
    attempts: Count
    failure: Annotated[str, Field(max_length=100, examples=["no_contact", "no_address", "smtp_550", "connect_error"])]
    failed_at: Instant | None


class TroubledLetters(Response):
    """Letters that somebody should see to, newest first."""

    items: Annotated[list[TroubledLetter], Field(max_length=500)]


class TrackMatters(Listing):
    """Which matters, how they are narrowed, and how they are paged."""

    show: Show = Show.RUNNING
    kind: Kind | None = None
    priority: Priority | None = None
    stage_order: Annotated[int | None, Field(ge=1, le=20)] = None
    raising_agency_id: AgencyId | None = None
    receiving_agency_id: AgencyId | None = None


class TrackSilence(Request):
    """Since when."""

    since: Annotated[Day | None, Field(description="A day; the first of the running quarter unless given.")] = None
