"""Clocks that run against a duty: when it falls due by which rule, who chose what and why, and what was left at the end.

Everything here is a value or a function that gives a new one. A date once given is never rewritten: each change adds a
`DateGiven` beside those before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.calendar import Calendar, DayZero, days_of_eight, utc
from shared.deadlines import Bound, Pause, Rule, Start, Unit, due

__all__ = [
    "Bound",
    "Candidate",
    "Choice",
    "Clock",
    "ClockRefused",
    "DateGiven",
    "DayZero",
    "Occasion",
    "Pause",
    "Rule",
    "Start",
    "Unit",
    "agree",
    "candidates",
    "days_of_eight",
    "due",
    "is_late",
    "pause",
    "recalculate",
    "resume",
    "start",
    "stop",
]


class ClockRefused(ValueError):
    """What a clock does not allow: a stable `code`, and a sentence with the cure."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Occasion(StrEnum):
    """What gave a clock a date."""

    STARTED = "started"
    AGREED = "agreed"
    RESUMED = "resumed"
    RECALCULATED = "recalculated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An event that the rule may be counted from, when it happened, and the date that follows."""

    start: str
    happened: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which start was chosen, by whom, and why where the earliest was not."""

    start: str
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateGiven:
    """A date as it was given: it stands beside those given before and after, whatever becomes of it."""

    occasion: Occasion
    target: datetime
    rule_version: str
    calendar_version: str
    at: datetime
    by: str
    why: str = ""
    approver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A rule applied to what happened: `due` is the rule's own date, `agreed` one that people set in its stead."""

    rule: str
    rule_version: str
    calendar_version: str
    candidates: tuple[Candidate, ...]
    chosen: Choice
    started: datetime
    due: datetime
    agreed: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    dates: tuple[DateGiven, ...] = ()
    stopped: datetime | None = None
    stopped_by: str | None = None
    margin: timedelta | None = None

    @property
    def target(self) -> datetime:
        """The date that counts."""
        return self.agreed or self.due

    @property
    def paused_since(self) -> datetime | None:
        """When the pause began that still lasts."""
        return self.pauses[-1].began if self.pauses and self.pauses[-1].ended is None else None


def candidates(rule: Rule, events: Mapping[str, datetime], calendar: Calendar) -> tuple[Candidate, ...]:
    """Every date that follows from the events that have happened, the earliest first.

    A rule without starts of its own may be counted from any event given.
    """
    starts = rule.starts or tuple(Start(code=event, event=event, day_zero=rule.day_zero) for event in events)
    known = [(start, utc(events[start.event])) for start in starts if start.event in events]
    found = (
        Candidate(start=start.code, happened=happened, due=due(rule.starting(start.code), happened, calendar))
        for start, happened in known
    )
    return tuple(sorted(found, key=lambda candidate: (candidate.due, candidate.happened)))


def start(
    rule: Rule,
    events: Mapping[str, datetime],
    calendar: Calendar,
    *,
    at: datetime,
    by: str,
    chosen: str | None = None,
    why: str = "",
) -> Clock:
    """A clock that runs from the chosen start, or from the one with the earliest date. Another needs its reason."""
    if rule.bound is Bound.FOR:
        raise ClockRefused("not_a_deadline", f"{rule.code} says how long something lasts; nothing stops it in time.")
    found = candidates(rule, events, calendar)
    choice = _choice(found, chosen, by, why)
    counted = next(candidate for candidate in found if candidate.start == choice.start)
    clock = Clock(
        rule=rule.code,
        rule_version=rule.version,
        calendar_version=calendar.version,
        candidates=found,
        chosen=choice,
        started=counted.happened,
        due=counted.due,
    )
    return _dated(clock, Occasion.STARTED, at, by, why)


def agree(clock: Clock, until: datetime, *, at: datetime, by: str, why: str, approver: str | None = None) -> Clock:
    """Another date, as both sides agreed: an earlier one with its reason, a later one with somebody's approval too."""
    _must_run(clock)
    until = utc(until)
    _must_say(why)
    if until <= utc(at):
        raise ClockRefused("past", "The date agreed lies ahead.")
    if until == clock.target:
        raise ClockRefused("same_date", "That is the date already.")
    if until > clock.target:
        _must_be_approved(by, approver)
    return _dated(replace(clock, agreed=until), Occasion.AGREED, at, by, why, approver)


def pause(clock: Clock, *, at: datetime, by: str, why: str) -> Clock:
    """Stop counting, with a reason. A clock that has run out is late, and stays so."""
    _must_run(clock)
    _must_say(why)
    if clock.paused_since:
        raise ClockRefused("paused", "The clock is paused already.")
    if utc(at) < max([clock.started, *(gone.ended for gone in clock.pauses if gone.ended)]):
        raise ClockRefused("past", "A pause begins after the start, and after the pause before it.")
    if is_late(clock, at):
        raise ClockRefused("run_out", "The clock has run out; a pause cannot mend that.")
    return replace(clock, pauses=(*clock.pauses, Pause(began=utc(at), by=by, why=why)))


