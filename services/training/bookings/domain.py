"""How a booking moves, when a cancellation is in time, and who is next on a waiting list, with the reason in a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.training.sessions.domain import Places
from shared.days import LONDON
from shared.moves import NotNow, moved
from shared.problems import Conflict, Forbidden


class Status(StrEnum):
    """Where a delegate stands at a session; every delegate in exactly one."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    BOOKED = "booked"
    WAITING = "waiting"
    OFFERED = "offered"
    TRANSFERRED = "transferred"
    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    COURSE_CANCELLED = "course_cancelled"
    ATTENDED = "attended"
    PART_ATTENDED = "part_attended"
    DID_NOT_ATTEND = "did_not_attend"
    WALK_IN = "walk_in"
    STRUCK_OUT = "struck_out"  # entered as having come, by mistake: counted nowhere


class Do(StrEnum):
    """What can be done to a booking; the same word in the URL, the command and the history."""

    BOOK = "book"
    APPROVE = "approve"
    DECLINE = "decline"
    PLACE = "place"
    QUEUE = "queue"
    PUT_FIRST = "put_first"
    OFFER = "offer"
    ACCEPT = "accept"
    LAPSE = "lapse"
    CLOSE = "close"
    TRANSFER = "transfer"
    CANCEL = "cancel"
    CANCEL_LATE = "cancel_late"
    CALL_OFF = "call_off"
    BOOK_AGAIN = "book_again"
    SUCCEED = "succeed"  # nobody does it: her agency has ended, and its successor goes on
    ATTEND = "attend"
    PART_ATTEND = "part_attend"
    MISS = "miss"
    WALK_IN = "walk_in"
    STRIKE_OUT = "strike_out"
    RESTORE_REQUEST = "restore_request"
    RESTORE_WAITING = "restore_waiting"
    RESTORE_DECLINED = "restore_declined"
    RESTORE_TRANSFERRED = "restore_transferred"
    RESTORE_CANCELLED = "restore_cancelled"
    RESTORE_CANCELLED_LATE = "restore_cancelled_late"


_ASKING = (Status.REQUESTED, Status.WAITING, Status.OFFERED)
GONE = (
    Status.DECLINED,
    Status.TRANSFERRED,
    Status.CANCELLED_IN_TIME,
    Status.CANCELLED_LATE,
    Status.STRUCK_OUT,
)
"""Who does not come, and may book again."""
_REGISTERED = (Status.ATTENDED, Status.PART_ATTENDED, Status.DID_NOT_ATTEND)
_TO_REGISTER = {
    Do.ATTEND: Status.ATTENDED,
    Do.PART_ATTEND: Status.PART_ATTENDED,
    Do.MISS: Status.DID_NOT_ATTEND,
}
_RESTORED = {
    Do.RESTORE_REQUEST: Status.REQUESTED,
    Do.RESTORE_WAITING: Status.WAITING,
    Do.RESTORE_DECLINED: Status.DECLINED,
    Do.RESTORE_TRANSFERRED: Status.TRANSFERRED,
    Do.RESTORE_CANCELLED: Status.CANCELLED_IN_TIME,
    Do.RESTORE_CANCELLED_LATE: Status.CANCELLED_LATE,
}

TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.REQUESTED, Do.APPROVE): Status.APPROVED,
    (Status.REQUESTED, Do.DECLINE): Status.DECLINED,
    (Status.APPROVED, Do.PLACE): Status.BOOKED,
    (Status.APPROVED, Do.QUEUE): Status.WAITING,
    (Status.WAITING, Do.PUT_FIRST): Status.WAITING,
    (Status.WAITING, Do.OFFER): Status.OFFERED,
    (Status.WAITING, Do.CLOSE): Status.WAITING,
    (Status.OFFERED, Do.ACCEPT): Status.BOOKED,
    (Status.OFFERED, Do.LAPSE): Status.WAITING,
    (Status.BOOKED, Do.TRANSFER): Status.TRANSFERRED,
    (Status.BOOKED, Do.CANCEL_LATE): Status.CANCELLED_LATE,
    **{(status, Do.CANCEL): Status.CANCELLED_IN_TIME for status in (*_ASKING, Status.BOOKED)},
    **{(status, Do.CALL_OFF): Status.COURSE_CANCELLED for status in (*_ASKING, Status.BOOKED)},
    **{(status, Do.SUCCEED): status for status in (*_ASKING, Status.BOOKED)},
    **{(status, Do.BOOK_AGAIN): Status.REQUESTED for status in GONE},
    # Who was there: entered, and corrected, in the register of the session.
    **{
        (status, do): to
        for status in (Status.BOOKED, *_REGISTERED)
        for do, to in _TO_REGISTER.items()
        if status is not to
    },
    **{(status, Do.WALK_IN): Status.WALK_IN for status in (*_ASKING, *GONE)},
    # Who was entered by mistake is struck out, and stands again where she stood before, if she stood anywhere.
    **{(status, Do.STRIKE_OUT): Status.STRUCK_OUT for status in (Status.WALK_IN, *_REGISTERED)},
    **{(Status.STRUCK_OUT, do): to for do, to in _RESTORED.items()},
}

NOBODY_ASKS_FOR = frozenset(Do) - {
    Do.APPROVE,
    Do.DECLINE,
    Do.PUT_FIRST,
    Do.ACCEPT,
    Do.TRANSFER,
    Do.CANCEL,
    Do.STRIKE_OUT,
}
"""What follows from another act: an approval, the waiting list's order, the session's register, her booking anew."""

