"""What an invitation says, and when one that failed is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
LEASE = timedelta(minutes=5)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)
TRIED_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons:
    """The appointment of one meeting as it stands: what every member is told of it."""

    uid: str
    sequence: int
    reference: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    link: str | None
    reason: str | None = None
    cancelled: bool = False

    def data(self) -> dict[str, Any]:
        """The summons as it is kept beside the letter."""
        instants = {name: getattr(self, name).astimezone(UTC).isoformat() for name in ("starts_at", "ends_at")}
        return {name: getattr(self, name) for name in self.__slots__} | instants

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The summons that was kept."""
        instants = {name: datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at")}
        return cls(**dict(data) | instants)


def worded(one: Summons) -> tuple[str, str]:
    """The letter's subject and text, for whoever reads it without a calendar."""
    what = "Cancelled" if one.cancelled else "New date" if one.sequence else "Invitation"
    lines = [f"{one.title}: {in_words(one.starts_at)} to {one.ends_at.astimezone(LONDON):%H:%M}."]
    if one.cancelled:
        lines.append("This meeting does not take place.")
    lines += [text for text in (one.place, one.link) if text and not one.cancelled]
    if one.reason:
        lines.append(f"Why: {one.reason}")
    lines.append(
        f"Reference: {one.reference}. Agenda and papers are in the partnership's system, and not in this letter."
    )
    return f"{what}: {one.title}, {in_words(one.starts_at)}", "\n\n".join(lines) + "\n"


def in_words(instant: datetime) -> str:
    """An instant as people in London say it: `Thursday 8 October 2026, 17:00`."""
    here = instant.astimezone(LONDON)
    return f"{here:%A} {here.day} {here:%B %Y}, {here:%H:%M}"


def next_attempt(queued_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When a letter that did not leave is tried again: later and later, for three days; None when that is over."""
    if now - queued_at >= TRIED_FOR:
        return None
    return now + min(FIRST_RETRY * (1 << min(attempts, 10)), LONGEST_RETRY)
