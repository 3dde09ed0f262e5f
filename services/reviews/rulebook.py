"""The calendar by which this service counts, its own rules, and how often it asks again."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from pathlib import Path

from shared.days import LONDON
from shared.deadlines import due
from shared.reference import Record, Text, read
from shared.rules import calendar, in_force, own_rule_on, read_rules

CALENDAR = calendar()
DATA = Path(__file__).with_name("data")
RULES = read_rules(DATA / "rules.yaml")
rule_on = partial(own_rule_on, RULES)


def day_of(code: str, now: datetime) -> date:
    """The last day of a clock that starts now, by one of this service's rules."""
    return CALENDAR.date_of(due(rule_on(code, CALENDAR.date_of(now)), now, CALENDAR))


def day_after(day: date | None) -> datetime | None:
    """When a day is over in London."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC) if day else None


def most_times(what: str, day: date) -> int:
    """How often an agency is asked again for this, by the rule of the day, before somebody else is told that it is silent."""
    return in_force(
        [one for one in _asking() if one.code == what], day, f"rule of how often a {what} is asked for"
    ).times


class _Asking(Record):
    code: Text
    version: Text
    times: int
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    asking: list[_Asking]


@lru_cache(maxsize=1)
def _asking() -> tuple[_Asking, ...]:
    return tuple(read(DATA / "asking.yaml", _File).asking)
