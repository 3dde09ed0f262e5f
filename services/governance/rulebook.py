"""The calendar by which this service counts, and its own rules."""

from datetime import date, datetime
from pathlib import Path

from shared.deadlines import Rule, due
from shared.rules import calendar, in_force, read_rules

CALENDAR = calendar()
RULES = read_rules(Path(__file__).with_name("data") / "rules.yaml")


def rule_on(code: str, day: date) -> Rule:
    """The version of one of this service's rules under which a clock runs that starts on this day."""
    return in_force([entry for entry in RULES if entry.rule.code == code], day, f"rule {code!r}").rule


def last_day(code: str, started: datetime) -> tuple[date, str]:
    """The last day on which a duty is done in time that begins at an instant, and the rule by which it was given."""
    rule = rule_on(code, CALENDAR.date_of(started))
    said = f"{rule.code}/{rule.version}: {rule.amount} {rule.unit}, calendar {CALENDAR.version}"
    return CALENDAR.date_of(due(rule, started, CALENDAR)), said
