"""What governance tells the others of threads: how far each learning point of any service has come, and where it stands still."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.events import Event


@dataclass(frozen=True)
class Reached:
    """A station of the way, and the first instant at which something that follows from the learning stood there."""

    station: str
    at: datetime


@dataclass(frozen=True)
class Stop:
    """A time in which nothing happened for longer than is waited. Days are London's."""

    since: date  # of the last step before
    stopped_on: date
    resumed_on: date | None


class ThreadEvent(Event):
    """How far a learning point has come; `subject` is its id. What is to be learnt is read where it was drawn, not sent.

    Each event says all that is known, and `number` grows with each, so that what comes late or twice changes nothing.
    """

    record_type: str
    number: int
    begun_at: datetime
    station: str  # the furthest
    reached: tuple[Reached, ...]
    stops: tuple[Stop, ...]
    withdrawn_at: datetime | None
    agency_ids: tuple[str, ...]
    body_id: str | None
    themes: tuple[str, ...]


class ThreadAdvanced(ThreadEvent, type="governance.thread.advanced.v1"):
    """What began with a learning point has come to a station where nothing of it had been."""


class ThreadStopped(ThreadEvent, type="governance.thread.stopped.v1"):
    """It is short of measured change, and nothing has happened on it for longer than is waited."""


class ThreadResumed(ThreadEvent, type="governance.thread.resumed.v1"):
    """Something has happened on it again, at no new station."""


class ThreadWithdrawn(ThreadEvent, type="governance.thread.withdrawn.v1"):
    """The learning point was taken back where it was drawn, and counts no longer."""


class ThreadRestated(ThreadEvent, type="governance.thread.restated.v1"):
    """How far it has come, said again; also where it was told otherwise before."""


ALL = (ThreadAdvanced, ThreadStopped, ThreadResumed, ThreadWithdrawn, ThreadRestated)
