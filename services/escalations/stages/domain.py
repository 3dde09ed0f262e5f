"""Which clocks a stage starts, and what they read when they stop: pure, from the ladder and the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.escalations.ladders.domain import Duty, Ladder, OnBreach, Priority, Stage
from shared.calendar import Calendar
from shared.clocks import Rule, Unit, due


@dataclass(frozen=True)
class Started:
    """A clock that starts with a stage: what is due, from whom, by when, and by which rule."""

    duty: Duty
    agency_id: str | None
    on_breach: OnBreach
    rule: str
    calendar_version: str
    due_at: datetime


def clocks_of(
    ladder: Ladder,
    stage: Stage,
    priority: Priority,
    opened_at: datetime,
    receiving_agency_id: str | None,
    calendar: Calendar,
) -> tuple[Started, ...]:
    """The clocks that start when a stage opens. None waits for an acknowledgement that may never come.

    Where the three statutory partners decide, the duty lies on them and not on the agency that was challenged.
    """
    on_whom = None if stage.decided_by else receiving_agency_id
    started = []
    for clock in stage.clocks:
        allowance = clock.allowances[priority]
        code = f"{ladder.code}/{ladder.version}/{stage.order}/{clock.duty}/{priority}"
        rule = Rule(code=code, version=str(ladder.version), amount=allowance.amount, unit=allowance.unit)
        text = f"{code}: {allowance.amount} {allowance.unit}"
        due_at = due(rule, opened_at, calendar)
        started.append(Started(clock.duty, on_whom, clock.on_breach, text, calendar.version, due_at))
    return tuple(started)


def answer_due(clocks: Iterable[Started]) -> datetime:
    """When the answer is due; every stage has a clock for it."""
    return next(clock.due_at for clock in clocks if clock.duty is Duty.RESPOND)


def margin(due_at: datetime, stopped_at: datetime, unit: str, calendar: Calendar) -> timedelta:
    """The time that was left when the duty was done, in the clock's own kind of time; negative when it was late."""
    return due_at - stopped_at if unit == Unit.CLOCK_HOURS else calendar.working_time(stopped_at, due_at)
