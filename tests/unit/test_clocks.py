"""Rules and clocks: every unit, disputed starts, pauses, agreed dates, recalculation and the margin at the end."""

import ast
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared import calendar as calendar_module
from shared import clocks as clocks_module
from shared import deadlines as deadlines_module
from shared.calendar import DayZero
from shared.clocks import (
    Bound,
    Clock,
    ClockRefused,
    Occasion,
    Pause,
    Rule,
    Start,
    Unit,
    agree,
    candidates,
    due,
    is_late,
    pause,
    recalculate,
    resume,
    start,
    stop,
)
from shared.days import LONDON
from tests.unit.working_time import CALENDAR, instants, london, spans

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAY_1 = DayZero.TRIGGER_IS_DAY_1
CONTACT, LEAD = "a contact", "an agency's lead"
NEWER = replace(CALENDAR, version="a newer one", holidays=CALENDAR.holidays | {date(2026, 11, 20)})


def counted(amount: int, unit: Unit, **more: Any) -> Rule:
    return Rule(code="a_rule", version="1", amount=amount, unit=unit, **more)


RAPID_REVIEW = Rule(
    code="rapid_review",
    version="1",
    amount=15,
    unit=Unit.WORKING_DAYS,
    starts=(
        Start(code="awareness", event="aware"),
        Start(code="notified_day_0", event="notified"),
        Start(code="notified_day_1", event="notified", day_zero=DAY_1),
    ),
)
FIVE_DAYS = counted(5, Unit.WORKING_DAYS)
WEDNESDAY = london("2026-11-18 12:00")
NEXT_WEDNESDAY = london("2026-11-25 17:00")


def running(by_rule: Rule = FIVE_DAYS, opened: datetime = WEDNESDAY) -> Clock:
    return start(by_rule, {"stage_opened": opened}, CALENDAR, at=opened, by=CONTACT)


def away(began: str, ended: str | None) -> Pause:
    return Pause(began=london(began), ended=london(ended) if ended else None, by=CONTACT, why="a hold")


def refusal(of: pytest.ExceptionInfo[ClockRefused]) -> str:
    return of.value.code


# Each unit


@pytest.mark.parametrize(
    ("amount", "unit", "event", "falls_due"),
    [
        (4, Unit.CLOCK_HOURS, "2026-11-21 23:00", "2026-11-22 03:00"),
        (4, Unit.CLOCK_HOURS, "2026-03-28 23:00", "2026-03-29 04:00"),  # an hour is missing in this night
        (4, Unit.CLOCK_HOURS, "2026-10-24 23:00", "2026-10-25 02:00"),  # and this one has one more
        (48, Unit.CLOCK_HOURS, "2026-12-24 12:00", "2026-12-26 12:00"),
        (16, Unit.WORKING_HOURS, "2026-12-24 12:00", "2026-12-30 12:00"),
        (2, Unit.WORKING_DAYS, "2026-12-24 12:00", "2026-12-30 17:00"),
        (7, Unit.CALENDAR_DAYS, "2026-11-18 12:00", "2026-11-25 17:00"),
        (3, Unit.CALENDAR_DAYS, "2026-11-18 20:00", "2026-11-21 17:00"),  # a Saturday stays a Saturday
        (6, Unit.MONTHS, "2026-08-31 12:00", "2027-02-28 17:00"),
        (6, Unit.MONTHS, "2027-08-31 12:00", "2028-02-29 17:00"),
        (12, Unit.MONTHS, "2028-02-29 12:00", "2029-02-28 17:00"),
        (1, Unit.MONTHS, "2026-12-15 12:00", "2027-01-15 17:00"),
    ],
)
def test_each_unit(amount: int, unit: Unit, event: str, falls_due: str) -> None:
    assert due(counted(amount, unit), london(event), CALENDAR) == london(falls_due)


@pytest.mark.parametrize(
    ("amount", "unit", "falls_due"),
    [
        (15, Unit.WORKING_DAYS, "2026-12-08 17:00"),
        (7, Unit.CALENDAR_DAYS, "2026-11-24 17:00"),
        (6, Unit.MONTHS, "2027-05-17 17:00"),
    ],
)
def test_where_the_trigger_is_day_1(amount: int, unit: Unit, falls_due: str) -> None:
    assert due(counted(amount, unit, day_zero=DAY_1), WEDNESDAY, CALENDAR) == london(falls_due)


