"""When there is a place to give back."""

from services.training.bookings.domain import Status
from services.training.sessions.domain import Status as SessionStatus
from shared.moves import NotNow


def must_have_place(booking: Status, session: SessionStatus) -> None:
    """NotNow where a delegate has no place at a session to come."""
    if booking is not Status.BOOKED or session is not SessionStatus.PLANNED:
        raise NotNow("You have no place at this session that could be given back; nothing was changed.")
