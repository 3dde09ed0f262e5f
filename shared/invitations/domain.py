"""What stands in a calendar, what its letters say, and which answers count; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from shared.calendar import Calendar
from shared.days import LONDON, from_written
from shared.deadlines import Rule, due

KEPT_IN_FEEDS = timedelta(days=90)  # after its end
UID = re.compile(r"[0-9a-f]{40}@[a-z.]+")
"""What nobody guesses: who has it was invited, or was given it by who was."""
NO_ADDRESS, SUPERSEDED = "no_address", "superseded"


class Occasion(StrEnum):
    """Why a letter is written."""

    INVITATION = "invitation"  # the appointment: new, changed or taken back
    REMINDER = "reminder"
    DECLINED = "declined"  # she has declined and is expected still: what does she want?


class Answer(StrEnum):
    """What somebody's calendar has answered."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is invited; `id` is what invites her (a seat, a place), and stays through all changes."""

    id: UUID
    name: str
    agency_id: str | None  # null: a list of addresses, of whatever agencies
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is to stand in a calendar."""

    reference: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    link: str | None

    @property
    def times(self) -> tuple[datetime, datetime]:
        """When it is: an answer to other times is no answer to these."""
        return self.starts_at, self.ends_at

    def same(self, other: "Event") -> bool:
        """Whether both stand in a calendar alike."""
        return all(getattr(self, one.name) == getattr(other, one.name) for one in fields(Event))


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons(Event):
    """The appointment of one guest as one letter brings it. `uid` stays through its changes, `sequence` grows with each."""

    uid: str
    sequence: int
    reason: str | None = None
    cancelled: bool = False
    alone: bool = False  # it takes place, without her

    def data(self) -> dict[str, Any]:
        """As it is kept beside the letter."""
        instants = {name: getattr(self, name).astimezone(UTC).isoformat() for name in ("starts_at", "ends_at")}
        return {one.name: getattr(self, one.name) for one in fields(self)} | instants

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """What was kept."""
        instants = {name: datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at")}
        return cls(**dict(data) | instants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a service calls what it invites to, and its own sentences in the letters."""

    noun: str
    withdrawn: str  # where it takes place without her
    closing: str
    declined: str | None = None  # what somebody who has declined is asked; None: nothing

    def of(self, one: Summons, occasion: Occasion) -> tuple[str, str]:
        """A letter's subject and text, for whoever reads it without a calendar."""
        lines = [f"{one.title}: {from_written(one.starts_at)} to {one.ends_at.astimezone(LONDON):%H:%M}."]
        if one.cancelled:
            lines.append(self.withdrawn if one.alone else f"This {self.noun} does not take place.")
        if occasion is Occasion.DECLINED and self.declined:
            lines.append(self.declined)
        lines += [text for text in (one.place, one.link) if text and not one.cancelled]
        if one.reason and occasion is Occasion.INVITATION:
            lines.append(f"Why: {one.reason}")
        lines.append(f"Reference: {one.reference}. {self.closing}")
        return f"{_begins(one, occasion)}: {one.title}, {from_written(one.starts_at)}", "\n\n".join(lines) + "\n"


def _begins(one: Summons, occasion: Occasion) -> str:
    if occasion is Occasion.REMINDER:
        return "Reminder"
    if occasion is Occasion.DECLINED:
        return "You have declined"
    return "Cancelled" if one.cancelled else "Changed" if one.sequence else "Invitation"


def remind_within(rule: Rule, starts_at: datetime, calendar: Calendar) -> tuple[datetime, datetime]:
    """The working day on which its guests are reminded of it, from its opening to its closing, in UTC.

    Who is invited later than that needs no reminder.
    """
    closes_at = due(rule, starts_at, calendar)
    begins_at = datetime.combine(calendar.date_of(closes_at), time(), LONDON)
    return calendar.effective_start(begins_at), closes_at