def test_six_months_from_the_first_as_day_1_end_with_the_month() -> None:
    rule_ = counted(6, Unit.MONTHS, day_zero=DAY_1)
    assert due(rule_, london("2026-03-01 12:00"), CALENDAR) == london("2026-08-31 17:00")


def test_working_days_before_an_event_at_whatever_hour() -> None:
    before = counted(7, Unit.WORKING_DAYS, bound=Bound.BEFORE)
    for hour in ("00:00", "12:00", "23:59"):
        assert due(before, london(f"2026-11-18 {hour}"), CALENDAR) == london("2026-11-09 17:00")


def test_forty_eight_hours_and_two_working_days_are_different_rules() -> None:
    friday = london("2026-11-20 12:00")
    assert due(counted(48, Unit.CLOCK_HOURS), friday, CALENDAR) == london("2026-11-22 12:00")
    assert due(counted(2, Unit.WORKING_DAYS), friday, CALENDAR) == london("2026-11-24 17:00")
    assert due(counted(16, Unit.WORKING_HOURS), friday, CALENDAR) == london("2026-11-24 12:00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0, "unit": Unit.MONTHS},
        {"amount": 7, "unit": Unit.MONTHS, "bound": Bound.BEFORE},
        {"amount": 7, "unit": Unit.CLOCK_HOURS, "day_zero": DAY_1},
        {"amount": 7, "unit": Unit.WORKING_HOURS, "starts": (Start(code="x", event="x", day_zero=DAY_1),)},
        {"amount": 7, "unit": Unit.WORKING_DAYS, "bound": Bound.BEFORE, "day_zero": DAY_1},
        {"amount": 7, "unit": Unit.MONTHS, "starts": (Start(code="x", event="x"), Start(code="x", event="y"))},
    ],
)
def test_a_rule_that_cannot_be_counted_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Rule(code="a_rule", version="1", **wrong)


def test_an_instant_without_a_zone_starts_nothing() -> None:
    for unit in Unit:
        with pytest.raises(ValueError, match="no time zone"):
            due(counted(1, unit), datetime(2026, 11, 18, 12), CALENDAR)  # noqa: DTZ001


forward = [
    counted(amount, unit, day_zero=day_zero)
    for amount, unit, day_zero in product([1, 2, 5, 15], Unit, DayZero)
    if day_zero is not DAY_1 or unit in {Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS}
]
rules = st.sampled_from(forward)
gaps = st.lists(st.tuples(spans, spans), max_size=3)
Gaps = list[tuple[timedelta, timedelta]]


@given(rules, instants, spans)
def test_later_events_are_never_due_earlier(by_rule: Rule, moment: datetime, later: timedelta) -> None:
    assert due(by_rule, moment, CALENDAR) <= due(by_rule, moment + later, CALENDAR)


@given(rules, instants)
def test_a_date_is_an_instant_in_utc_at_or_after_its_event(by_rule: Rule, moment: datetime) -> None:
    ends = due(by_rule, moment, CALENDAR)
    assert ends.tzinfo is UTC
    if by_rule.day_zero is not DAY_1 or by_rule.amount > 1:
        assert ends > moment


@given(instants, st.integers(1, 96))
def test_clock_hours_are_elapsed_time(moment: datetime, hours: int) -> None:
    assert due(counted(hours, Unit.CLOCK_HOURS), moment, CALENDAR) - moment == hours * HOUR


@given(instants, st.integers(1, 36))
def test_months_keep_the_day_of_the_month_where_there_is_one(moment: datetime, months: int) -> None:
    day = moment.astimezone(LONDON).date()
    if day.year + months // 12 + 1 > 2030:
        day, moment = date(2026, 1, day.day), datetime(2026, 1, day.day, 12, tzinfo=UTC)
    ends = due(counted(months, Unit.MONTHS), moment, CALENDAR).astimezone(LONDON).date()
    assert (ends.year - day.year) * 12 + ends.month - day.month == months
    assert ends.day == day.day or (ends.day < day.day and (ends + timedelta(days=1)).day == 1)


# Pauses


