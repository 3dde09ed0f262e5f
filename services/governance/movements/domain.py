"""What a score was at an instant, and the instants at which a picture of it stands still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.days import LONDON, today

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Given:
    """A score that was given at an instant."""

    at: datetime
    score: int


@dataclass(frozen=True, slots=True)
class Course:
    """A risk's current scores, oldest first, until it was closed."""

    given: tuple[Given, ...]
    closed_at: datetime | None = None

    def at(self, instant: datetime) -> int | None:
        """The score as it stood; None before the first, and from the closing on."""
        if self.closed_at and self.closed_at <= instant:
            return None
        return next((one.score for one in reversed(self.given) if one.at <= instant), None)


def month_ends(now: datetime) -> Sequence[tuple[date, datetime]]:
    """The last day of each of so many months before this one with the instant at which it ended, and today with `now`."""
    day = today(now)
    found = [(day, now)]
    first = day.replace(day=1)
    for _ in range(MONTHS):
        last = first - timedelta(days=1)
        ended = datetime(first.year, first.month, first.day, tzinfo=LONDON) - timedelta(microseconds=1)
        found.append((last, ended))
        first = last.replace(day=1)
    return found[::-1]
