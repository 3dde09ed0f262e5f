"""Of whom the impact is asked, until when somebody answers, and when she is reminded."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from shared.calendar import Calendar
from shared.days import day_begins, today


def sampled(session_id: UUID, bookings: Iterable[UUID], percent: int) -> frozenset[UUID]:
    """The bookings of whom the impact is asked: so many of a hundred, rounded up, always the same.

    Those with the smallest SHA-256 of the session's id and their own: nobody chooses, and anybody can check.
    """
    ranked = sorted(bookings, key=lambda one: hashlib.sha256(session_id.bytes + one.bytes).digest())
    return frozenset(ranked[: ceil(len(ranked) * percent / 100)])


def explained(chosen: int, came: int, percent: int) -> str:
    """How the sample was drawn, in one sentence."""
    if percent == 100:
        return f"All {came} who came are asked."
    return (
        f"{chosen} of {came} who came are asked: {percent} of a hundred, rounded up, "
        "those with the smallest SHA-256 of the session's id and their booking's."
    )


def day_in(now: datetime, days: int) -> date:
    """The day in London so many days later."""
    return today(now) + timedelta(days=days)


def due_at(now: datetime, days: int) -> datetime:
    """The end of the day so many days later."""
    return day_begins(day_in(now, days + 1))


def remind_at(
    asked_at: datetime, due_at: datetime, days: Sequence[int], now: datetime, calendar: Calendar
) -> datetime | None:
    """When somebody is reminded next after an instant: when offices open, and not when it is too late; None where never."""
    for number in sorted(days):
        day = day_in(asked_at, number)
        if day < calendar.last:
            opens = calendar.next_opening(day_begins(day))
            if now < opens < due_at:
                return opens
    return None