@pytest.mark.parametrize(
    ("unit", "amount", "began", "ended", "falls_due"),
    [
        (Unit.WORKING_DAYS, 5, "2026-11-18 18:00", "2026-11-23 08:00", "2026-11-27 17:00"),  # Thursday and Friday
        (Unit.WORKING_DAYS, 5, "2026-11-19 10:00", "2026-11-20 10:00", "2026-11-25 17:00"),  # no whole day
        (Unit.WORKING_DAYS, 5, "2026-11-20 17:00", "2026-11-23 09:00", "2026-11-25 17:00"),  # a weekend
        (Unit.WORKING_DAYS, 5, "2026-11-30 08:00", "2026-12-04 18:00", "2026-11-25 17:00"),  # after the date
        (Unit.WORKING_HOURS, 8, "2026-11-18 14:00", "2026-11-18 16:00", "2026-11-19 14:00"),
        (Unit.WORKING_HOURS, 8, "2026-11-18 14:00", "2026-11-19 12:00", "2026-11-20 10:00"),
        (Unit.CLOCK_HOURS, 8, "2026-11-18 14:00", "2026-11-18 16:30", "2026-11-18 22:30"),
        (Unit.CLOCK_HOURS, 8, "2026-11-18 11:00", "2026-11-18 13:00", "2026-11-18 21:00"),  # began before the event
        (Unit.CLOCK_HOURS, 8, "2026-11-18 20:00", "2026-11-18 23:00", "2026-11-18 20:00"),  # at the date
        (Unit.CALENDAR_DAYS, 7, "2026-11-19 12:00", "2026-11-22 12:00", "2026-11-27 17:00"),  # Friday and Saturday
        (Unit.CALENDAR_DAYS, 7, "2026-11-19 00:00", "2026-11-20 00:00", "2026-11-26 17:00"),
        (Unit.MONTHS, 6, "2027-01-10 12:00", "2027-01-20 12:00", "2027-05-27 17:00"),
        (Unit.MONTHS, 6, "2026-10-01 12:00", "2026-10-20 12:00", "2027-05-18 17:00"),  # before the event
    ],
)
def test_a_pause_takes_out_days_or_time(unit: Unit, amount: int, began: str, ended: str, falls_due: str) -> None:
    assert due(counted(amount, unit), WEDNESDAY, CALENDAR, [away(began, ended)]) == london(falls_due)


@pytest.mark.parametrize("unit", Unit)
def test_a_pause_that_lasts_takes_out_nothing_yet(unit: Unit) -> None:
    by_rule = counted(5, unit)
    assert due(by_rule, WEDNESDAY, CALENDAR, [away("2026-11-18 13:00", None)]) == due(by_rule, WEDNESDAY, CALENDAR)


def test_nothing_moves_a_date_that_is_counted_back() -> None:
    before = counted(7, Unit.WORKING_DAYS, bound=Bound.BEFORE)
    assert due(before, WEDNESDAY, CALENDAR, [away("2026-11-10 08:00", "2026-11-12 18:00")]) == london(
        "2026-11-09 17:00"
    )


@given(rules, instants, gaps, spans)
def test_a_longer_pause_never_brings_the_date_forward(
    by_rule: Rule, moment: datetime, gone: Gaps, more: timedelta
) -> None:
    def pauses(longer: timedelta) -> list[Pause]:
        return [
            Pause(began=moment + after, ended=moment + after + length + longer, by="x", why="y")
            for after, length in gone
        ]

    short = due(by_rule, moment, CALENDAR, pauses(timedelta(0)))
    assert due(by_rule, moment, CALENDAR) <= short <= due(by_rule, moment, CALENDAR, pauses(more))


@given(rules, instants, spans, spans, spans)
def test_a_pause_in_two_parts_that_touch_never_takes_out_more_than_the_whole(
    by_rule: Rule, moment: datetime, after: timedelta, first: timedelta, second: timedelta
) -> None:
    a, b, c = moment + after, moment + after + first, moment + after + first + second
    parts = [Pause(began=a, ended=b, by="x", why="y"), Pause(began=b, ended=c, by="x", why="y")]
    whole = [Pause(began=a, ended=c, by="x", why="y")]
    in_parts, in_one = due(by_rule, moment, CALENDAR, parts), due(by_rule, moment, CALENDAR, whole)
    assert in_parts <= in_one
    if by_rule.unit in {Unit.CLOCK_HOURS, Unit.WORKING_HOURS}:
        assert in_parts == in_one


@pytest.mark.parametrize("day_zero", DayZero)
def test_a_pause_over_the_first_day_makes_the_day_after_it_the_first(day_zero: DayZero) -> None:
    midnight, over = london("2026-11-18 00:00"), away("2026-11-18 00:00", "2026-11-19 00:00")
    for unit in (Unit.CALENDAR_DAYS, Unit.WORKING_DAYS):
        by_rule = counted(1, unit, day_zero=day_zero)
        falls_due = due(by_rule, midnight, CALENDAR, [over])
        assert falls_due == due(by_rule, london("2026-11-19 00:00"), CALENDAR)


