"""How a meeting moves from its convening to its approved minutes, and when it may be."""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.moves import moved
from shared.problems import Conflict, FieldError, Invalid

REFERENCE = "MTG"
LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=731)


class Status(StrEnum):
    """Where a meeting stands."""

    CONVENED = "convened"
    HELD = "held"
    MINUTED = "minuted"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class Do(StrEnum):
    """What can be done to a meeting; the same word in the URL, the command and the history."""

    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    ATTEND = "attend"  # apologies come before it, all else at it
    HOLD = "hold"
    RECORD = "record"  # an outcome
    MINUTE = "minute"
    APPROVE = "approve"


S, D = Status, Do
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.CONVENED, D.RESCHEDULE): S.CONVENED,
    (S.CONVENED, D.CANCEL): S.CANCELLED,
    (S.CONVENED, D.ATTEND): S.CONVENED,
    (S.CONVENED, D.HOLD): S.HELD,
    (S.HELD, D.ATTEND): S.HELD,
    (S.HELD, D.RECORD): S.HELD,
    (S.HELD, D.MINUTE): S.MINUTED,
    (S.MINUTED, D.MINUTE): S.MINUTED,
    (S.MINUTED, D.APPROVE): S.APPROVED,
}
TOOK_PLACE = frozenset({S.HELD, S.MINUTED, S.APPROVED})


class NotBegun(Conflict):
    """The meeting's hour has not come."""

    code = "meeting_not_begun"
    title = "The meeting has not begun"
    cure = "Reschedule it first where it takes place earlier."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This meeting")


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Invalid for a meeting that lies in the past, ends before it begins, or lasts longer than half a day."""
    errors = []
    if starts_at < now:
        errors.append(FieldError("starts_at", "past", "A meeting is convened for an hour that is still to come."))
    if starts_at > now + FARTHEST:
        errors.append(FieldError("starts_at", "far", "A meeting is convened for the next two years."))
    if not timedelta() < ends_at - starts_at <= LONGEST:
        errors.append(FieldError("ends_at", "order", "It ends after it begins, within twelve hours."))
    if errors:
        raise Invalid("The meeting cannot be so.", errors=errors)


def check_whereabouts(place: str | None, link: str | None) -> None:
    """Invalid where nobody could find the meeting."""
    if not (place or link):
        raise Invalid.field("place", "missing", "Name a place, a link, or both.")


def check_begun(starts_at: datetime, now: datetime) -> None:
    """NotBegun before its hour."""
    if now < starts_at:
        raise NotBegun("Its hour has not come: reschedule it first where it takes place earlier.")
