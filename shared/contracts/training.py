"""What training tells the others: courses, sessions, bookings, evaluations and certificates; never who a delegate is.

Every event says how its record stands after what happened. The causes of a course are the learning, recommendations and
actions that asked for it; a session follows from its course, all the others from their session.
"""

from dataclasses import dataclass
from datetime import date, datetime

from shared.events import Event


class CourseEvent(Event):
    """How a course stands; `subject` is its id. Days are both included; an open one is null."""

    code: str
    title: str
    mode: str
    series: str | None
    framework: str | None
    level: str | None
    themes: tuple[str, ...]
    effective_from: date | None
    effective_to: date | None


class CourseAdded(CourseEvent, type="training.course.added.v1"):
    """A course is new in the programme."""


class CourseChanged(CourseEvent, type="training.course.changed.v1"):
    """What is said of a course has changed, or its last day is named."""


class CourseLinked(CourseEvent, type="training.course.linked.v1"):
    """Something asks for the course besides; the causes of this event are what is new."""


class CourseRestated(CourseEvent, type="training.course.restated.v1"):
    """The course's present state, said again."""


class SessionEvent(Event):
    """How a session stands; `subject` is its id. `agency_ids` are those for whom places are kept and of whom somebody is booked."""

    course_id: str
    kind: str
    status: str
    starts_at: datetime
    ends_at: datetime
    places: int | None
    agency_ids: tuple[str, ...]
    at: datetime


class SessionPlanned(SessionEvent, type="training.session.planned.v1"):
    """A session is new."""


class SessionChanged(SessionEvent, type="training.session.changed.v1"):
    """Its trainers, its link, its lists or the places kept have changed, or it has more places."""


class SessionMoved(SessionEvent, type="training.session.moved.v1"):
    """It is at another time or place."""


class SessionCalledOff(SessionEvent, type="training.session.called_off.v1"):
    """It does not take place."""


@dataclass(frozen=True, kw_only=True)
class Attendances:
    """How often people of one agency came. Attendances are not people: nobody is counted twice here, but across sessions."""

    agency_id: str
    number: int


class SessionHeld(SessionEvent, type="training.session.held.v1"):
    """It took place, and every delegate stands in one status."""

    attendances: tuple[Attendances, ...]


class SessionRecounted(SessionEvent, type="training.session.recounted.v1"):
    """The register was corrected after the session was closed; these attendances replace those told before."""

    attendances: tuple[Attendances, ...]


@dataclass(frozen=True, kw_only=True)
class MeasuredChange:
    """How the answers to one question changed: of so many delegates who answered it twice, whose went up, stayed, went down."""

    question: str
    compared: int
    better: int
    same: int
    worse: int


class SessionImpactMeasured(SessionEvent, type="training.session.impact_measured.v1"):
    """All who were asked what it changed in their work have answered or let it lapse, and enough can be compared."""

    asked: int
    answered: int
    changes: tuple[MeasuredChange, ...]


class BookingEvent(Event):
    """How a booking stands; `subject` is its id. Whose it is, is read and not sent."""

    session_id: str
    course_id: str
    agency_id: str
    status: str
    at: datetime


class BookingRequested(BookingEvent, type="training.booking.requested.v1"):
    """Somebody asks for a place, and her agency wants to approve that."""


class BookingDeclined(BookingEvent, type="training.booking.declined.v1"):
    """Her agency does not approve, or had not when booking closed."""


class BookingBooked(BookingEvent, type="training.booking.booked.v1"):
    """Somebody has a place."""


class BookingQueued(BookingEvent, type="training.booking.queued.v1"):
    """Somebody waits for a place."""


class BookingPutFirst(BookingEvent, type="training.booking.put_first.v1"):
    """Somebody has the next place before others who wait; the reason is read and not sent."""


class BookingOffered(BookingEvent, type="training.booking.offered.v1"):
    """Whoever is next is offered a place; `out_of_turn` where she had been put first."""

    stands_until: datetime
    out_of_turn: bool


class BookingLapsed(BookingEvent, type="training.booking.lapsed.v1"):
    """The offer passed; she waits on, behind those who had none."""


class BookingTransferred(BookingEvent, type="training.booking.transferred.v1"):
    """A substitute has the place, by a booking of her own."""

    substitute_id: str


class BookingCancelled(BookingEvent, type="training.booking.cancelled.v1"):
    """The delegate does not come; in time or late, as the status says."""


class BookingCalledOff(BookingEvent, type="training.booking.called_off.v1"):
    """The session does not take place."""


class BookingSettled(BookingEvent, type="training.booking.settled.v1"):
    """The register says whether she came."""


class BookingStruckOut(BookingEvent, type="training.booking.struck_out.v1"):
    """She was entered as having come, by mistake; `status` says where she stands again. The reason is read and not sent."""


class EvaluationEvent(Event):
    """How an evaluation stands; `subject` is its id. Of whom it is asked, and what was answered, is read and not sent."""

    session_id: str
    course_id: str
    agency_id: str
    moment: str
    audience: str
    status: str
    due_at: datetime
    at: datetime


class EvaluationAsked(EvaluationEvent, type="training.evaluation.asked.v1"):
    """A delegate, or her manager, is asked: before a session, at its end, or what it changed."""


class EvaluationAnswered(EvaluationEvent, type="training.evaluation.answered.v1"):
    """It is answered; after its time where `late`."""

    late: bool


class EvaluationLapsed(EvaluationEvent, type="training.evaluation.lapsed.v1"):
    """Nobody has answered in time."""


class EvaluationWithdrawn(EvaluationEvent, type="training.evaluation.withdrawn.v1"):
    """The delegate does not come, or the register says that she was not there."""


class CertificateEvent(Event):
    """How a certificate stands; `subject` is its id. Whose it is, and its code, is read and not sent."""

    session_id: str
    course_id: str
    agency_id: str
    status: str
    at: datetime


class CertificateIssued(CertificateEvent, type="training.certificate.issued.v1"):
    """Somebody attended, and has her certificate."""


class CertificateRevoked(CertificateEvent, type="training.certificate.revoked.v1"):
    """The register was corrected: she did not attend."""


class CertificateReinstated(CertificateEvent, type="training.certificate.reinstated.v1"):
    """The register was corrected again: she did attend."""
