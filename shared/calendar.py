"""Working time in England and Wales, and the quarters of a year that begins in April: what every clock counts in."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from shared.days import DAY, LONDON

EIGHT_HOURS = timedelta(hours=8)
WEEKEND = frozenset({5, 6})

Break = tuple[datetime, datetime]


class OutsideCalendar(ValueError):
    """An instant or a date of which the calendar does not know the bank holidays, so that no date may be given."""


class DayZero(StrEnum):
    """Whether the day of the event counts: real policies differ."""

    TRIGGER_IS_DAY_0 = "trigger_is_day_0"
    TRIGGER_IS_DAY_1 = "trigger_is_day_1"

    @property
    def first(self) -> int:
        """The number that the day of the event bears."""
        return 1 if self is DayZero.TRIGGER_IS_DAY_1 else 0


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. ValueError for a datetime without a zone, which names no instant."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One version of the working calendar, from `first` to `last`: Monday to Friday except `holidays`.

    A working day runs from `opens` up to and including `closes`. An event outside it counts as happening at the next
    opening. Every answer is an instant in UTC; ask with an aware one in any zone. Versions never change, because
    dates were given by them: a holiday proclaimed later is a new version.
    """

    version: str
    first: date
    last: date
    holidays: frozenset[date]
    opens: time = time(9)
    closes: time = time(17)
    zone: ZoneInfo = LONDON
    _span: Break = field(init=False, repr=False, compare=False)
    _openings: list[datetime] = field(init=False, repr=False, compare=False)
    _closings: list[datetime] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError(f"the working day opens at {self.opens}, so it cannot close at {self.closes}")
        if self.first > self.last:
            raise ValueError(f"a calendar from {self.first} cannot end on {self.last}")
        span = range((self.last - self.first).days + 1)
        days = [day for day in (self.first + timedelta(n) for n in span) if self._works(day)]
        ends = self._instant(self.last + DAY, time.min)
        object.__setattr__(self, "_span", (self._instant(self.first, time.min), ends))
        object.__setattr__(self, "_openings", [self._instant(day, self.opens) for day in days])
        object.__setattr__(self, "_closings", [self._instant(day, self.closes) for day in days])

    @property
    def day(self) -> timedelta:
        """The length of a working day: always the same, since the clocks change on Sundays."""
        return datetime.combine(self.first, self.closes) - datetime.combine(self.first, self.opens)

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this date."""
        if not self.first <= day <= self.last:
            raise self._outside(day)
        return self._works(day)

    def is_working(self, instant: datetime) -> bool:
        """Whether the instant lies in working hours, both ends included."""
        moment = self._known(instant)
        day = bisect_right(self._openings, moment) - 1
        return day >= 0 and moment <= self._closings[day]

    def next_opening(self, instant: datetime) -> datetime:
        """The first opening at or after the instant."""
        return self._openings[self._within(bisect_left(self._openings, self._known(instant)))]

    def effective_start(self, instant: datetime) -> datetime:
        """When an event counts as happening: at once in working hours, otherwise at the next opening."""
        moment = self._known(instant)
        return max(moment, self._openings[self._counts_on(moment)])

    def due_after_working_days(
        self,
        instant: datetime,
        days: int,
        *,
        day_zero: DayZero = DayZero.TRIGGER_IS_DAY_0,
        breaks: Iterable[Break] = (),
    ) -> datetime:
        """The closing of working day `days`, counted from the one on which the event counts.

        A break takes out the working days that lie wholly within it.
        """
        if days < day_zero.first:
            raise ValueError(f"{days} working days cannot be counted where {day_zero}")
        steps = days - day_zero.first
        day = self._counts_on(self._known(instant))
        away = {gone for began, ended in breaks for gone in self._whole_days(began, ended)}
        if not away:
            return self._closings[self._within(day + steps)]
        while day in away:
            day += 1
        for _ in range(steps):
            day += 1
            while day in away:
                day += 1
        return self._closings[self._within(day)]

    def due_before_working_days(self, day: date, days: int) -> datetime:
        """The closing of the working day that lies `days` before this date, which is day 0 at whatever hour."""
        index = bisect_left(self._closings, self._known(self._instant(day, time.min)))
        if index < days:
            raise self._outside(day)
        return self._closings[self._within(index - days)]

    def add_working_hours(self, instant: datetime, length: timedelta, *, breaks: Iterable[Break] = ()) -> datetime:
        """The instant at which this much working time has passed; used up at closing, it ends at that closing.

        The working time in a break does not count.
        """
        if length < timedelta(0):
            raise ValueError("working time is counted forwards")
        start = self.effective_start(instant)
        for began, ended in sorted(breaks):
            free = max(self.working_time(start, began), timedelta(0))
            if began > start and length <= free:
                break
            if ended > start:
                length -= free
                start = self.effective_start(ended)
        if not length:
            return start
        day = self._counts_on(start)
        days, rest = divmod(start - self._openings[day] + length, self.day)
        if not rest:
            days, rest = days - 1, self.day
        return self._openings[self._within(day + days)] + rest

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one instant to another; negative where the second is the earlier."""
        return self._worked(end) - self._worked(start)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """Age in working days: how many have opened by `end` after the one on which `start` counts."""
        opened = bisect_right(self._openings, self._known(end)) - 1
        return max(opened - self._counts_on(self._known(start)), 0)

    def working_days_within(self, start: datetime, end: datetime) -> int:
        """How many working days lie wholly between two instants."""
        return len(self._whole_days(start, end))

    def date_of(self, instant: datetime) -> date:
        """The date on the wall calendar at this instant."""
        return utc(instant).astimezone(self.zone).date()

    def closing(self, day: date) -> datetime:
        """The hour at which any day, working or not, ends for a duty counted in calendar days or months."""
        return self._instant(day, self.closes)

    def calendar_days_within(self, start: datetime, end: datetime) -> Sequence[date]:
        """The days, working or not, that lie wholly between two instants, from midnight to midnight."""
        first, after = self.date_of(start), self.date_of(end)
        if self._instant(first, time.min) < start:
            first += DAY
        return [first + timedelta(n) for n in range((after - first).days)]

    def _works(self, day: date) -> bool:
        return day.weekday() not in WEEKEND and day not in self.holidays

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _known(self, instant: datetime) -> datetime:
        moment = utc(instant)
        if not self._span[0] <= moment <= self._span[1]:
            raise self._outside(instant)
        return moment

    def _within(self, index: int) -> int:
        if index >= len(self._closings):
            raise self._outside("the date asked for")
        return index

    def _counts_on(self, moment: datetime) -> int:
        """The working day on which an event counts: the first that has not closed."""
        return self._within(bisect_left(self._closings, moment))

    def _whole_days(self, start: datetime, end: datetime) -> range:
        return range(bisect_left(self._openings, self._known(start)), bisect_right(self._closings, self._known(end)))

    def _worked(self, instant: datetime) -> timedelta:
        """Working time since the calendar's beginning."""
        moment = self._known(instant)
        day = bisect_right(self._openings, moment) - 1
        if day < 0:
            return timedelta(0)
        return day * self.day + min(moment - self._openings[day], self.day)

    def _outside(self, asked: object) -> OutsideCalendar:
        return OutsideCalendar(f"{asked}: calendar {self.version} knows the days from {self.first} to {self.last}")


