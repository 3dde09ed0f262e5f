"""What sessions were worth: return rates with their denominators by name, how answers are spread, and what few have said."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.training.evaluations.domain import Audience, Change, Moment, Status


class ByProgramme(StrEnum):
    """What the figures of evaluations are divided by."""

    COURSE = "course"
    SESSION = "session"


WHO_WAS_ASKED: Mapping[tuple[Moment, Audience], str] = {
    (Moment.BEFORE, Audience.ATTENDEE): "delegates who had a place and were asked before the session",
    (Moment.END, Audience.ATTENDEE): "delegates who were there and were asked at the end",
    (Moment.IMPACT, Audience.ATTENDEE): "delegates who were there and, being in the sample, were asked what it changed",
    (Moment.IMPACT, Audience.MANAGER): "managers named by delegates in the sample, who were asked what it changed",
}
"""What return rates are counted of."""
WHO_ANSWERED = "of these, who have answered, in time or late"


@dataclass(frozen=True, slots=True)
class Returned:
    """How many of whom one was asked have answered, late, let it lapse, or have time still."""

    asked: int
    answered: int
    late: int
    lapsed: int

    @property
    def rate(self) -> float | None:
        """The share that has answered; nothing over nothing."""
        return self.answered / self.asked if self.asked else None


def returned(counts: Iterable[tuple[Status, bool, int]]) -> Returned:
    """Of how many in each status, late or not. What was withdrawn was asked of nobody."""
    counted: Counter[tuple[Status, bool]] = Counter()
    for status, late, number in counts:
        counted[status, late] += number
    answered = sum(number for (status, _), number in counted.items() if status is Status.ANSWERED)
    lapsed, open_ = (counted[status, False] for status in (Status.LAPSED, Status.ASKED))
    return Returned(answered + lapsed + open_, answered, counted[Status.ANSWERED, True], lapsed)


@dataclass(frozen=True, slots=True)
class Answers:
    """How one question was answered: how often each value."""

    question: str
    counts: Mapping[int, int]

    @property
    def number(self) -> int:
        """How many have answered it."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean of the values; nothing over nothing."""
        return sum(value * count for value, count in self.counts.items()) / self.number if self.number else None


@dataclass(frozen=True, slots=True)
class Worth:
    """What those asked at one moment said; `hidden` where so few have answered that they could be known by it."""

    returned: Returned
    answers: tuple[Answers, ...]
    changes: tuple[Change, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at one moment, in one group."""

    key: str
    title: str
    moment: Moment
    audience: Audience
    worth: Worth


def of_enough(rows: Sequence[Any], fewest: int, number: Callable[[Any], int]) -> list[Any]:
    """What `fewest` or more have said to one question at one session; `number` says for how many a row stands."""
    said: Counter[tuple[UUID, str]] = Counter()
    for row in rows:
        said[row.session_id, row.question] += number(row)
    return [row for row in rows if said[row.session_id, row.question] >= fewest]


def without_few(worth: Worth, fewest: int) -> Worth:
    """The same without what fewer than `fewest` have said: what was answered, and each change of so few."""
    if worth.returned.answered < fewest:
        return Worth(worth.returned, (), (), hidden=worth.returned.answered > 0)
    kept = tuple(one for one in worth.answers if one.number >= fewest)
    compared = tuple(one for one in worth.changes if one.compared >= fewest)
    lost = worth.hidden or len(kept) < len(worth.answers) or len(compared) < len(worth.changes)
    return Worth(worth.returned, kept, compared, hidden=lost)
