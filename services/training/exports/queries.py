"""What is an agency's own: its people's bookings with what was done to them, what came of them, and what was written to it."""

from typing import Any

from sqlalchemy import Select, select

from services.training.bookings.models import AgencyPractice, Booking, BookingEntry
from services.training.certificates.models import Certificate
from services.training.courses.models import Course
from services.training.evaluations.models import DelegateManager, Evaluation
from services.training.letters.models import Letter
from services.training.sessions.models import Session
from shared.exports import AGENCY, Part, columns, letters, rows, rows_of

OURS = Booking.agency_id == AGENCY
COURSE = Course.code.label("course_code"), Course.title.label("course_title"), Session.starts_at


def _at_sessions(table: Any, shown: list[Any], *order: Any) -> Select[Any]:
    """The agency's rows of a table, with the course and the time of the session that each is of."""
    found = select(*shown, *COURSE).join(Session, Session.id == table.session_id)
    return found.join(Course, Course.id == Session.course_id).where(table.agency_id == AGENCY).order_by(*order)


PARTS = (
    Part(
        "bookings",
        "Who of the agency was booked for what, and what became of it; by whom, where it was the own.",
        _at_sessions(Booking, columns(Booking, {"booked_by": "booked_by_agency_id"}), Booking.asked_at, Booking.id),
    ),
    Part(
        "booking_history",
        "What was done to them.",
        rows_of(BookingEntry.booking_id, OURS, BookingEntry.id, actor="agency_id"),
    ),
    Part(
        "certificates",
        "Certificates of the agency's people.",
        _at_sessions(Certificate, columns(Certificate), Certificate.issued_at, Certificate.id),
    ),
    Part(
        "evaluations",
        "Who was asked what a session was worth, until when, and whether it was answered.",
        _at_sessions(
            Evaluation,
            [column for column in columns(Evaluation) if column.name != "text"],  # for who gave it and who asks
            Evaluation.asked_at,
            Evaluation.id,
        ),
    ),
    Part(
        "managers",
        "Who is asked, beside a delegate, what has changed at her work.",
        rows_of(DelegateManager.booking_id, OURS, DelegateManager.named_at, named_by=None),
    ),
    Part(
        "practice",
        "Whether the agency approves its people's bookings.",
        rows(AgencyPractice, AgencyPractice.agency_id == AGENCY, AgencyPractice.agency_id, set_by=None),
    ),
    letters(Letter),
)