PLACED = frozenset({Status.BOOKED, Status.OFFERED, *_REGISTERED})
"""Who holds a place: an offer keeps one until it lapses."""

LIVE = frozenset({*_ASKING, Status.BOOKED})
"""Who may still come."""


class AlreadyBooked(Conflict):
    """The delegate has a booking for this session, by her address or her account."""

    code = "already_booked"
    title = "This person has booked already"
    cure = "Read that booking; she can book again once it is cancelled."


class NotYourBooking(Forbidden):
    """The booking is somebody else's."""

    code = "not_your_booking"
    title = "This is somebody else's booking"
    cure = "Ask her, or the lead of her agency."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This booking", NOBODY_ASKS_FOR)


def hears_by_letter(before: Status, after: Status) -> bool:
    """Whether a delegate hears of this by a letter of its own; who has a place, or loses one, hears of it by her calendar."""
    if after is before:
        return False
    if after is Status.COURSE_CANCELLED:
        return before in _ASKING
    if after is Status.WAITING:
        return before in {Status.REQUESTED, Status.OFFERED}
    return after is Status.OFFERED or (before, after) == (Status.REQUESTED, Status.DECLINED)


def cancelling(status: Status, in_time_until: datetime, now: datetime) -> Do:
    """Whether a cancellation now is in time; only a place that one has can be given back late."""
    return Do.CANCEL_LATE if status is Status.BOOKED and now > in_time_until else Do.CANCEL


def striking_out(status: Status, before: Status | None, *, open_to_all: bool) -> tuple[Do, ...]:
    """How somebody who was entered by mistake leaves the register again, for where she stood before (None: nowhere). NotNow.

    An offer has gone on meanwhile, so whoever had one waits. Whoever had booked a place was expected: of her the
    register says that she did not attend. Where a session is open to all nobody is.
    """
    if status in _REGISTERED and not open_to_all:
        raise NotNow("She had a place, so she is not struck out: enter in the register whether she attended.")
    step(status, Do.STRIKE_OUT)
    if status is not Status.WALK_IN:
        return (Do.STRIKE_OUT,)
    stood = Status.WAITING if before is Status.OFFERED else before
    return (Do.STRIKE_OUT, *(do for do, to in _RESTORED.items() if to is stood))


class Rule(StrEnum):
    """What puts one delegate before another on a waiting list."""

    OWN_KEPT_PLACE = "own_kept_place"  # a place kept for her agency is not filled: nobody else may take it
    PUT_FIRST = "put_first"  # somebody decided so, with a reason that is kept
    FEWER_LAPSED_OFFERS = "fewer_lapsed_offers"  # whoever let an offer pass stands behind those who had none
    ARRIVAL = "arrival"  # whoever asked earlier


_AHEAD = {
    Rule.OWN_KEPT_PLACE: "for whose agency a place is kept",
    Rule.PUT_FIRST: "put first for a reason that is kept",
    Rule.FEWER_LAPSED_OFFERS: "who let fewer offers pass",
    Rule.ARRIVAL: "who asked before",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What puts one who waits in her place, or `count` who stand alike. `arrival` is the number that the session gave when she asked."""

    agency_id: str
    lapses: int
    arrival: int
    put_first: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """Where a delegate stands on a waiting list, and why: how many are ahead by each rule."""

    position: int
    ahead: tuple[tuple[Rule, int], ...]

    def sentence(self, asked_at: datetime) -> str:
        """The place in one sentence: `3rd: asked 4 June 10:02, after two who asked before.`"""
        asked = f"{ordinal(self.position)}: asked {asked_at.astimezone(LONDON):%-d %B %H:%M}"
        if not self.ahead:
            return f"{asked}; nobody is before you."
        listed = [f"{_count(number)} {_AHEAD[rule]}" for rule, number in self.ahead]
        return f"{asked}, after {' and '.join(filter(None, [', '.join(listed[:-1]), listed[-1]]))}."


def key(rules: Sequence[Rule], one: Waiting, places: Places) -> tuple[int, ...]:
    """What the list is sorted by: the rules in their order, the smaller first."""
    values = {
        Rule.OWN_KEPT_PLACE: 0 if places.unfilled(one.agency_id) else 1,
        Rule.PUT_FIRST: 0 if one.put_first else 1,
        Rule.FEWER_LAPSED_OFFERS: one.lapses,
        Rule.ARRIVAL: one.arrival,
    }
    return tuple(values[rule] for rule in rules)


def line(rules: Sequence[Rule], one: Waiting, others: Iterable[Waiting], places: Places) -> Line:
    """Where one stands among the others, each of whom is ahead by the first rule that tells them apart."""
    mine, ahead = key(rules, one, places), dict.fromkeys(rules, 0)
    for other in others:
        theirs = key(rules, other, places)
        if theirs < mine:
            first = next(rule for rule, a, b in zip(rules, theirs, mine, strict=True) if a != b)
            ahead[first] += other.count
    return Line(1 + sum(ahead.values()), tuple((rule, number) for rule, number in ahead.items() if number))


def next_in_line(rules: Sequence[Rule], waiting: Sequence[Waiting], places: Places) -> Waiting | None:
    """The first of the list for whom there is a place; None where there is nobody or nothing."""
    able = [one for one in waiting if places.free(one.agency_id)]
    return min(able, key=lambda one: key(rules, one, places), default=None)


def placed_at_once(agency_id: str, waiting: Iterable[Waiting], places: Places) -> bool:
    """Whether somebody who asks now has a place: one is free, and nobody waits who may take it."""
    before = sum(one.count for one in waiting if places.free(one.agency_id))
    return places.free(agency_id) > before


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
