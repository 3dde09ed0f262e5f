"""The calendar by which this service counts, and its own rules."""

from functools import partial
from pathlib import Path

from shared.rules import calendar, own_rule_on, read_rules

CALENDAR = calendar()
RULES = read_rules(Path(__file__).with_name("data") / "rules.yaml")
rule_on = partial(own_rule_on, RULES)
