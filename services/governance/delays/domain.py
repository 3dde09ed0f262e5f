"""How far an action is past its date, how much of that a signing body had it, and whether it drifts; pure.

Drift is to be overdue, or to have had the date moved more often than the rule tolerates. Days on which a claim waited for
a body that signs are the body's, and are shown apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.days import written

TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}


@dataclass(frozen=True, slots=True)
class Wait:
    """The days for which a body had a claim to sign: from the day of the claim to that of its answer, if it came."""

    body_id: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """The date that runs now, the earlier dates from which it was moved later, and the waits for bodies."""

    due_on: date | None
    moved_from: tuple[date, ...] = ()
    waits: tuple[Wait, ...] = ()
    running: bool = True

    @property
    def waiting(self) -> Wait | None:
        """The wait that is not over."""
        return next((one for one in self.waits if one.until is None), None)


@dataclass(frozen=True, slots=True)
class Delay:
    """Days past the date as of a day: in all, those on which bodies had it, and those that remain the owner's."""

    over: int = 0
    waited: Mapping[str, int] = field(default_factory=dict)

    @property
    def own(self) -> int:
        """The owner's own days."""
        return self.over - sum(self.waited.values())


def delay(course: Course, today: date) -> Delay:
    """How far the course is past its date; nothing where none runs."""
    if course.due_on is None or not course.running or today <= course.due_on:
        return Delay()
    waited: dict[str, int] = {}
    for wait in course.waits:
        days = _after(course.due_on, wait, today)
        if days:
            waited[wait.body_id] = waited.get(wait.body_id, 0) + days
    return Delay((today - course.due_on).days, waited)


def late_after(course: Course) -> date | None:
    """The last day on which the owner is in time: the date, later by the days past it on which a body had the claim."""
    if course.due_on is None or not course.running:
        return None
    waited = [_after(course.due_on, wait, wait.until) for wait in course.waits if wait.until]
    return course.due_on + timedelta(days=sum(waited))


def drifts(course: Course, tolerated: int, today: date) -> bool:
    """Whether the owner is overdue, or the date was moved later more often than the rule tolerates."""
    return course.running and (delay(course, today).own > 0 or len(course.moved_from) > tolerated)


def sentence(course: Course, today: date, names: Mapping[str, str], what: str = "Due") -> str:
    """How the date stands, for somebody who reads one line: when, how often moved, how far over, and who had it."""
    if course.due_on is None:
        return "No date is given yet."
    parts = [f"{what} {written(course.due_on)}"]
    if course.moved_from:
        parts.append(f"moved {times(len(course.moved_from))} (from {_listed(course.moved_from)})")
    if course.running:
        parts += _standing(course, today, names)
    return ", ".join(parts) + "."


def times(number: int) -> str:
    """How often, in words."""
    return TIMES.get(number, f"{number} times")


def _standing(course: Course, today: date, names: Mapping[str, str]) -> list[str]:
    late = delay(course, today)
    waiting = course.waiting
    if not late.over:
        if waiting:
            return [f"waiting for {names.get(waiting.body_id, waiting.body_id)} since {written(waiting.since)}"]
        assert course.due_on
        left = (course.due_on - today).days
        return [f"{_days(left)} left" if left else "which is today"]
    said = [f"{_days(late.over)} over"]
    for body_id, days in sorted(late.waited.items()):
        name = names.get(body_id, body_id)
        said.append(f"all of which it waited for {name}" if days == late.over else f"of which {days} waited for {name}")
    return said


def _after(due_on: date, wait: Wait, today: date) -> int:
    until = min(wait.until or today, today)
    return max(0, (until - max(wait.since, due_on)).days)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _listed(days: Sequence[date]) -> str:
    return ", then ".join(written(day) for day in days)