def test_pauses_that_overlap_take_out_their_time_once() -> None:
    both = [away("2026-11-18 13:00", "2026-11-18 15:00"), away("2026-11-18 14:00", "2026-11-18 16:00")]
    for unit in (Unit.CLOCK_HOURS, Unit.WORKING_HOURS):
        assert due(counted(2, unit), WEDNESDAY, CALENDAR, both) == london("2026-11-18 17:00")


@given(st.sampled_from([rule_ for rule_ in forward if rule_.unit is Unit.CALENDAR_DAYS]), instants, gaps)
def test_calendar_days_as_the_days_say(by_rule: Rule, moment: datetime, gone: Gaps) -> None:
    pauses = [Pause(began=moment + a, ended=moment + a + b, by="x", why="y") for a, b in gone]
    day = moment.astimezone(LONDON).date()
    while _is_away(day, pauses):
        day += DAY
    for _ in range(by_rule.amount - by_rule.day_zero.first):
        day += DAY
        while _is_away(day, pauses):
            day += DAY
    assert due(by_rule, moment, CALENDAR, pauses) == london(f"{day} 17:00")


def _is_away(day: date, pauses: list[Pause]) -> bool:
    begins, ends = london(f"{day} 00:00"), london(f"{day + DAY} 00:00")
    return any(pause_.ended and pause_.began <= begins and ends <= pause_.ended for pause_ in pauses)


@given(instants, st.integers(1, 48), gaps)
def test_clock_hours_as_the_minutes_say(moment: datetime, hours: int, gone: Gaps) -> None:
    pauses = [Pause(began=moment + a, ended=moment + a + b, by="x", why="y") for a, b in gone]
    left, at = hours * 60, moment
    while left:
        left -= not any(pause_.ended and pause_.began <= at < pause_.ended for pause_ in pauses)
        at += timedelta(minutes=1)
    assert due(counted(hours, Unit.CLOCK_HOURS), moment, CALENDAR, pauses) == at


# Disputed starts

AWARE, NOTIFIED = london("2026-11-16 10:00"), london("2026-11-18 16:00")
BOTH = {"aware": AWARE, "notified": NOTIFIED}


def test_every_candidate_is_shown_the_earliest_first() -> None:
    shown = [(found.start, found.due) for found in candidates(RAPID_REVIEW, BOTH, CALENDAR)]
    assert shown == [
        ("awareness", london("2026-12-07 17:00")),
        ("notified_day_1", london("2026-12-08 17:00")),
        ("notified_day_0", london("2026-12-09 17:00")),
    ]


def test_the_earliest_is_the_default() -> None:
    clock = start(RAPID_REVIEW, BOTH, CALENDAR, at=NOTIFIED, by=LEAD)
    assert (clock.chosen.start, clock.started, clock.due) == ("awareness", AWARE, london("2026-12-07 17:00"))
    assert len(clock.candidates) == 3


def test_the_earliest_is_the_one_with_the_earliest_date_whichever_happened_first() -> None:
    same_day = {"aware": london("2026-11-16 10:00"), "notified": london("2026-11-16 12:00")}
    clock = start(RAPID_REVIEW, same_day, CALENDAR, at=NOTIFIED, by=LEAD)
    assert (clock.chosen.start, clock.due) == ("notified_day_1", london("2026-12-04 17:00"))


def test_another_start_is_chosen_by_somebody_for_a_reason() -> None:
    clock = start(
        RAPID_REVIEW, BOTH, CALENDAR, at=NOTIFIED, by=LEAD, chosen="notified_day_0", why="the area's own protocol"
    )
    assert clock.chosen.start == "notified_day_0"
    assert (clock.chosen.by, clock.chosen.why) == (LEAD, "the area's own protocol")
    assert clock.due == london("2026-12-09 17:00")
    with pytest.raises(ClockRefused) as refused:
        start(RAPID_REVIEW, BOTH, CALENDAR, at=NOTIFIED, by=LEAD, chosen="notified_day_0")
    assert refusal(refused) == "reason_needed"


