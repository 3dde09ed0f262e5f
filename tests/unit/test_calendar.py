"""The working calendar: every rule by example, then by property, then against a calendar that looks at each minute."""

import timeit
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.calendar import Break, Calendar, DayZero, OutsideCalendar, Quarter, days_of_eight, year_of
from shared.days import LONDON
from tests.unit.working_time import CALENDAR, CLOCK_CHANGES, DAYS, SlowCalendar, instants, london, pieces, spans

HOUR = timedelta(hours=1)
DAY_0, DAY_1 = DayZero.TRIGGER_IS_DAY_0, DayZero.TRIGGER_IS_DAY_1
few_days = st.integers(0, 30)
breaks = st.lists(pieces, max_size=3)


def due(text: str, days: int, day_zero: DayZero = DAY_0) -> datetime:
    return CALENDAR.due_after_working_days(london(text), days, day_zero=day_zero)


# What counts as working


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-11-18 08:59", False),
        ("2026-11-18 09:00", True),
        ("2026-11-18 17:00", True),
        ("2026-11-18 17:01", False),
        ("2026-11-21 12:00", False),  # a Saturday
        ("2026-12-25 12:00", False),
        ("2026-12-28 12:00", False),  # the substitute for Boxing Day
        ("2026-12-29 12:00", True),
    ],
)
def test_a_working_day_runs_from_nine_up_to_and_including_five(moment: str, working: bool) -> None:
    assert CALENDAR.is_working(london(moment)) is working


def test_five_o_clock_and_a_second_is_outside() -> None:
    assert not CALENDAR.is_working(london("2026-11-18 17:00:01"))


def test_the_first_hours_of_the_calendar_are_not_worked() -> None:
    assert not CALENDAR.is_working(london("2012-01-01 12:00"))


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ("2026-11-18 07:30", "2026-11-18 09:00"),
        ("2026-11-18 12:34", "2026-11-18 12:34"),
        ("2026-11-18 17:00", "2026-11-18 17:00"),
        ("2026-11-18 17:01", "2026-11-19 09:00"),
        ("2026-11-22 12:00", "2026-11-23 09:00"),
        ("2026-12-24 20:00", "2026-12-29 09:00"),
    ],
)
def test_an_event_out_of_hours_happens_at_the_next_opening(event: str, counts: str) -> None:
    assert CALENDAR.effective_start(london(event)) == london(counts)


def test_the_next_opening_is_at_or_after_the_instant() -> None:
    assert CALENDAR.next_opening(london("2026-11-18 09:00")) == london("2026-11-18 09:00")
    assert CALENDAR.next_opening(london("2026-11-18 09:01")) == london("2026-11-19 09:00")


# Working days


@pytest.mark.parametrize(
    ("event", "days", "falls_due"),
    [
        ("2026-11-22 15:00", 1, "2026-11-24 17:00"),  # a Sunday and one working day: Tuesday
        ("2026-11-18 07:30", 1, "2026-11-19 17:00"),  # before opening counts from that day's opening
        ("2026-11-18 12:00", 0, "2026-11-18 17:00"),
        ("2026-11-18 17:00", 1, "2026-11-19 17:00"),
        ("2026-11-18 17:01", 1, "2026-11-20 17:00"),
        ("2026-12-24 12:00", 1, "2026-12-29 17:00"),
        ("2026-03-27 12:00", 1, "2026-03-30 17:00"),  # over the change to summer time
        ("2026-10-23 12:00", 1, "2026-10-26 17:00"),  # and back
        ("2022-06-01 12:00", 1, "2022-06-06 17:00"),  # the jubilee
        ("2022-09-16 12:00", 1, "2022-09-20 17:00"),  # the funeral of Elizabeth II
        ("2023-05-05 12:00", 1, "2023-05-09 17:00"),  # the coronation
        ("2020-05-07 12:00", 1, "2020-05-11 17:00"),  # VE day in place of early May
        ("2020-05-01 12:00", 1, "2020-05-04 17:00"),
    ],
)
def test_day_n_ends_at_five(event: str, days: int, falls_due: str) -> None:
    assert due(event, days) == london(falls_due)


def test_four_silent_stages_of_one_working_day_fall_due_on_four_days() -> None:
    moment, seen = london("2026-11-18 12:00"), []
    for _ in range(4):
        moment = CALENDAR.due_after_working_days(moment, 1)
        seen.append(moment.astimezone(LONDON).strftime("%A %H:%M"))
    assert seen == ["Thursday 17:00", "Friday 17:00", "Monday 17:00", "Tuesday 17:00"]


