"""Delay: how many days, whose they are, when it is drift, and the sentence that says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.delays.domain import Course, Delay, Wait, delay, drifts, late_after, sentence

DUE = date(2026, 6, 1)
NAMES = {"qa": "Quality Assurance Subgroup"}


def day(after: int) -> date:
    """So many days after the date."""
    return DUE + timedelta(days=after)


@pytest.mark.parametrize(
    ("course", "today", "over", "own"),
    [
        (Course(DUE), day(0), 0, 0),
        (Course(DUE), day(1), 1, 1),
        (Course(None), day(1), 0, 0),
        (Course(DUE, running=False), day(9), 0, 0),
        (Course(DUE, waits=(Wait("qa", day(-3)),)), day(9), 9, 0),  # claimed in time
        (Course(DUE, waits=(Wait("qa", day(4)),)), day(9), 9, 4),
        (Course(DUE, waits=(Wait("qa", day(-3), day(5)),)), day(9), 9, 4),  # sent back
        (Course(DUE, waits=(Wait("qa", day(-9), day(-2)),)), day(9), 9, 9),  # over before it was due
        (Course(DUE, waits=(Wait("li", day(1), day(3)), Wait("qa", day(5)))), day(9), 9, 3),
    ],
)
def test_whose_days(course: Course, today: date, over: int, own: int) -> None:
    """Days on which a body had the claim are not the owner's."""
    found = delay(course, today)
    assert (found.over, found.own) == (over, own)


def test_drift_is_to_be_late_or_moved_twice() -> None:
    """Moved once is tolerated, by the rule; what is over drifts no more."""
    assert not drifts(Course(DUE), 1, day(0))
    assert drifts(Course(DUE), 1, day(1))
    assert not drifts(Course(DUE, (day(-9),)), 1, day(0))
    assert drifts(Course(DUE, (day(-9), day(-5))), 1, day(0))
    assert not drifts(Course(DUE, (day(-9), day(-5))), 2, day(0))
    assert not drifts(Course(DUE, (day(-9), day(-5)), running=False), 1, day(9))


def waits() -> st.SearchStrategy[tuple[Wait, ...]]:
    """Waits one after another, the last perhaps still running."""

    def made(steps: list[tuple[int, int]], open_end: bool) -> tuple[Wait, ...]:
        found, at = [], -20
        for gap, length in steps:
            since = at + gap
            at = since + length
            found.append(Wait("qa", day(since), day(at)))
        if open_end and found:
            found[-1] = Wait("qa", found[-1].since)
        return tuple(found)

    return st.builds(made, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4), st.booleans())


@given(waits(), st.integers(-5, 60))
def test_what_the_list_filters_by_is_what_the_sentence_tells(known: tuple[Wait, ...], after: int) -> None:
    """The row keeps the owner's last day in time; whether she handed over after it is whether days remain that are hers."""
    course = Course(DUE, waits=known)
    today = max([day(after), *(one.until or one.since for one in known)])
    last = late_after(course)
    assert last is not None
    handed_over = course.waiting.since if course.waiting else today
    assert (handed_over > last) == (delay(course, today).own > 0)


@pytest.mark.parametrize(
    ("course", "today", "said"),
    [
        (Course(None), day(0), "No date is given yet."),
        (Course(DUE), day(-3), "Due 1 June 2026, 3 days left."),
        (Course(DUE), day(0), "Due 1 June 2026, which is today."),
        (Course(DUE), day(1), "Due 1 June 2026, 1 day over."),
        (Course(DUE, running=False), day(9), "Due 1 June 2026."),
        (
            Course(DUE, (date(2026, 3, 1), date(2026, 5, 1)), (Wait("qa", day(4), day(24)),)),
            day(34),
            "Due 1 June 2026, moved twice (from 1 March 2026, then 1 May 2026), 34 days over, "
            "of which 20 waited for Quality Assurance Subgroup.",
        ),
        (
            Course(DUE, waits=(Wait("qa", day(-2)),)),
            day(7),
            "Due 1 June 2026, 7 days over, all of which it waited for Quality Assurance Subgroup.",
        ),
        (
            Course(DUE, waits=(Wait("qa", day(-9)),)),
            day(-2),
            "Due 1 June 2026, waiting for Quality Assurance Subgroup since 23 May 2026.",
        ),
    ],
)
def test_the_sentence(course: Course, today: date, said: str) -> None:
    assert sentence(course, today, NAMES) == said


def test_a_delay_of_nothing() -> None:
    assert Delay().own == 0