def test_what_has_not_happened_starts_nothing() -> None:
    with pytest.raises(ClockRefused) as refused:
        start(RAPID_REVIEW, {"aware": AWARE}, CALENDAR, at=AWARE, by=LEAD, chosen="notified_day_0", why="x")
    assert refusal(refused) == "unknown_start"
    with pytest.raises(ClockRefused) as refused:
        start(RAPID_REVIEW, {"published": AWARE}, CALENDAR, at=AWARE, by=LEAD)
    assert refusal(refused) == "no_start"


def test_what_only_lasts_is_no_clock() -> None:
    public = counted(12, Unit.MONTHS, bound=Bound.FOR)
    assert due(public, WEDNESDAY, CALENDAR) == london("2027-11-18 17:00")
    with pytest.raises(ClockRefused) as refused:
        running(public)
    assert refusal(refused) == "not_a_deadline"


# A clock's life


def test_a_clock_keeps_what_it_was_reckoned_by() -> None:
    clock = running()
    assert (clock.rule, clock.rule_version, clock.calendar_version) == ("a_rule", "1", CALENDAR.version)
    assert (clock.started, clock.due, clock.target) == (WEDNESDAY, NEXT_WEDNESDAY, NEXT_WEDNESDAY)
    assert [given_.occasion for given_ in clock.dates] == [Occasion.STARTED]
    with pytest.raises(FrozenInstanceError):
        clock.due = WEDNESDAY  # type: ignore[misc]


def test_done_on_the_very_instant_is_in_time() -> None:
    assert not is_late(running(), NEXT_WEDNESDAY)
    assert is_late(running(), NEXT_WEDNESDAY + timedelta(microseconds=1))
    done = stop(running(), FIVE_DAYS, CALENDAR, at=NEXT_WEDNESDAY, by=LEAD)
    assert (done.margin, is_late(done, london("2027-01-01 12:00"))) == (timedelta(0), False)


@pytest.mark.parametrize(
    ("unit", "at", "margin"),
    [
        (Unit.WORKING_DAYS, "2026-11-24 15:00", 10 * HOUR),
        (Unit.WORKING_DAYS, "2026-11-22 15:00", 24 * HOUR),
        (Unit.WORKING_DAYS, "2026-11-26 10:00", -HOUR),
        (Unit.WORKING_HOURS, "2026-11-18 16:30", HOUR / 2),
        (Unit.CLOCK_HOURS, "2026-11-18 18:00", -HOUR),
        (Unit.CALENDAR_DAYS, "2026-11-20 16:00", 9 * HOUR),
    ],
)
def test_the_margin(unit: Unit, at: str, margin: timedelta) -> None:
    by_rule = counted(5, unit)
    done = stop(running(by_rule), by_rule, CALENDAR, at=london(at), by=LEAD)
    assert (done.margin, done.stopped, done.stopped_by) == (margin, london(at), LEAD)
    assert is_late(done, london(at)) is (margin < timedelta(0))


def test_an_earlier_date_that_both_sides_agreed_is_the_one_that_counts() -> None:
    friday = london("2026-11-20 12:00")
    clock = agree(running(), friday, at=WEDNESDAY, by=CONTACT, why="what protects the child")
    assert (clock.due, clock.target) == (NEXT_WEDNESDAY, friday)
    done = stop(clock, FIVE_DAYS, CALENDAR, at=london("2026-11-20 13:00"), by=LEAD)
    assert is_late(done, done.target)
    assert done.margin == -HOUR


@pytest.mark.parametrize("approver", [None, CONTACT])
def test_a_later_date_needs_the_approval_of_another(approver: str | None) -> None:
    with pytest.raises(ClockRefused) as refused:
        agree(running(), london("2026-11-30 17:00"), at=WEDNESDAY, by=CONTACT, why="leave", approver=approver)
    assert refusal(refused) == "approver_needed"


def test_a_later_date_with_a_reason_and_an_approver() -> None:
    later = london("2026-11-30 17:00")
    clock = agree(running(), later, at=WEDNESDAY, by=CONTACT, why="the only witness is away", approver=LEAD)
    assert (clock.due, clock.target) == (NEXT_WEDNESDAY, later)
    assert [(given_.target, given_.approver) for given_ in clock.dates] == [(NEXT_WEDNESDAY, None), (later, LEAD)]


