"""What the reviews service tells of serious incidents. Nothing here says who the child is, or what was written."""

from datetime import datetime

from shared.events import Event


class IncidentEvent(Event):
    """What every event about an incident says; `subject` is its id. Who the children are is read, not sent."""

    reference: str
    status: str
    harm: str
    council_id: str
    concerned_agency_ids: tuple[str, ...]  # the three partners, and whoever referred it
    at: datetime


class IncidentRecorded(IncidentEvent, type="reviews.incident.recorded.v1"):
    """An agency has referred a case for consideration; the time in which the council notifies runs, but for a near miss."""

    agency_id: str
    source: str
    due_at: datetime | None


class IncidentAmended(IncidentEvent, type="reviews.incident.amended.v1"):
    """What is known of it has changed."""

    due_at: datetime | None


class IncidentStartChosen(IncidentEvent, type="reviews.incident.start_chosen.v1"):
    """The time is counted from another event, or that event has another date."""

    start: str
    due_at: datetime


class IncidentViewGiven(IncidentEvent, type="reviews.incident.view_given.v1"):
    """One of the three has said what it thinks should be done."""

    partner: str
    agency_id: str
    opinion: str


class IncidentOverdue(IncidentEvent, type="reviews.incident.overdue.v1"):
    """The time has run out, and it is neither notified nor decided that it need not be."""

    due_at: datetime


class IncidentNotified(IncidentEvent, type="reviews.incident.notified.v1"):
    """The council has notified the national Panel; every agency that referred the case is told by this."""

    forms: int
    late: bool
    review_needed: bool


class IncidentNotNotified(IncidentEvent, type="reviews.incident.not_notified.v1"):
    """All three have decided that it is not notified; every agency that referred the case is told by this."""

    decision_id: str


class IncidentDutyStands(IncidentEvent, type="reviews.incident.duty_stands.v1"):
    """The three have not decided against notifying, so the council's duty stands."""

    decision_id: str


class IncidentAcknowledged(IncidentEvent, type="reviews.incident.acknowledged.v1"):
    """The national Panel has given a form its reference."""

    form: int


class IncidentWithdrawn(IncidentEvent, type="reviews.incident.withdrawn.v1"):
    """The council has withdrawn the notification."""


class IncidentConcluded(IncidentEvent, type="reviews.incident.concluded.v1"):
    """It was said what becomes of a near miss."""


class IncidentJoined(IncidentEvent, type="reviews.incident.joined.v1"):
    """It is the same incident as another, `joined_to`, under which everything goes on."""

    joined_to: str


class IncidentYearEnded(Event, type="reviews.incident_year.ended.v1"):
    """A year is over: so many serious incidents were referred and notified in it, which may be none."""

    year: str  # April to March, `2026/27`
    recorded: int
    notified: int
    late: int
    not_notified: int
    concerned_agency_ids: tuple[str, ...]  # the three partners
    at: datetime
