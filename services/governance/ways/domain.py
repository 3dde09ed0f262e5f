"""How far a learning point has come, when it stood still, and what of that is news. Days are London's, as all days are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from services.governance.threads.domain import Station, in_order


class News(StrEnum):
    """What there is to tell of a way."""

    ADVANCED = "advanced"
    STOPPED = "stopped"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which nothing happened for longer than is waited: since its last step, and until the next one."""

    since: date
    stopped_on: date  # the first day on which it had been still for too long
    resumed_on: date | None


@dataclass(frozen=True, slots=True)
class Course:
    """The stations to which a way has come, each with the first instant at which something stood there, and its stops."""

    reached: Mapping[Station, datetime]
    stops: tuple[Stop, ...]
    withdrawn_at: datetime | None

    @property
    def furthest(self) -> Station:
        """The last station on the way that it has reached."""
        return in_order(self.reached)[-1]


def stops(days: Collection[date], last: date | None, patience_days: int, today: date) -> tuple[Stop, ...]:
    """The stops of a way with a step on each of these days; after its `last` day, where it is at its end, it has none."""
    steps = sorted({min(day, last) if last else day for day in days})
    found = [
        Stop(day, stops_on(day, patience_days), following)
        for day, following in pairwise(steps)
        if stops_on(day, patience_days) <= following
    ]
    if last is None and stops_on(steps[-1], patience_days) <= today:
        found.append(Stop(steps[-1], stops_on(steps[-1], patience_days), None))
    return tuple(found)


def stops_on(day: date, patience_days: int) -> date:
    """The first day on which a way has stood still for longer than is waited, if nothing follows."""
    return day + timedelta(days=patience_days + 1)


def news(before: Course | None, now: Course) -> News | None:
    """What is new; None where it stands as was told. What was told wrongly is told again."""
    if before is None:
        return News.ADVANCED
    if now.withdrawn_at and not before.withdrawn_at:
        return News.WITHDRAWN
    if now.reached.keys() - before.reached.keys():
        return News.ADVANCED
    if now == before:
        return None
    if now.stops == before.stops or len(now.stops) < len(before.stops):
        return News.RESTATED
    return News.STOPPED if now.stops[-1].resumed_on is None else News.RESUMED
