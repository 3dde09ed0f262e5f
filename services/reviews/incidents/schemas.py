"""What is shown of incidents."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.reviews.incidents.domain import Abuse, Do, Harm, Opinion, Place, Source, Status
from shared.child_records.schemas import IdentifierShown
from shared.children import AgeBand
from shared.joint_decisions.domain import Partner
from shared.kept_clocks import ClockShown
from shared.listing import Listing
from shared.policy import View
from shared.schemas import CauseShown, Code, Given, Instant, Response


class IncidentShown(Response):
    """One incident of a list."""

    id: UUID
    reference: Annotated[str, Field(max_length=20, examples=["SI-2627-0001"])]
    view: Annotated[str, Code(View)]
    status: Annotated[str, Code(Status)]
    harm: Annotated[str, Code(Harm)]
    abuse: Annotated[str, Code(Abuse)]
    place: Annotated[str, Code(Place)]
    happened_on: date | None
    recorded_at: Instant
    agency_id: Annotated[str, Field(description="The agency that recorded it.")]
    council_id: Annotated[str, Field(description="The council whose duty it is.")]
    due_at: Annotated[Instant | None, Field(description="By when it is to be notified; null when nothing is awaited.")]
    overdue: bool
    notified_at: Instant | None
    late: bool | None
    decided_at: Instant | None
    decision_reason: Annotated[
        str | None, Field(description="Why it was notified, or was not; or what becomes of a near miss.")
    ]
    joined_to: Annotated[UUID | None, Field(description="The incident under which this one goes on.")]


class IncidentPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[IncidentShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class IncidentChildShown(Response):
    """A child of an incident. `identifiers` are for those who work on the case; others see the pseudonym."""

    number: int
    child_id: Annotated[UUID, Field(description="The same in every case about this child: /reviews/v1/children.")]
    pseudonym: Annotated[str | None, Field(max_length=20)]
    age_band: Annotated[str, Code(AgeBand)]
    harm: Annotated[str, Code(Harm)]
    looked_after: bool
    identifiers: Annotated[list[IdentifierShown] | None, Field(max_length=5)]


class ReferralShown(Response):
    """That an agency wants the case considered. An agency that is no statutory partner sees its own alone."""

    agency_id: str
    source: Annotated[str, Code(Source)]
    text: str
    referred_at: Instant


class PartnerViewShown(Response):
    """What a statutory partner thinks should be done; it binds nobody."""

    partner: Annotated[str, Code(Partner)]
    opinion: Annotated[str, Code(Opinion)]
    text: str | None
    given_at: Instant


class FormShown(Response):
    """A form that the council has submitted to the national Panel."""

    number: int
    children: Annotated[list[int], Field(max_length=50, description="Their numbers in this incident.")]
    text: str | None
    submitted_at: Instant
    panel_reference: str | None
    acknowledged_at: Instant | None
    withdrawn_at: Instant | None


class DutyShown(Response):
    """What the law says of this incident, in one sentence."""

    in_words: str
    always: Annotated[bool, Field(description="It is notified whatever anybody decides.")]
    source: str | None
    verified: bool | None


class IncidentWhole(IncidentShown):
    """One incident with all that belongs to it; what is not for this reader is null or empty."""

    summary: str | None
    council_aware_at: Instant
    abuse_suspected_at: Instant | None
    duty: DutyShown
    clock: ClockShown | None
    children: Annotated[list[IncidentChildShown], Field(max_length=50)]
    referrals: Annotated[list[ReferralShown], Field(max_length=100)]
    partner_views: Annotated[list[PartnerViewShown], Field(max_length=1000)]
    decision_id: Annotated[UUID | None, Field(description="The joint decision, /reviews/v1/joint-decisions.")]
    forms: Annotated[list[FormShown], Field(max_length=100)]
    review_needed: Annotated[
        bool | None, Field(description="Whether a rapid review is mandatory; null until notified.")
    ]
    causes: Annotated[list[CauseShown], Field(max_length=20)]


class IncidentStep(Response):
    """One thing that was done, oldest first. Who did it is told to the own agency."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    agency_id: str | None
    actor: str | None
    text: str | None


class IncidentHistory(Response):
    """All that was done."""

    items: Annotated[list[IncidentStep], Field(max_length=1000)]


class ListIncidents(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    harm: Harm | None = None
    abuse: Abuse | None = None
    overdue: Annotated[bool | None, Field(description="The time to notify has run out.")] = None
    recorded_from: Annotated[Given | None, Field(description="Recorded at this instant or after it.")] = None
    recorded_before: Annotated[Given | None, Field(description="Recorded before this instant.")] = None


class YearShown(Response):
    """The incidents of one year, April to March; a year with none is told as any other."""

    year: Annotated[str, Field(max_length=7, examples=["2026/27"])]
    begins: date
    ends: Annotated[date, Field(description="The last day.")]
    running: bool
    in_words: str
    recorded: Annotated[int, Field(ge=0, description="Referred for consideration in the year.")]
    near_misses: Annotated[int, Field(ge=0, description="Of those, near misses.")]
    notified: Annotated[int, Field(ge=0)]
    late: Annotated[int, Field(ge=0, description="Of those notified, later than the rule allows.")]
    withdrawn: Annotated[int, Field(ge=0, description="Of those notified, withdrawn since.")]
    not_notified: Annotated[int, Field(ge=0, description="Of which the three decided so in the year.")]


class YearsShown(Response):
    """Every year since the first record, newest first, none left out."""

    as_at: Instant
    items: Annotated[list[YearShown], Field(max_length=100)]
