"""What governance tells of how bodies are kept: terms of reference, work plans, task-and-finish groups."""

from datetime import date

from shared.events import Event


class TermsOfReferenceAdopted(Event, type="governance.terms_of_reference.adopted.v1"):
    """A body has adopted terms of reference, or reviewed and kept them; `subject` is the version's id."""

    body_id: str
    number: int
    adopted_on: date
    changed: bool
    review_due_on: date | None
    agency_id: str | None  # of whoever recorded it


class WorkItemEvent(Event):
    """How an item of a body's work plan stands; `subject` is its id."""

    body_id: str
    status: str
    year: str
    quarter: str
    deferred: int  # how often
    lead_agency_id: str | None


class WorkItemPlanned(WorkItemEvent, type="governance.work_item.planned.v1"):
    """A body means to do something in a quarter."""


class WorkItemMoved(WorkItemEvent, type="governance.work_item.moved.v1"):
    """An item has been begun, deferred, finished or dropped."""


class BriefEvent(Event):
    """How a task-and-finish group stands; `subject` is its brief's id."""

    body_id: str
    status: str
    lead_agency_id: str
    overseen_by: str
    due_on: date
    extended: int  # how often


class BriefGiven(BriefEvent, type="governance.brief.given.v1"):
    """A task-and-finish group has its brief."""


class BriefExtended(BriefEvent, type="governance.brief.extended.v1"):
    """A group has been given longer."""


class BriefClosed(BriefEvent, type="governance.brief.closed.v1"):
    """A group has closed with its report."""
