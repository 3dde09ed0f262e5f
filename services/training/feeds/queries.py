"""Reads what stands in somebody's calendar of training."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from services.training.bookings.models import Booking
from services.training.calendars.commands import INVITATIONS
from services.training.courses.models import Course
from services.training.invitations.models import Invitation
from services.training.sessions.domain import Status
from services.training.sessions.models import Session, SessionTrainer
from shared.appointments import Appointment, Noted
from shared.db import Tx
from shared.invitations.domain import KEPT_IN_FEEDS
from shared.invitations.post import noted

_TRAINED = (
    select(Session.id, Session.version, Session.starts_at, Session.ends_at, Session.place, Session.joining_link)
    .add_columns(Session.planned_at, Course.title)
    .join(Course, Course.id == Session.course_id)
    .join(SessionTrainer, SessionTrainer.session_id == Session.id)
    .where(Session.status != Status.CALLED_OFF)
    .order_by(Session.starts_at, Session.id)
)


async def entries(tx: Tx, subject: str) -> Sequence[Noted]:
    """The sessions at which somebody has a place, and those that she holds; each the earliest first."""
    hers = select(Booking.id).where(Booking.subject == subject)
    places = [noted(row) for row in await INVITATIONS.standing(tx, Invitation.guest_id.in_(hers))]
    of_late = (SessionTrainer.subject == subject, Session.ends_at > tx.now - KEPT_IN_FEEDS)
    holds = [Noted(_held(row), row.planned_at) for row in await tx.rows(_TRAINED.where(*of_late))]
    return [*places, *holds]


def _held(row: Row[Any]) -> Appointment:
    return Appointment(
        uid=f"{row.id}@held.sessions.safer",
        sequence=row.version,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=row.title,
        place=row.place,
        link=row.joining_link,
        text="You hold this session.",
    )
