"""A clock in its column: what comes out is what went in, and what is shown says every start."""

from datetime import UTC, datetime, timedelta

import pytest

from shared import kept_clocks
from shared.clocks import Clock, ClockRefused, recalculate, start, stop
from shared.rules import calendar, rule_on

CALENDAR = calendar()
ENTRY = rule_on("rapid_review", datetime(2026, 11, 16, tzinfo=UTC).date())
EVENTS = {
    "council_aware": datetime(2026, 11, 16, 10, tzinfo=UTC),
    "panel_notified": datetime(2026, 11, 20, 16, tzinfo=UTC),
}
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def begun() -> Clock:
    return start(ENTRY.rule, EVENTS, CALENDAR, at=NOW, by="somebody")


def chosen() -> Clock:
    """Another start, with its reason and somebody's approval."""
    return recalculate(
        begun(),
        ENTRY.rule,
        CALENDAR,
        at=NOW,
        by="a",
        why="The Panel counts so.",
        chosen="notification_as_day_0",
        approver="b",
    )


def stopped() -> Clock:
    return stop(chosen(), ENTRY.rule, CALENDAR, at=NOW + timedelta(days=2), by="a")


@pytest.mark.parametrize("clock", [begun(), chosen(), stopped()])
def test_kept_and_read(clock: Clock) -> None:
    assert kept_clocks.read(kept_clocks.kept(clock)) == clock


def test_every_start_is_shown_and_which_was_chosen_by_whom_and_why() -> None:
    shown = kept_clocks.shown(chosen(), ENTRY, CALENDAR, NOW)
    assert [(one.start, one.chosen) for one in shown.candidates] == [
        ("awareness", False),
        ("notification_as_day_1", False),
        ("notification_as_day_0", True),
    ]
    assert (shown.chosen_by, shown.chosen_why) == ("a", "The Panel counts so.")
    assert [one.approver for one in shown.dates] == [None, "b"]
    assert shown.due == shown.candidates[-1].due
    assert not shown.late


def test_what_is_left_is_that_of_the_moment_it_was_done() -> None:
    """Fifteen days from the 20th, less what has passed; and once it is stopped it does not run down."""
    running, done = (kept_clocks.shown(clock, ENTRY, CALENDAR, NOW) for clock in (chosen(), stopped()))
    assert running.working_hours_left == 15 * 8
    assert done.working_hours_left == 13 * 8


def test_a_refusal_names_the_field() -> None:
    refused = kept_clocks.refused(ClockRefused("no_start", "Nothing has happened."), "start")
    assert [(one.path, one.code) for one in refused.errors] == [("start", "no_start")]