def resume(clock: Clock, rule: Rule, calendar: Calendar, *, at: datetime, by: str, why: str = "") -> Clock:
    """Count again. The rule's date moves by what the pause takes out, and a date that people set by as much."""
    _must_match(clock, rule, calendar)
    began = clock.paused_since
    if began is None:
        raise ClockRefused("not_paused", "The clock is not paused.")
    if utc(at) < began:
        raise ClockRefused("past", "A pause ends after it began.")
    pauses = (*clock.pauses[:-1], replace(clock.pauses[-1], ended=utc(at)))
    agreed = clock.agreed
    if agreed:
        away = calendar.working_days_within(began, at)
        agreed = calendar.add_working_hours(agreed, away * calendar.day) if away else agreed
    moved = replace(
        clock, pauses=pauses, agreed=agreed, due=due(rule.starting(clock.chosen.start), clock.started, calendar, pauses)
    )
    return _dated(moved, Occasion.RESUMED, at, by, why)


def recalculate(
    clock: Clock,
    rule: Rule,
    calendar: Calendar,
    *,
    at: datetime,
    by: str,
    why: str,
    events: Mapping[str, datetime] | None = None,
    chosen: str | None = None,
    approver: str | None = None,
) -> Clock:
    """A new date beside the old, from corrected events, another start, a new version of the rule or of the calendar.

    A start that was chosen with a reason stays chosen, and a date that people set earlier stands; one that they set
    later is superseded. A later date needs an approver.
    """
    _must_run(clock)
    _must_say(why)
    if clock.rule != rule.code:
        raise ClockRefused("wrong_rule", f"The clock runs under {clock.rule}, not {rule.code}.")
    if events is None:
        known = {candidate.start: candidate.happened for candidate in clock.candidates}
        events = {s.event: known[s.code] for s in rule.starts if s.code in known} or known
    found = candidates(rule, events, calendar)
    deliberate = clock.chosen.why and any(candidate.start == clock.chosen.start for candidate in found)
    choice = clock.chosen if deliberate and chosen is None else _choice(found, chosen, by, why if chosen else "")
    counted = next(candidate for candidate in found if candidate.start == choice.start)
    own = due(rule.starting(choice.start), counted.happened, calendar, clock.pauses)
    moved = replace(
        clock,
        rule_version=rule.version,
        calendar_version=calendar.version,
        candidates=found,
        chosen=choice,
        started=counted.happened,
        due=own,
        agreed=clock.agreed if clock.agreed and clock.agreed < own else None,
    )
    if moved.target > clock.target:
        _must_be_approved(by, approver)
    return _dated(moved, Occasion.RECALCULATED, at, by, why, approver)


def stop(clock: Clock, rule: Rule, calendar: Calendar, *, at: datetime, by: str) -> Clock:
    """The duty is done: what was left goes with it, negative where it was late. A pause that lasts ends with it.

    The margin is in working time; for a rule in clock hours, in elapsed time.
    """
    _must_run(clock)
    _must_match(clock, rule, calendar)
    if clock.paused_since:
        clock = resume(clock, rule, calendar, at=at, by=by)
    moment = utc(at)
    left = clock.target - moment if rule.unit is Unit.CLOCK_HOURS else calendar.working_time(moment, clock.target)
    return replace(clock, stopped=moment, stopped_by=by, margin=left)


def is_late(clock: Clock, at: datetime) -> bool:
    """Whether the date that counts has passed: when the duty was done, or by now where it is not; a pause halts it."""
    return (clock.stopped or clock.paused_since or utc(at)) > clock.target


def _choice(found: Sequence[Candidate], chosen: str | None, by: str, why: str) -> Choice:
    if not found:
        raise ClockRefused("no_start", "None of the events that start this rule has happened.")
    code = chosen or found[0].start
    if all(candidate.start != code for candidate in found):
        known = ", ".join(candidate.start for candidate in found)
        raise ClockRefused("unknown_start", f"{code!r} has not happened or does not start this rule; known: {known}.")
    if code != found[0].start:
        _must_say(why)
    return Choice(start=code, by=by, why=why)


def _dated(clock: Clock, occasion: Occasion, at: datetime, by: str, why: str, approver: str | None = None) -> Clock:
    given = DateGiven(
        occasion=occasion,
        target=clock.target,
        rule_version=clock.rule_version,
        calendar_version=clock.calendar_version,
        at=utc(at),
        by=by,
        why=why,
        approver=approver,
    )
    return replace(clock, dates=(*clock.dates, given))


def _must_run(clock: Clock) -> None:
    if clock.stopped:
        raise ClockRefused("stopped", "The clock has stopped.")


def _must_say(why: str) -> None:
    if not why.strip():
        raise ClockRefused("reason_needed", "Say why.")


def _must_be_approved(by: str, approver: str | None) -> None:
    if approver is None or approver == by:
        raise ClockRefused("approver_needed", "A later date needs a reason, and the approval of another person.")


def _must_match(clock: Clock, rule: Rule, calendar: Calendar) -> None:
    if (clock.rule, clock.rule_version) != (rule.code, rule.version):
        raise ClockRefused("wrong_rule", f"The clock runs under {clock.rule} version {clock.rule_version}.")
    if clock.calendar_version != calendar.version:
        raise ClockRefused(
            "wrong_calendar", f"The clock runs by calendar {clock.calendar_version}; recalculate it first."
        )
