"""The shares of training, each with its numerator and denominator by name, and for whom it does not add up."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.training.attendance.domain import HAS_PLACE
from services.training.bookings.domain import Status
from services.training.sessions.domain import Status as SessionStatus

_ATTENDED = frozenset({Status.ATTENDED, Status.PART_ATTENDED})
_EXPECTED = HAS_PLACE | {Status.CANCELLED_LATE}


class Measure(StrEnum):
    """What is measured."""

    FILL = "fill"
    TAKE_UP = "take_up"
    ATTENDANCE = "attendance"
    DID_NOT_ATTEND = "did_not_attend"


class By(StrEnum):
    """What figures are divided by."""

    COURSE = "course"
    AGENCY = "agency"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure counts, of what."""

    title: str
    numerator: str
    denominator: str


PLACES = "places of the sessions that were held and for which one books"
EXPECTED = "delegates who had booked a place, less those who cancelled in time or whose session was called off"
DEFINITIONS: Mapping[Measure, Definition] = {
    Measure.FILL: Definition("Fill", "delegates who had a place when the session began", PLACES),
    Measure.TAKE_UP: Definition("Take-up", "delegates who attended, wholly, in part or as walk-ins", PLACES),
    Measure.ATTENDANCE: Definition("Attendance", "of these, who attended, wholly or in part", EXPECTED),
    Measure.DID_NOT_ATTEND: Definition("Did not attend", "of these, who did not attend", EXPECTED),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How many delegates of held sessions ended in one status; `had_place` where they had booked a place."""

    status: Status
    had_place: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """One measure: its numerator, its denominator, and the share, None where it is over nothing."""

    measure: Measure
    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Nothing over nothing is nothing, not nought."""
        return self.numerator / self.denominator if self.denominator else None


def shares(seen: Iterable[Seen], places: int | None) -> tuple[Share, ...]:
    """The measures over delegates of held sessions; those over places only where the places are known.

    Late cancellations stay in the denominator of attendance: the place was lost. Transfers are not in it: the
    substitute is. Walk-ins had booked nothing, so they count for take-up alone.
    """
    counted: Counter[Status] = Counter()
    expected = 0
    for one in seen:
        counted[one.status] += one.count
        if one.had_place and one.status in _EXPECTED:
            expected += one.count
    came = sum(counted[status] for status in _ATTENDED)
    over_places = (
        (
            Share(Measure.FILL, sum(counted[status] for status in HAS_PLACE), places),
            Share(Measure.TAKE_UP, came + counted[Status.WALK_IN], places),
        )
        if places is not None
        else ()
    )
    return (
        *over_places,
        Share(Measure.ATTENDANCE, came, expected),
        Share(Measure.DID_NOT_ATTEND, counted[Status.DID_NOT_ATTEND], expected),
    )


@dataclass(frozen=True, slots=True)
class Delegate:
    """One booking of a session, as the reconciliation sees it."""

    id: str
    status: Status
    had_place: bool


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A delegate without a final status, and why that is none."""

    id: str
    status: Status
    why: str


_NOT_FINAL: Mapping[Status, str] = {
    Status.REQUESTED: "Asked, and nobody of the agency approved or declined.",
    Status.APPROVED: "Approved, and neither placed nor put on the waiting list.",
    Status.OFFERED: "Was offered a place, and neither took it nor let it pass.",
    Status.BOOKED: "Had a place, and the register does not say whether she came.",
}
FINAL = frozenset(Status) - _NOT_FINAL.keys()


def unsettled(status: SessionStatus, delegates: Sequence[Delegate]) -> list[Unsettled]:
    """The delegates of a session that is over for whom it does not add up; nobody's before it is over."""
    if status is SessionStatus.PLANNED:
        return []
    return [Unsettled(one.id, one.status, _NOT_FINAL[one.status]) for one in delegates if one.status in _NOT_FINAL]


def sums_up(delegates: Collection[Delegate], places: int | None) -> str:
    """In one sentence, how the delegates of a session divide up."""
    counted = Counter(one.status for one in delegates)
    parts = [f"{counted[status]} {status.replace('_', ' ')}" for status in Status if counted[status]]
    of = f" for {places} places" if places is not None else ""
    return f"{len(delegates)} delegates{of}: {', '.join(parts) or 'nobody'}."
