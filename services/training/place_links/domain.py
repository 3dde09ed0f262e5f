"""The link by which an offered place is taken and a place is given back, and what is told before it is."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.training.bookings.domain import Status
from services.training.sessions.domain import Status as SessionStatus
from shared.days import from_written
from shared.one_time import record_of, signed

PURPOSE = b"places"


class Answer(StrEnum):
    """What the page's buttons send."""

    TAKE = "take"
    TURN_DOWN = "turn_down"
    GIVE_BACK = "give_back"


def token(key: str, booking_id: UUID) -> str:
    """The secret part of the link of a delegate's place."""
    return signed(key, PURPOSE, booking_id)


def booking_of(token: str, *keys: str) -> UUID | None:
    """The booking whose link this is, or None where the token was made under none of these keys."""
    return record_of(token, PURPOSE, *keys)


def told(in_time_until: datetime, *, late: bool) -> str:
    """What giving it back now means, told before it is done."""
    if not late:
        return f"Until {from_written(in_time_until)} it is given back in time."
    return (
        f"It is late: in time was until {from_written(in_time_until)}. It will be counted as cancelled late, and somebody "
        "who waits may still be able to come."
    )


def worded(link: str) -> str:
    """What a letter says of the link."""
    return f"If you cannot come, give your place back here; whoever has this link can do it for you:\n{link}\n"


def offer(course: str, when: str, until: datetime, link: str) -> tuple[str, str]:
    """Subject and text of the letter that offers a place."""
    lines = [
        f"{course}, {when}.",
        told_of_offer(until),
        f"Take it, or give it on, here; whoever has this link can do it for you:\n{link}",
    ]
    return f"A place for you: {course}", "\n\n".join(lines) + "\n"


def told_of_offer(until: datetime) -> str:
    """What an offer is, and how long it stands."""
    return f"A place has come free, and is offered to you until {from_written(until)}. After that it goes on to whoever is next."


def why_nothing(booking: Status, session: SessionStatus, lapses: int) -> tuple[str, str]:
    """Why there is nothing to take and nothing to give back: a heading, and a sentence."""
    if session is SessionStatus.CALLED_OFF:
        return "This session does not take place", "It was called off, so there is no place to take or to give back."
    if session is not SessionStatus.PLANNED:
        return "This session is over", "There is no place to take or to give back any more."
    if booking is Status.OFFERED or (booking is Status.WAITING and lapses):
        return "The offer has passed", "It goes on to whoever is next. You wait on, and the next offer comes by letter."
    if booking is Status.WAITING:
        return "No place is offered to you yet", "You wait; an offer comes by letter."
    return "You have no place at this session", "So there is no place to give back, and none is offered to you."