def test_an_agreed_date_is_not_quietly_put_back() -> None:
    clock = agree(running(), london("2026-11-20 12:00"), at=WEDNESDAY, by=CONTACT, why="what protects the child")
    with pytest.raises(ClockRefused) as refused:
        agree(clock, NEXT_WEDNESDAY, at=WEDNESDAY, by=CONTACT, why="second thoughts")
    assert refusal(refused) == "approver_needed"


@pytest.mark.parametrize(
    ("until", "why", "code"),
    [
        (NEXT_WEDNESDAY, "x", "same_date"),
        (WEDNESDAY, "x", "past"),
        (london("2026-11-20 12:00"), " ", "reason_needed"),
    ],
)
def test_a_date_that_cannot_be_agreed(until: datetime, why: str, code: str) -> None:
    with pytest.raises(ClockRefused) as refused:
        agree(running(), until, at=WEDNESDAY, by=CONTACT, why=why)
    assert refusal(refused) == code


def test_a_pause_halts_the_clock_and_takes_out_its_days() -> None:
    held = pause(running(), at=london("2026-11-18 18:00"), by=LEAD, why="an inquest")
    assert held.paused_since == london("2026-11-18 18:00")
    assert not is_late(held, london("2027-06-01 12:00"))
    on = resume(held, FIVE_DAYS, CALENDAR, at=london("2026-11-23 08:00"), by=LEAD)
    assert (on.paused_since, on.due) == (None, london("2026-11-27 17:00"))
    assert [given_.occasion for given_ in on.dates] == [Occasion.STARTED, Occasion.RESUMED]
    again = pause(on, at=london("2026-11-23 18:00"), by=LEAD, why="another")
    assert resume(again, FIVE_DAYS, CALENDAR, at=london("2026-11-24 18:00"), by=LEAD).due == london("2026-11-30 17:00")


def test_a_date_that_people_set_moves_with_the_pause() -> None:
    clock = agree(running(), london("2026-11-20 12:00"), at=WEDNESDAY, by=CONTACT, why="soon")
    held = pause(clock, at=london("2026-11-18 18:00"), by=LEAD, why="an inquest")
    on = resume(held, FIVE_DAYS, CALENDAR, at=london("2026-11-23 18:00"), by=LEAD)  # Thursday, Friday and Monday
    assert on.target == london("2026-11-25 12:00")
    short = resume(held, FIVE_DAYS, CALENDAR, at=london("2026-11-18 20:00"), by=LEAD)
    assert short.target == london("2026-11-20 12:00")


def test_what_is_done_in_a_pause_ends_it() -> None:
    held = pause(running(), at=london("2026-11-18 18:00"), by=LEAD, why="an inquest")
    done = stop(held, FIVE_DAYS, CALENDAR, at=london("2026-11-23 10:00"), by=LEAD)
    assert done.paused_since is None
    assert done.due == london("2026-11-27 17:00")
    assert done.margin == 39 * HOUR


@pytest.mark.parametrize(
    ("at", "why", "code"),
    [
        ("2026-11-19 12:00", "", "reason_needed"),
        ("2026-11-18 11:00", "x", "past"),
        ("2026-11-25 17:01", "x", "run_out"),
    ],
)
def test_a_pause_that_cannot_be(at: str, why: str, code: str) -> None:
    with pytest.raises(ClockRefused) as refused:
        pause(running(), at=london(at), by=LEAD, why=why)
    assert refusal(refused) == code


def test_pauses_do_not_nest_and_do_not_end_before_they_begin() -> None:
    held = pause(running(), at=london("2026-11-19 12:00"), by=LEAD, why="x")
    with pytest.raises(ClockRefused) as refused:
        pause(held, at=london("2026-11-19 13:00"), by=LEAD, why="x")
    assert refusal(refused) == "paused"
    with pytest.raises(ClockRefused) as refused:
        resume(held, FIVE_DAYS, CALENDAR, at=london("2026-11-19 11:00"), by=LEAD)
    assert refusal(refused) == "past"
    with pytest.raises(ClockRefused) as refused:
        resume(running(), FIVE_DAYS, CALENDAR, at=NEXT_WEDNESDAY, by=LEAD)
    assert refusal(refused) == "not_paused"