@pytest.mark.parametrize(
    ("event", "days", "falls_due"),
    [
        ("2026-11-18 12:00", 1, "2026-11-18 17:00"),
        ("2026-11-18 12:00", 5, "2026-11-24 17:00"),
        ("2026-11-22 15:00", 1, "2026-11-23 17:00"),  # out of hours: the next working day is day 1
        ("2026-11-18 17:01", 1, "2026-11-19 17:00"),
    ],
)
def test_where_the_trigger_is_day_1(event: str, days: int, falls_due: str) -> None:
    assert due(event, days, DAY_1) == london(falls_due)


@pytest.mark.parametrize(("days", "day_zero"), [(-1, DAY_0), (0, DAY_1)])
def test_days_that_cannot_be_counted_are_refused(days: int, day_zero: DayZero) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        due("2026-11-18 12:00", days, day_zero)


@pytest.mark.parametrize(
    ("day", "latest"),
    [
        ("2026-11-18", "2026-11-09 17:00"),
        ("2026-11-21", "2026-11-12 17:00"),  # a Saturday: Friday lies one working day before it
        ("2026-08-31", "2026-08-20 17:00"),  # a bank holiday
        ("2026-12-30", "2026-12-17 17:00"),
    ],
)
def test_working_days_before_a_date(day: str, latest: str) -> None:
    assert CALENDAR.due_before_working_days(date.fromisoformat(day), 7) == london(latest)


def test_working_days_before_a_date_reach_back_to_the_first_known_and_no_further() -> None:
    assert CALENDAR.due_before_working_days(date(2012, 1, 10), 5) == london("2012-01-03 17:00")
    with pytest.raises(OutsideCalendar):
        CALENDAR.due_before_working_days(date(2012, 1, 10), 6)


def test_a_break_takes_out_the_working_days_wholly_within_it() -> None:
    event = london("2026-11-18 12:00")
    whole = (london("2026-11-19 09:00"), london("2026-11-20 17:00"))  # Thursday and Friday
    partly = (london("2026-11-19 09:01"), london("2026-11-20 16:59"))
    assert CALENDAR.due_after_working_days(event, 1, breaks=[whole]) == london("2026-11-23 17:00")
    assert CALENDAR.due_after_working_days(event, 1, breaks=[partly]) == london("2026-11-19 17:00")


def test_a_break_over_the_first_day_makes_the_day_after_it_day_0() -> None:
    over = (london("2026-11-18 08:00"), london("2026-11-18 18:00"))
    assert CALENDAR.due_after_working_days(london("2026-11-18 08:30"), 1, breaks=[over]) == london("2026-11-20 17:00")


# Working hours


@pytest.mark.parametrize(
    ("event", "hours", "ends"),
    [
        ("2026-11-18 12:00", 5, "2026-11-18 17:00"),  # used up at closing, not at the next opening
        ("2026-11-18 09:00", 8, "2026-11-18 17:00"),
        ("2026-11-18 12:00", 6, "2026-11-19 10:00"),
        ("2026-11-18 17:00", 1, "2026-11-19 10:00"),
        ("2026-11-18 20:00", 4, "2026-11-19 13:00"),
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),
        ("2026-12-24 16:00", 9, "2026-12-29 17:00"),
        ("2026-03-27 16:00", 2, "2026-03-30 10:00"),
        ("2026-10-23 16:00", 2, "2026-10-26 10:00"),
        ("2026-11-18 20:00", 0, "2026-11-19 09:00"),
    ],
)
def test_working_hours(event: str, hours: int, ends: str) -> None:
    assert CALENDAR.add_working_hours(london(event), hours * HOUR) == london(ends)


def test_a_break_takes_out_working_time() -> None:
    event, lunch = london("2026-11-18 10:00"), (london("2026-11-18 12:00"), london("2026-11-18 13:00"))
    assert CALENDAR.add_working_hours(event, 2 * HOUR, breaks=[lunch]) == london("2026-11-18 12:00")
    assert CALENDAR.add_working_hours(event, 3 * HOUR, breaks=[lunch]) == london("2026-11-18 14:00")
    assert CALENDAR.add_working_hours(event, 3 * HOUR, breaks=[lunch, lunch]) == london("2026-11-18 14:00")


def test_working_time_is_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_hours(london("2026-11-18 10:00"), -HOUR)


