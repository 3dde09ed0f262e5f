"""Days as London has them, and days and instants as people there write them; pure."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def today(now: datetime) -> date:
    """The day in London."""
    return now.astimezone(LONDON).date()


def day_begins(day: date) -> datetime:
    """The instant at which a day begins in London, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of the month, so many months later, or the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def written(day: date) -> str:
    """A day as people write it: `1 June 2026`."""
    return f"{day.day} {day:%B %Y}"


def written_whole(day: date) -> str:
    """A day with its weekday: `Thursday 8 October 2026`."""
    return f"{day:%A} {written(day)}"


def until_written(instant: datetime) -> str:
    """An instant until which something lasts: `17:00 on Thursday 8 October 2026`."""
    here = instant.astimezone(LONDON)
    return f"{here:%H:%M} on {written_whole(here)}"


def from_written(instant: datetime) -> str:
    """An instant at which something begins: `Thursday 8 October 2026, 17:00`."""
    here = instant.astimezone(LONDON)
    return f"{written_whole(here)}, {here:%H:%M}"