def test_a_stopped_clock_is_left_alone() -> None:
    done = stop(running(), FIVE_DAYS, CALENDAR, at=london("2026-11-20 12:00"), by=LEAD)
    later = london("2026-11-23 12:00")
    attempts: tuple[Callable[[], Clock], ...] = (
        lambda: stop(done, FIVE_DAYS, CALENDAR, at=later, by=LEAD),
        lambda: pause(done, at=later, by=LEAD, why="x"),
        lambda: agree(done, later, at=WEDNESDAY, by=LEAD, why="x"),
        lambda: recalculate(done, FIVE_DAYS, CALENDAR, at=later, by=LEAD, why="x"),
    )
    for attempt in attempts:
        with pytest.raises(ClockRefused) as refused:
            attempt()
        assert refusal(refused) == "stopped"


# Recalculation


def test_a_newly_proclaimed_holiday_gives_a_date_beside_the_old() -> None:
    clock = recalculate(
        running(),
        FIVE_DAYS,
        NEWER,
        at=london("2026-11-19 12:00"),
        by=LEAD,
        why="a holiday proclaimed",
        approver=CONTACT,
    )
    assert clock.due == london("2026-11-26 17:00")
    assert [(given_.target, given_.calendar_version) for given_ in clock.dates] == [
        (NEXT_WEDNESDAY, CALENDAR.version),
        (london("2026-11-26 17:00"), NEWER.version),
    ]
    with pytest.raises(ClockRefused) as refused:
        recalculate(running(), FIVE_DAYS, NEWER, at=WEDNESDAY, by=LEAD, why="a holiday proclaimed")
    assert refusal(refused) == "approver_needed"


def test_an_earlier_event_that_comes_to_light_brings_the_date_forward() -> None:
    clock = start(RAPID_REVIEW, {"notified": NOTIFIED}, CALENDAR, at=NOTIFIED, by=LEAD)
    assert clock.chosen.start == "notified_day_1"
    again = recalculate(clock, RAPID_REVIEW, CALENDAR, at=NOTIFIED, by=LEAD, why="aware earlier", events=BOTH)
    assert (again.chosen.start, again.due) == ("awareness", london("2026-12-07 17:00"))
    assert [given_.target for given_ in again.dates] == [clock.due, again.due]
    assert len(again.candidates) == 3


def test_a_start_chosen_with_a_reason_stays_chosen() -> None:
    clock = start(RAPID_REVIEW, BOTH, CALENDAR, at=NOTIFIED, by=LEAD, chosen="notified_day_0", why="the protocol")
    again = recalculate(clock, RAPID_REVIEW, CALENDAR, at=NOTIFIED, by=CONTACT, why="looked again")
    assert (again.chosen, again.due) == (clock.chosen, clock.due)
    other = recalculate(clock, RAPID_REVIEW, CALENDAR, at=NOTIFIED, by=CONTACT, why="no protocol", chosen="awareness")
    assert (other.chosen.start, other.chosen.by, other.due) == ("awareness", CONTACT, london("2026-12-07 17:00"))


def test_a_new_version_of_the_rule() -> None:
    stricter = replace(FIVE_DAYS, version="2", amount=3)
    clock = recalculate(running(), stricter, CALENDAR, at=WEDNESDAY, by=LEAD, why="new guidance")
    assert (clock.rule_version, clock.due) == ("2", london("2026-11-23 17:00"))
    assert [given_.rule_version for given_ in clock.dates] == ["1", "2"]


def test_what_people_agreed_stands_only_where_it_is_still_the_earlier() -> None:
    friday = london("2026-11-20 12:00")
    clock = agree(running(), friday, at=WEDNESDAY, by=CONTACT, why="soon")
    shorter = recalculate(
        clock, replace(FIVE_DAYS, version="2", amount=3), CALENDAR, at=WEDNESDAY, by=LEAD, why="new guidance"
    )
    assert shorter.target == friday
    shortest = recalculate(
        clock, replace(FIVE_DAYS, version="2", amount=1), CALENDAR, at=WEDNESDAY, by=LEAD, why="new guidance"
    )
    assert (shortest.target, shortest.agreed) == (london("2026-11-19 17:00"), None)


def test_the_approval_is_for_the_date_that_counts() -> None:
    clock = agree(running(), london("2026-11-20 12:00"), at=WEDNESDAY, by=CONTACT, why="soon")
    longer = replace(FIVE_DAYS, version="2", amount=10)
    again = recalculate(clock, longer, CALENDAR, at=WEDNESDAY, by=LEAD, why="new guidance")
    assert (again.target, again.due) == (london("2026-11-20 12:00"), london("2026-12-02 17:00"))


