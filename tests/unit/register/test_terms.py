"""Terms: when they hold, when they overlap, and how they are cut short."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.terms.domain import Standing, Term, TermBegun, TermOver, check_withdrawn, cut_short
from shared.days import DAY, day_begins, months_later, today
from shared.problems import Invalid

DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """A term whose last day is not before its first."""
    first, last = draw(st.none() | DAYS), draw(st.none() | DAYS)
    return Term(min(first, last), max(first, last)) if first and last else Term(first, last)


@given(terms(), DAYS)
def test_a_term_is_to_come_then_holds_then_is_over(term: Term, day: date) -> None:
    holds = (term.starts_on is None or term.starts_on <= day) and (term.ends_on is None or day <= term.ends_on)
    assert (term.standing(day) is Standing.CURRENT) is holds
    order = [Standing.PLANNED, Standing.CURRENT, Standing.ENDED]
    assert order.index(term.standing(day)) <= order.index(term.standing(day + DAY))


@given(terms(), terms())
def test_terms_overlap_where_both_hold_on_one_day(one: Term, other: Term) -> None:
    days = [day for day in (one.starts_on, one.ends_on, other.starts_on, other.ends_on) if day] or [date(2025, 1, 1)]
    both = any(one.standing(day) is other.standing(day) is Standing.CURRENT for day in days)
    assert one.overlaps(other) is other.overlaps(one) is both


@given(terms(), terms())
def test_one_holds_through_another_where_it_holds_on_its_first_and_last_day(one: Term, other: Term) -> None:
    far = (date.min, date.max)
    ends = (other.starts_on or far[0], other.ends_on or far[1])
    assert one.holds_through(other) is all(one.standing(day) is Standing.CURRENT for day in ends)


@given(terms(), DAYS, DAYS)
def test_a_term_is_cut_short_only_to_an_earlier_day_that_is_not_past(term: Term, last_day: date, day: date) -> None:
    try:
        after = cut_short(term, last_day, day)
    except (Invalid, TermOver):
        return
    assert term.standing(day) is Standing.CURRENT
    assert last_day >= day - DAY
    assert term.starts_on is None or last_day >= term.starts_on
    assert term.ends_on is None or last_day < term.ends_on
    assert after == Term(term.starts_on, last_day)


def test_what_has_begun_is_not_taken_back() -> None:
    term = Term(date(2026, 10, 1), date(2026, 10, 31))
    check_withdrawn(term, date(2026, 9, 30))
    with pytest.raises(TermBegun):
        check_withdrawn(term, date(2026, 10, 1))
    with pytest.raises(TermOver):
        check_withdrawn(term, date(2026, 11, 1))


@given(DAYS, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_a_day_begins_at_midnight_in_london(date_in_utc: date, time_of_day: timedelta) -> None:
    instant = datetime.combine(date_in_utc, time(), UTC) + time_of_day
    day = today(instant)
    assert day_begins(day) <= instant < day_begins(day + DAY)
    assert day_begins(day + DAY) - day_begins(day) in {timedelta(hours=hours) for hours in (23, 24, 25)}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 4, 1), 12, date(2027, 4, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