def days_of_eight(length: timedelta) -> float:
    """Working time in days of eight hours, unrounded."""
    return length / EIGHT_HOURS


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year that begins in April: Q1 is April to June. It ends at midnight in London."""

    begins_in: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"{self.number} is not a quarter: 1 to 4")
        if not 1900 <= self.begins_in <= 9000:
            raise ValueError(f"{self.begins_in} is not a year")

    @classmethod
    def parse(cls, year: str, quarter: str) -> Self:
        """From `2026/27` or `2026-27`, and `Q2`. ValueError says what is wrong, and the cure."""
        begins, mark, ends = year[:4], year[4:5], year[5:]
        digits = f"{begins}{ends}"
        if len(digits) != 6 or len(ends) != 2 or mark not in {"/", "-"} or not (digits.isascii() and digits.isdigit()):
            raise ValueError(f"{year!r} is not a year: write it as 2026/27 or 2026-27")
        if int(ends) != (int(begins) + 1) % 100:
            raise ValueError(f"{year!r} is not a year from April to March: {begins}/{(int(begins) + 1) % 100:02d} is")
        if quarter not in {"Q1", "Q2", "Q3", "Q4"}:
            raise ValueError(f"{quarter!r} is not a quarter: write it as Q1, Q2, Q3 or Q4")
        return cls(int(begins), int(quarter[1]))

    @classmethod
    def of(cls, moment: datetime | date) -> Self:
        """The quarter of a date, or of an instant as it falls in London."""
        day = utc(moment).astimezone(LONDON).date() if isinstance(moment, datetime) else moment
        months = day.year * 12 + day.month - 4
        return cls(months // 12, months % 12 // 3 + 1)

    @property
    def year(self) -> str:
        """The year as it is printed, `2026/27`."""
        return f"{self.begins_in}/{(self.begins_in + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """The year as it stands in an address, `2026-27`."""
        return self.year.replace("/", "-")

    @property
    def first_day(self) -> date:
        """Its first date."""
        return date(self.begins_in + (self.number == 4), (self.number * 3) % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """Its last date."""
        return self.next().first_day - DAY

    @property
    def starts(self) -> datetime:
        """Its first instant, in UTC."""
        return datetime.combine(self.first_day, time.min, LONDON).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first instant after it, in UTC."""
        return self.next().starts

    def __contains__(self, instant: datetime) -> bool:
        return self.starts <= utc(instant) < self.ends

    def previous(self) -> Self:
        """The quarter before."""
        return self._moved(-1)

    def next(self) -> Self:
        """The quarter after."""
        return self._moved(1)

    def preceding(self, count: int) -> tuple[Self, ...]:
        """The `count` quarters before this one, the oldest first."""
        return tuple(self._moved(-back) for back in range(count, 0, -1))

    def following(self, count: int) -> tuple[Self, ...]:
        """The `count` quarters after this one, the next first."""
        return tuple(self._moved(ahead) for ahead in range(1, count + 1))

    def _moved(self, by: int) -> Self:
        years, rest = divmod(self.begins_in * 4 + self.number - 1 + by, 4)
        return type(self)(years, rest + 1)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"


def year_of(moment: datetime | date) -> str:
    """The year from April to March to which a date or an instant belongs, as it is printed: `2026/27`."""
    return Quarter.of(moment).year
