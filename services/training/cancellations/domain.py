"""When there is a place to give back, or a waiting list to leave."""

from datetime import datetime

from services.training.bookings.domain import Status
from services.training.sessions.domain import Status as SessionStatus
from shared.moves import NotNow


def must_have_place(booking: Status, session: SessionStatus, starts_at: datetime, now: datetime) -> None:
    """NotNow where a delegate has no place at a session to come."""
    if booking is not Status.BOOKED or session is not SessionStatus.PLANNED:
        raise NotNow("You have no place at this session that could be given back; nothing was changed.")
    must_not_have_begun(starts_at, now)


def must_wait(booking: Status, session: SessionStatus, starts_at: datetime, now: datetime) -> None:
    """NotNow where a delegate waits for no session to come."""
    if booking is not Status.WAITING or session is not SessionStatus.PLANNED:
        raise NotNow("You are on no waiting list that could be left; nothing was changed.")
    must_not_have_begun(starts_at, now)


def must_not_have_begun(starts_at: datetime, now: datetime) -> None:
    """NotNow where the register says who came: whoever did not come cannot have cancelled afterwards."""
    if now >= starts_at:
        raise NotNow("The session has begun: its register says who came.")
