"""The calendar by which this service counts, and its own rules."""

from datetime import date
from pathlib import Path

from shared.deadlines import Rule
from shared.rules import calendar, in_force, read_rules

CALENDAR = calendar()
RULES = read_rules(Path(__file__).with_name("data") / "rules.yaml")


def rule_on(code: str, day: date) -> Rule:
    """The version of one of this service's rules under which a clock runs that starts on this day."""
    return in_force([entry for entry in RULES if entry.rule.code == code], day, f"rule {code!r}").rule
