"""Working time inside SQL: the calendar as a relation of days, so that a million durations take one statement.

The values `since` and `until` bound the period that a statement counts, the first included, the second not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Integer, bindparam, cast, column, func
from sqlalchemy.dialects.postgresql import ARRAY

_INSTANT = DateTime(timezone=True)
SINCE = bindparam("since", type_=_INSTANT)
UNTIL = bindparam("until", type_=_INSTANT)


def calendar(name: str) -> Any:
    """Every date with its working hours (none on a day of rest), and how many working days lie before it."""
    return (
        func.unnest(
            bindparam("days", type_=ARRAY(Date())),
            bindparam("opens", type_=ARRAY(_INSTANT)),
            bindparam("closes", type_=ARRAY(_INSTANT)),
            bindparam("nth", type_=ARRAY(Integer())),
        )
        .table_valued(
            column("day", Date),
            column("opens", _INSTANT),
            column("closes", _INSTANT),
            column("nth", Integer),
            name=name,
        )
        .render_derived()
    )


working = calendar("working")
HOURS_A_DAY = bindparam("hours_a_day", type_=Integer())
OPENED_DAYS = bindparam("opened_days", type_=Integer())  # working days that have opened by `until`


def london(instant: Any) -> ColumnElement[Any]:
    """The date on which an instant falls."""
    return cast(func.timezone("Europe/London", instant), Date)


def hours(interval: Any) -> ColumnElement[Any]:
    """An interval in hours."""
    return func.extract("epoch", interval) / 3600.0


def worked(days: Any, instant: Any) -> Any:
    """Working hours from the calendar's beginning to the instant, of which `days` is the day."""
    today = func.least(func.greatest(hours(instant - days.c.opens), 0), hours(days.c.closes - days.c.opens))
    return days.c.nth * HOURS_A_DAY + today