def test_working_time_between() -> None:
    friday, monday = london("2026-11-20 16:00"), london("2026-11-23 10:00")
    assert CALENDAR.working_time(friday, monday) == 2 * HOUR
    assert CALENDAR.working_time(monday, friday) == -2 * HOUR
    assert days_of_eight(12 * HOUR) == 1.5


@pytest.mark.parametrize(
    ("raised", "now", "age"),
    [
        ("2026-11-18 12:00", "2026-11-18 16:00", 0),
        ("2026-11-18 12:00", "2026-11-19 08:59", 0),
        ("2026-11-18 12:00", "2026-11-19 09:00", 1),
        ("2026-11-18 12:00", "2026-11-22 12:00", 2),
        ("2026-11-21 12:00", "2026-11-22 12:00", 0),  # raised and looked at on the same weekend
        ("2026-12-24 12:00", "2026-12-29 12:00", 1),
    ],
)
def test_age_in_working_days(raised: str, now: str, age: int) -> None:
    assert CALENDAR.working_days_between(london(raised), london(now)) == age


# Properties


@given(instants)
def test_a_start_lands_on_a_working_instant_and_stays_there(moment: datetime) -> None:
    start = CALENDAR.effective_start(moment)
    assert start >= moment
    assert CALENDAR.is_working(start)
    assert CALENDAR.effective_start(start) == start


@given(instants, few_days, st.sampled_from(DayZero), breaks)
def test_days_land_on_a_working_instant_at_five(
    moment: datetime, days: int, day_zero: DayZero, away: list[Break]
) -> None:
    ends = CALENDAR.due_after_working_days(moment, days + 1, day_zero=day_zero, breaks=away)
    assert CALENDAR.is_working(ends)
    assert ends.astimezone(LONDON).time() == time(17)
    assert ends.tzinfo is UTC


@given(instants, spans, breaks)
def test_hours_land_on_a_working_instant(moment: datetime, length: timedelta, away: list[Break]) -> None:
    assert CALENDAR.is_working(CALENDAR.add_working_hours(moment, length, breaks=away))


@given(instants, instants, few_days, spans)
def test_later_events_are_never_due_earlier(one: datetime, other: datetime, days: int, length: timedelta) -> None:
    first, second = sorted([one, other])
    assert CALENDAR.due_after_working_days(first, days) <= CALENDAR.due_after_working_days(second, days)
    assert CALENDAR.add_working_hours(first, length) <= CALENDAR.add_working_hours(second, length)
    assert CALENDAR.working_days_between(first, second) <= CALENDAR.working_days_between(first, second + length)


@given(instants, few_days, spans, breaks)
def test_more_is_never_due_earlier(moment: datetime, days: int, length: timedelta, away: list[Break]) -> None:
    ends = CALENDAR.due_after_working_days(moment, days, breaks=away)
    assert ends < CALENDAR.due_after_working_days(moment, days + 1, breaks=away)
    assert ends >= CALENDAR.due_after_working_days(moment, days)
    assert CALENDAR.add_working_hours(moment, length, breaks=away) >= CALENDAR.add_working_hours(moment, length)


@given(instants, few_days, few_days)
@example(london("2026-11-18 17:00"), 1, 1)
def test_days_compose(moment: datetime, first: int, second: int) -> None:
    in_two = CALENDAR.due_after_working_days(CALENDAR.due_after_working_days(moment, first), second)
    assert in_two == CALENDAR.due_after_working_days(moment, first + second)


@given(instants, spans, spans)
@example(london("2026-11-18 12:00"), 5 * HOUR, HOUR)
def test_hours_compose(moment: datetime, first: timedelta, second: timedelta) -> None:
    in_two = CALENDAR.add_working_hours(CALENDAR.add_working_hours(moment, first), second)
    assert in_two == CALENDAR.add_working_hours(moment, first + second)


@given(instants, instants, instants)
def test_working_time_adds_up_and_turns_round(a: datetime, b: datetime, c: datetime) -> None:
    assert CALENDAR.working_time(a, b) + CALENDAR.working_time(b, c) == CALENDAR.working_time(a, c)
    assert CALENDAR.working_time(a, b) == -CALENDAR.working_time(b, a)


@given(instants, spans, few_days)
def test_what_was_added_has_passed(moment: datetime, length: timedelta, days: int) -> None:
    assert CALENDAR.working_time(moment, CALENDAR.add_working_hours(moment, length)) == length
    assert CALENDAR.working_days_between(moment, CALENDAR.due_after_working_days(moment, days)) == days


