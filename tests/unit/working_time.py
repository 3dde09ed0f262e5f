"""What the tests of calendar and clocks share: awkward instants, and a slow second opinion on working time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from shared.calendar import Break, DayZero
from shared.days import LONDON
from shared.rules import calendar

CALENDAR = calendar()
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

DAYS = [CALENDAR.first + n * DAY for n in range((CALENDAR.last - CALENDAR.first).days + 1)]


def london(text: str) -> datetime:
    """`2026-11-18 12:00` on the wall in London, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(12), LONDON).utcoffset()


CLOCK_CHANGES = [after for before, after in pairwise(DAYS) if offset(before) != offset(after)]
AWKWARD_DAYS = sorted({*CALENDAR.holidays, *CLOCK_CHANGES, *(day for day in DAYS if (day + DAY).day == 1)})
TIMES = [
    time(0),
    time(0, 59),
    time(1, 30),
    time(8, 59),
    time(9),
    time(9, 1),
    time(12),
    time(16, 59),
    time(17),
    time(17, 1),
]


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


near_awkward_days = st.builds(lambda day, by: day + by * DAY, st.sampled_from(AWKWARD_DAYS), st.integers(-4, 4))
days = st.one_of(near_awkward_days, st.sampled_from(DAYS)).filter(lambda day: date(2012, 2, 1) < day < date(2029, 6, 1))
minutes = st.one_of(st.sampled_from(TIMES), st.builds(time, st.integers(0, 23), st.integers(0, 59)))
instants = st.builds(_instant, days, minutes)
spans = st.integers(0, 12 * 24 * 60).map(lambda minutes: minutes * MINUTE)
pieces = st.builds(lambda start, after, length: (start + after, start + after + length), instants, spans, spans)


class SlowCalendar:
    """Working time by looking at every minute, and working days by looking at every day."""

    def __init__(self, breaks: Sequence[Break] = ()) -> None:
        self.breaks = breaks

    def works_on(self, day: date) -> bool:
        opens, closes = _instant(day, time(9)), _instant(day, time(17))
        gone = any(began <= opens and closes <= ended for began, ended in self.breaks)
        return day.weekday() < 5 and day not in CALENDAR.holidays and not gone

    def is_working(self, instant: datetime) -> bool:
        local = instant.astimezone(LONDON)
        return self.works_on(local.date()) and time(9) <= local.time() <= time(17)

    def counts(self, minute: datetime) -> bool:
        """Whether the minute that begins here is worked."""
        local = minute.astimezone(LONDON)
        away = any(began <= minute < ended for began, ended in self.breaks)
        return (
            local.weekday() < 5
            and local.date() not in CALENDAR.holidays
            and time(9) <= local.time() < time(17)
            and not away
        )

    def effective_start(self, instant: datetime) -> datetime:
        while not self.is_working(instant):
            instant += MINUTE
        return instant

    def due_after_working_days(self, instant: datetime, days: int, day_zero: DayZero) -> datetime:
        day = self.effective_start(instant).astimezone(LONDON).date()
        count = 1 if day_zero is DayZero.TRIGGER_IS_DAY_1 else 0
        while count < days:
            day += DAY
            count += self.works_on(day)
        return _instant(day, time(17))

    def add_working_hours(self, instant: datetime, length: timedelta) -> datetime:
        while length:
            length -= MINUTE if self.counts(instant) else timedelta(0)
            instant += MINUTE
        return instant

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        worked = timedelta(0)
        while start < end:
            worked += MINUTE if self.counts(start) else timedelta(0)
            start += MINUTE
        return worked
