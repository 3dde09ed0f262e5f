"""Reads what letters about places say."""

from sqlalchemy import and_, bindparam, or_, select

from services.training.bookings.domain import Do, Status
from services.training.bookings.models import Booking, BookingEntry, PlaceLetter
from services.training.courses.models import Course
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session

_NOW = bindparam("now", type_=Session.ends_at.type)
_CLOSED = Session.booking_closes_at <= _NOW
_LAST = select(BookingEntry.did, BookingEntry.text).where(BookingEntry.booking_id == Booking.id)
_LAST = _LAST.where(BookingEntry.did != Do.SUCCEED)  # whose she is by now changes nothing of where she stands
_LAST = _LAST.order_by(BookingEntry.id.desc()).limit(1)
_DID, _WHY = (_LAST.with_only_columns(one).scalar_subquery() for one in (BookingEntry.did, BookingEntry.text))
LETTERS = (
    select(
        *PlaceLetter.__table__.c,
        Booking.email,
        Booking.status,
        Booking.lapses,
        Booking.stands_until,
        Session.starts_at,
        Session.ends_at,
        Session.place,
        Course.title.label("course_title"),
        _CLOSED.label("closed"),
        _WHY.label("why"),
    )
    .join(Booking, Booking.id == PlaceLetter.booking_id)
    .join(Session, Session.id == Booking.session_id)
    .join(Course, Course.id == Session.course_id)
    .where(
        Session.ends_at > _NOW,
        or_(
            and_(Booking.status == Status.OFFERED, Booking.stands_until >= _NOW),
            and_(
                Booking.status == Status.WAITING,
                Session.status == SessionStatus.PLANNED,
                or_(~_CLOSED, _DID == Do.CLOSE),
            ),
            Booking.status.in_({Status.DECLINED, Status.COURSE_CANCELLED}),
        ),
    )
)
"""The letters of where delegates still stand: of an offer that has ended meanwhile nobody is told that it can be taken."""