@given(instants, few_days)
def test_so_many_days_before_and_after_meet(moment: datetime, days: int) -> None:
    ends = CALENDAR.due_after_working_days(moment, days)
    start = CALENDAR.due_before_working_days(CALENDAR.date_of(ends), days)
    assert CALENDAR.date_of(start) == CALENDAR.date_of(CALENDAR.effective_start(moment))


@given(instants, few_days, spans, st.sampled_from(["Pacific/Auckland", "America/Lima", "Europe/London"]))
def test_the_zone_of_the_question_does_not_matter(moment: datetime, days: int, length: timedelta, zone: str) -> None:
    there = moment.astimezone(ZoneInfo(zone))
    assert CALENDAR.due_after_working_days(there, days) == CALENDAR.due_after_working_days(moment, days)
    assert CALENDAR.add_working_hours(there, length) == CALENDAR.add_working_hours(moment, length)


# A second opinion

lengths = st.integers(1, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))
slowly = settings(max_examples=60)


@slowly
@given(instants)
def test_starts_as_the_minutes_say(moment: datetime) -> None:
    assert CALENDAR.effective_start(moment) == SlowCalendar().effective_start(moment)
    assert CALENDAR.is_working(moment) == SlowCalendar().is_working(moment)


@slowly
@given(instants, st.integers(1, 30), st.sampled_from(DayZero), breaks)
def test_working_days_as_the_days_say(moment: datetime, days: int, day_zero: DayZero, away: list[Break]) -> None:
    slow = SlowCalendar(away).due_after_working_days(moment, days, day_zero)
    assert CALENDAR.due_after_working_days(moment, days, day_zero=day_zero, breaks=away) == slow


@slowly
@given(instants, lengths, st.lists(st.tuples(spans, spans), max_size=3))
def test_working_hours_as_the_minutes_say(
    moment: datetime, length: timedelta, away: list[tuple[timedelta, timedelta]]
) -> None:
    gone = [(moment + after, moment + after + long) for after, long in away]
    slow = SlowCalendar(gone).add_working_hours(moment, length)
    assert CALENDAR.add_working_hours(moment, length, breaks=gone) == slow


@slowly
@given(instants, spans)
def test_working_time_as_the_minutes_say(moment: datetime, length: timedelta) -> None:
    assert CALENDAR.working_time(moment, moment + length) == SlowCalendar().working_time(moment, moment + length)


def test_every_clock_change_and_the_days_about_it() -> None:
    slow = SlowCalendar()
    assert len(CLOCK_CHANGES) == 2 * 19
    for change in CLOCK_CHANGES:
        for at in (time(0, 30), time(1, 30), time(2, 30), time(12)):
            moment = datetime.combine(change, at, LONDON).astimezone(UTC)
            assert CALENDAR.effective_start(moment) == slow.effective_start(moment)
            assert CALENDAR.due_after_working_days(moment, 1) == slow.due_after_working_days(moment, 1, DAY_0)


def test_every_day_is_a_working_day_or_not_as_the_days_say() -> None:
    assert all(CALENDAR.is_working_day(day) == SlowCalendar().works_on(day) for day in DAYS)


# Edges


@pytest.mark.parametrize("text", ["2011-12-31 23:59", "2031-01-01 00:01", "2035-06-01 12:00"])
def test_no_date_is_given_where_the_holidays_are_not_known(text: str) -> None:
    with pytest.raises(OutsideCalendar, match="2012-01-01 to 2030-12-31"):
        CALENDAR.due_after_working_days(london(text), 1)
    with pytest.raises(OutsideCalendar):
        CALENDAR.working_time(london("2026-01-01 12:00"), london(text))


def test_a_date_beyond_the_last_known_day_is_not_given() -> None:
    last = london("2030-12-31 16:00")
    assert CALENDAR.due_after_working_days(last, 0) == london("2030-12-31 17:00")
    for beyond in (
        lambda: CALENDAR.due_after_working_days(last, 1),
        lambda: CALENDAR.add_working_hours(last, 2 * HOUR),
        lambda: CALENDAR.next_opening(last),
        lambda: CALENDAR.effective_start(london("2030-12-31 17:01")),
        lambda: CALENDAR.is_working_day(date(2031, 1, 1)),
        lambda: CALENDAR.due_before_working_days(date(2012, 1, 5), 7),
    ):
        with pytest.raises(OutsideCalendar):
            beyond()


def test_the_calendar_reaches_to_its_last_midnight() -> None:
    assert CALENDAR.working_time(london("2030-12-31 12:00"), london("2031-01-01 00:00")) == 5 * HOUR


