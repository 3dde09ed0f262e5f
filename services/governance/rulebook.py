"""The calendar by which this service counts, and its own rules."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

from shared.deadlines import due
from shared.rules import calendar, own_rule_on, read_rules

CALENDAR = calendar()
RULES = read_rules(Path(__file__).with_name("data") / "rules.yaml")
rule_on = partial(own_rule_on, RULES)


def last_day(code: str, started: datetime) -> tuple[date, str]:
    """The last day on which a duty is done in time that begins at an instant, and the rule by which it was given."""
    rule = rule_on(code, CALENDAR.date_of(started))
    said = f"{rule.code}/{rule.version}: {rule.amount} {rule.unit}, calendar {CALENDAR.version}"
    return CALENDAR.date_of(due(rule, started, CALENDAR)), said
