"""The link by which an offered place is taken, a place is given back or a waiting list left, and what is told before it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.training.bookings.domain import Status
from services.training.sessions.domain import Status as SessionStatus
from shared.days import from_written
from shared.one_time import record_of, signed

PURPOSE = b"places"
WAITS = "When one comes free for you it is offered to you by letter, and stands for a short time."

_CLOSED = "Booking is closed, so you have none at this session, and wait for it no longer."


class Answer(StrEnum):
    """What the page's buttons send."""

    TAKE = "take"
    TURN_DOWN = "turn_down"
    GIVE_BACK = "give_back"
    LEAVE = "leave"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Where a delegate stands of whom no calendar tells: `why` is what was said when she came there, `closed` whether booking is."""

    status: Status
    course: str
    when: str
    place: str | None = None
    until: datetime | None = None
    closed: bool = False
    lapses: int = 0
    why: str | None = None


def letter(stands: Stands, link: str) -> tuple[str, str]:
    """Subject and text of the letter that tells a delegate where she stands."""
    subject, *lines = _said(stands, link)
    about = f"{stands.course}, {stands.when}." + (f" {stands.place}." if stands.place else "")
    return f"{subject}: {stands.course}", "\n\n".join([about, *lines]) + "\n"


def _said(stands: Stands, link: str) -> tuple[str, ...]:
    why = (f"Why: {stands.why}",) if stands.why else ()
    if stands.status is Status.OFFERED and stands.until:
        how = f"Take it, or give it on, here; whoever has this link can do it for you:\n{link}"
        return "A place for you", told_of_offer(stands.until), how
    if stands.status is Status.DECLINED:
        return "You have no place", "Your agency approves its people's bookings, and has not approved this one.", *why
    if stands.status is Status.COURSE_CANCELLED:
        return "Called off", "The session at which you asked for a place does not take place.", *why
    if stands.closed:
        return "No place came free", _CLOSED
    leave = f"If you no longer want it, leave the list here; whoever has this link can do it for you:\n{link}"
    if stands.lapses:
        passed = "The place that was offered to you was not taken in time, and goes on to whoever is next."
        return "The offer has passed", f"{passed} You wait on, behind those who let fewer offers pass.", WAITS, leave
    return "You are on the waiting list", "You have no place yet: all that you may have are taken.", WAITS, leave


def told_of_offer(until: datetime) -> str:
    """What an offer is, and how long it stands."""
    return f"A place has come free, and is offered to you until {from_written(until)}. After that it goes on to whoever is next."


def why_nothing(
    booking: Status, session: SessionStatus, lapses: int, *, closed: bool = False, begun: bool = False
) -> tuple[str, str]:
    """Why there is nothing to take and nothing to give back: a heading, and a sentence. `closed`: booking is."""
    if session is SessionStatus.CALLED_OFF:
        return "This session does not take place", "It was called off, so there is no place to take or to give back."
    if session is not SessionStatus.PLANNED:
        return "This session is over", "There is no place to take or to give back any more."
    if begun:
        return (
            "This session has begun",
            "Its register says who came, so there is no place to take or to give back any more.",
        )
    if booking is Status.WAITING and closed:
        return "No place came free", _CLOSED
    if booking is Status.OFFERED or (booking is Status.WAITING and lapses):
        return "The offer has passed", "It goes on to whoever is next. You wait on, and the next offer comes by letter."
    if booking is Status.WAITING:
        return "You are on the waiting list", "No place is offered to you yet; an offer comes by letter."
    return "You have no place at this session", "So there is no place to give back, and none is offered to you."