def test_a_datetime_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        CALENDAR.is_working(datetime(2026, 11, 18, 12))  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        Quarter.of(datetime(2026, 11, 18, 12))  # noqa: DTZ001


def test_a_calendar_that_cannot_be() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    with pytest.raises(ValueError, match="cannot close"):
        Calendar(version="x", first=first, last=last, holidays=frozenset(), opens=time(17), closes=time(9))
    with pytest.raises(ValueError, match="cannot end"):
        Calendar(version="x", first=last, last=first, holidays=frozenset())


def test_hours_are_data() -> None:
    early = Calendar(
        version="x",
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        holidays=frozenset(),
        opens=time(8),
        closes=time(16),
    )
    assert early.due_after_working_days(london("2026-11-18 07:30"), 1) == london("2026-11-19 16:00")
    assert early.add_working_hours(london("2026-11-18 15:00"), HOUR) == london("2026-11-18 16:00")


def test_a_working_date_is_fast_enough_to_sweep() -> None:
    moment = london("2026-11-18 12:00")
    best = min(timeit.repeat(lambda: CALENDAR.due_after_working_days(moment, 15), number=2000, repeat=5)) / 2000
    assert best < 20e-6


# Quarters


@pytest.mark.parametrize("year", ["2026/27", "2026-27"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_quarter_is_read_in_both_forms_and_printed_in_one(year: str, number: int) -> None:
    quarter = Quarter.parse(year, f"Q{number}")
    assert (quarter.year, quarter.slug, quarter.number) == ("2026/27", "2026-27", number)
    assert str(quarter) == f"2026/27 Q{number}"
    assert Quarter.parse(quarter.slug, f"Q{number}") == quarter


@pytest.mark.parametrize(
    ("year", "quarter"),
    [
        ("2026/28", "Q1"),
        ("2026", "Q1"),
        ("2026/2027", "Q1"),
        ("2026 27", "Q1"),
        ("26/27", "Q1"),
        ("", "Q1"),
        ("２０２６/27", "Q1"),
        ("0026/27", "Q1"),
        ("2026/27", "Q5"),
        ("2026/27", "Q0"),
        ("2026/27", "2"),
        ("2026/27", "Q²"),
        ("2026/27", ""),
    ],
)
def test_what_is_no_quarter_is_refused_with_the_cure(year: str, quarter: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (year|quarter)"):
        Quarter.parse(year, quarter)


def test_a_century_turns() -> None:
    assert Quarter.parse("2099/00", "Q4").ends == london("2100-04-01 00:00")
    assert Quarter.parse("2099-00", "Q1").year == "2099/00"


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [(1, "2026-04-01", "2026-06-30"), (2, "2026-07-01", "2026-09-30"), (3, "2026-10-01", "2026-12-31"),
     (4, "2027-01-01", "2027-03-31")],
)  # fmt: skip
def test_the_days_of_a_quarter(number: int, first: str, last: str) -> None:
    quarter = Quarter(2026, number)
    assert (quarter.first_day.isoformat(), quarter.last_day.isoformat()) == (first, last)


def test_a_quarter_ends_at_midnight_in_london() -> None:
    quarter = Quarter(2026, 1)
    assert quarter.starts == datetime(2026, 3, 31, 23, tzinfo=UTC)
    assert quarter.ends == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert Quarter(2026, 4).starts == datetime(2027, 1, 1, tzinfo=UTC)
    assert quarter.starts in quarter
    assert quarter.ends not in quarter
    assert Quarter.of(quarter.ends) == Quarter(2026, 2)


@given(instants)
def test_every_instant_lies_in_its_quarter_and_no_other(moment: datetime) -> None:
    quarter = Quarter.of(moment)
    assert moment in quarter
    assert moment not in quarter.next()
    assert moment not in quarter.previous()
    assert Quarter.of(moment.astimezone(LONDON).date()) == quarter
    assert year_of(moment) == quarter.year


@given(instants, st.integers(0, 12))
def test_quarters_follow_each_other_without_a_gap(moment: datetime, count: int) -> None:
    quarter = Quarter.of(moment)
    run = (*quarter.preceding(count), quarter)
    assert len(run) == count + 1
    assert all(one.ends == other.starts and one.next() == other for one, other in pairwise(run))
    assert list(run) == sorted(run)
    assert quarter.next().previous() == quarter


def test_numbers_that_are_no_quarter() -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        Quarter(2026, 5)
    with pytest.raises(ValueError, match="not a year"):
        Quarter(26, 1)
