"""A clock as a service keeps it, whole and in one column, and as an answer shows it: every start, every date, who and why."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from shared import rules
from shared.calendar import Calendar
from shared.clocks import Clock, ClockRefused, Occasion, is_late
from shared.problems import FieldError, Invalid
from shared.rules import StatutoryRule
from shared.schemas import Code, Instant, Response

_CLOCK: TypeAdapter[Clock] = TypeAdapter(Clock)


def kept(clock: Clock) -> dict[str, Any]:
    """The clock as JSON: the value of its column."""
    data: dict[str, Any] = _CLOCK.dump_python(clock, mode="json")
    return data


def read(data: dict[str, Any]) -> Clock:
    """The inverse of `kept`."""
    return _CLOCK.validate_python(data)


def refused(failure: ClockRefused, path: str) -> Invalid:
    """What a clock does not allow, told of the field that asked for it."""
    return Invalid(str(failure), errors=[FieldError(path, failure.code, str(failure))])


class CandidateShown(Response):
    """An event from which the time may be counted, when it happened, and the date that follows from it."""

    start: Annotated[str, Field(max_length=60)]
    title: Annotated[str, Field(max_length=200)]
    happened: Instant
    due: Instant
    chosen: bool


class DateShown(Response):
    """A date as it was given; no later one takes it away."""

    occasion: Annotated[str, Code(Occasion)]
    target: Instant
    at: Instant
    by: str
    why: str
    approver: str | None


class ClockShown(Response):
    """How long there is by which rule, from which start, chosen by whom and why; and every other start beside it."""

    rule: Annotated[str, Field(max_length=100, examples=["serious_incident_notification/1"])]
    title: str
    source: str
    verified: Annotated[bool, Field(description="Whether the rule's amount was read in its source.")]
    candidates: Annotated[list[CandidateShown], Field(max_length=10, description="The earliest date first.")]
    chosen_by: str
    chosen_why: Annotated[str, Field(description="Empty where the earliest counts, as it does by itself.")]
    due: Instant
    dates: Annotated[list[DateShown], Field(max_length=1000, description="Every date given, the oldest first.")]
    stopped: Instant | None
    late: bool
    working_hours_left: Annotated[
        float, Field(description="Working hours left, or left when it was done; negative where it is late.")
    ]


def read_shown(data: dict[str, Any] | None, now: datetime) -> ClockShown | None:
    """What is kept of a clock as of now, with the versions that it runs under; None where no rule gives a time."""
    if data is None:
        return None
    clock = read(data)
    return shown(clock, rules.rule(clock.rule, clock.rule_version), rules.calendar(clock.calendar_version), now)


def shown(clock: Clock, rule: StatutoryRule, calendar: Calendar, now: datetime) -> ClockShown:
    """The clock as of now."""
    titles = dict(rule.start_titles)
    left = calendar.working_time(now, clock.target) if clock.margin is None else clock.margin
    return ClockShown.model_construct(
        rule=f"{clock.rule}/{clock.rule_version}",
        title=rule.title,
        source=rule.source,
        verified=rule.verified,
        candidates=[
            CandidateShown.model_construct(
                start=one.start,
                title=titles[one.start],
                happened=one.happened,
                due=one.due,
                chosen=one.start == clock.chosen.start,
            )
            for one in clock.candidates
        ],
        chosen_by=clock.chosen.by,
        chosen_why=clock.chosen.why,
        due=clock.target,
        dates=[
            DateShown.model_construct(
                occasion=given.occasion,
                target=given.target,
                at=given.at,
                by=given.by,
                why=given.why,
                approver=given.approver,
            )
            for given in clock.dates
        ],
        stopped=clock.stopped,
        late=is_late(clock, now),
        working_hours_left=round(left / timedelta(hours=1), 1),
    )
