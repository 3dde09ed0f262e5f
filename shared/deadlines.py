"""How a rule gives a date: so many hours, days or months from the event that starts it, less the pauses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from shared.calendar import Break, Calendar, DayZero, utc
from shared.days import DAY, months_later


class Unit(StrEnum):
    """What a rule counts in."""

    CLOCK_HOURS = "clock_hours"  # elapsed time, at any hour of any day
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


class Bound(StrEnum):
    """On which side of its date a duty lies."""

    WITHIN = "within"  # to be done at the latest so long after the event
    BEFORE = "before"  # to be done at the latest so long before the event
    FOR = "for"  # to be kept up so long after the event


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One of the events from which a rule may be counted, and how its day counts."""

    code: str
    event: str
    day_zero: DayZero = DayZero.TRIGGER_IS_DAY_0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """So many units from an event. ValueError for a rule that cannot be counted.

    Several `starts` mean that practice disputes from which event it runs; none, that any single event starts it.
    """

    code: str
    version: str
    amount: int
    unit: Unit
    day_zero: DayZero = DayZero.TRIGGER_IS_DAY_0
    bound: Bound = Bound.WITHIN
    starts: tuple[Start, ...] = ()

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("amount must be 1 or more")
        if self.bound is Bound.BEFORE and self.unit is not Unit.WORKING_DAYS:
            raise ValueError("a rule counts backwards in working_days only")
        day_zeros = {self.day_zero, *(start.day_zero for start in self.starts)}
        hours = self.unit in {Unit.CLOCK_HOURS, Unit.WORKING_HOURS}
        if (hours or self.bound is Bound.BEFORE) and day_zeros != {DayZero.TRIGGER_IS_DAY_0}:
            raise ValueError("trigger_is_day_1 needs a rule that counts days or months forwards")
        if len({start.code for start in self.starts}) < len(self.starts):
            raise ValueError("two starts have the same code")

    def starting(self, code: str) -> Self:
        """This rule as counted from one of its starts."""
        found = next((start for start in self.starts if start.code == code), None)
        return replace(self, day_zero=found.day_zero) if found else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break in the schedule, with who made it and why; `ended` is None while it lasts."""

    began: datetime
    ended: datetime | None = None
    by: str
    why: str


def due(rule: Rule, started: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> datetime:
    """The instant, in UTC, at which a duty under `rule` falls due; done at that very instant, it is in time.

    A pause takes out the days that lie wholly within it and, on a clock of hours, the time. One that has not ended
    takes out nothing yet, and none moves a date that is counted back from an event. Days end at closing, also those of
    a rule in calendar days or months, which keep their date where it is not a working day. OutsideCalendar where the
    calendar does not reach so far.
    """
    moment = utc(started)
    breaks = [(pause.began, pause.ended) for pause in pauses if pause.ended is not None]
    if rule.bound is Bound.BEFORE:
        return calendar.due_before_working_days(calendar.date_of(moment), rule.amount)
    if rule.unit is Unit.WORKING_DAYS:
        return calendar.due_after_working_days(moment, rule.amount, day_zero=rule.day_zero, breaks=breaks)
    if rule.unit is Unit.WORKING_HOURS:
        return calendar.add_working_hours(moment, timedelta(hours=rule.amount), breaks=breaks)
    if rule.unit is Unit.CLOCK_HOURS:
        return _elapsed(moment, timedelta(hours=rule.amount), breaks)
    day_zero = calendar.date_of(moment)
    day = day_zero + rule.amount * DAY if rule.unit is Unit.CALENDAR_DAYS else months_later(day_zero, rule.amount)
    day -= rule.day_zero.first * DAY
    away = {gone for began, ended in breaks for gone in calendar.calendar_days_within(began, ended)}
    for gone in sorted(away):
        if day_zero <= gone <= day:
            day += DAY
    return calendar.closing(day)


def _elapsed(started: datetime, length: timedelta, breaks: Sequence[Break]) -> datetime:
    ends = started + length
    counted = started
    for began, ended in sorted(breaks):
        if began < ends and ended > counted:
            ends += ended - max(began, counted)
            counted = ended
    return ends