def test_a_recalculation_keeps_the_pauses() -> None:
    held = pause(running(), at=london("2026-11-18 18:00"), by=LEAD, why="an inquest")
    on = resume(held, FIVE_DAYS, CALENDAR, at=london("2026-11-23 08:00"), by=LEAD)
    again = recalculate(on, FIVE_DAYS, CALENDAR, at=london("2026-11-23 09:00"), by=LEAD, why="looked again")
    assert (again.due, again.pauses) == (on.due, on.pauses)


def test_a_clock_is_reckoned_by_its_own_rule_and_calendar() -> None:
    held = pause(running(), at=london("2026-11-19 12:00"), by=LEAD, why="x")
    at = london("2026-11-20 12:00")
    with pytest.raises(ClockRefused) as refused:
        resume(held, replace(FIVE_DAYS, version="2"), CALENDAR, at=at, by=LEAD)
    assert refusal(refused) == "wrong_rule"
    with pytest.raises(ClockRefused) as refused:
        stop(running(), FIVE_DAYS, NEWER, at=at, by=LEAD)
    assert refusal(refused) == "wrong_calendar"
    with pytest.raises(ClockRefused) as refused:
        recalculate(running(), RAPID_REVIEW, CALENDAR, at=at, by=LEAD, why="x")
    assert refusal(refused) == "wrong_rule"
    with pytest.raises(ClockRefused) as refused:
        recalculate(running(), FIVE_DAYS, CALENDAR, at=at, by=LEAD, why="")
    assert refusal(refused) == "reason_needed"


class ALifeOfAClock(RuleBasedStateMachine):
    """Whatever people do to a clock, no date once given is lost, and none moves later unless somebody answers for it."""

    @initialize(by_rule=rules, moment=instants)
    def begin(self, by_rule: Rule, moment: datetime) -> None:
        self.rule, self.now = by_rule, moment
        self.clock = start(by_rule, {"event": moment}, CALENDAR, at=moment, by=CONTACT)
        self.seen = self.clock.dates

    @rule(by=st.integers(1, 3 * 24 * 60))
    def time_passes(self, by: int) -> None:
        self.now += timedelta(minutes=by)

    @rule(by=st.integers(-4 * 24 * 60, 4 * 24 * 60), approver=st.sampled_from([None, LEAD]))
    def people_agree(self, by: int, approver: str | None) -> None:
        before, until = self.clock, self.clock.target + timedelta(minutes=by)
        self._attempt(lambda: agree(before, until, at=self.now, by=CONTACT, why="because", approver=approver))
        assert self.clock.target <= before.target or approver

    @rule()
    def it_is_paused(self) -> None:
        self._attempt(lambda: pause(self.clock, at=self.now, by=CONTACT, why="because"))

    @rule()
    def it_is_resumed(self) -> None:
        self._attempt(lambda: resume(self.clock, self.rule, CALENDAR, at=self.now, by=CONTACT))

    @rule(back=st.integers(-2 * 24 * 60, 2 * 24 * 60))
    def its_event_is_corrected(self, back: int) -> None:
        before, events = self.clock, {"event": self.clock.started - timedelta(minutes=back)}
        self._attempt(
            lambda: recalculate(before, self.rule, CALENDAR, at=self.now, by=CONTACT, why="because", events=events)
        )
        assert self.clock.target <= before.target

    @rule()
    def it_is_done(self) -> None:
        self._attempt(lambda: stop(self.clock, self.rule, CALENDAR, at=self.now, by=CONTACT))

    def _attempt(self, change: Callable[[], Clock]) -> None:
        with suppress(ClockRefused):
            self.clock = change()

    @invariant()
    def no_date_is_lost(self) -> None:
        assert self.clock.dates[: len(self.seen)] == self.seen
        self.seen = self.clock.dates
        assert self.clock.dates[-1].target == self.clock.target

    @invariant()
    def the_margin_says_whether_it_was_late(self) -> None:
        if self.clock.margin is not None and is_late(self.clock, self.now):
            assert self.clock.margin <= timedelta(0)
        elif self.clock.margin is not None:
            assert self.clock.margin >= timedelta(0)


TestALifeOfAClock = ALifeOfAClock.TestCase


# What these modules stand on


@pytest.mark.parametrize("module", [calendar_module, deadlines_module, clocks_module])
def test_they_stand_on_the_standard_library_and_each_other(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert named
    assert {name for name in named if name.split(".")[0] not in sys.stdlib_module_names} <= {
        "shared.calendar",
        "shared.days",
        "shared.deadlines",
    }
