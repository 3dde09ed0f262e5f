"""What letters say; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.days import today, until_written, written_whole

NOBODY_TOLD = "nobody_told"
CLOSING = (
    "This letter says nothing about a child, and its answer must not either: do not answer it by e-mail.\n"
    "It does not replace 999, the front door or the out-of-hours team."
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the letters of one occasion say: the subject after the reference, and a sentence; `{names}` are facts."""

    subject: str
    text: str
    open: bool = True  # whether who is told may read what it is about


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody of an agency who is told herself, at an address of her own."""

    agency_id: str
    name: str
    email: str


NOBODY = Said(
    "nobody could be told",
    "{agency} has no contact whom this system can reach, and was to be told: {what}. Tell it yourself, and have it name one.",
)


def worded(said: Said, facts: Mapping[str, Any], address: str, written_at: datetime) -> tuple[str, str]:
    """A letter's subject and text, as it was written then: of a day that was over already it says so."""
    reference, due = facts.get("reference"), facts.get("due")
    about, first = (words.format(**facts) for words in (said.subject, said.text))
    lines = [first]
    if reference:
        lines.append(f"Reference: {reference}.")
    if due:
        lines.append(_due(due, written_at))
    if said.open:
        lines.append(f"Sign in to read it and to answer:\n{address}")
    lines.append(CLOSING)
    return f"{reference}: {about}" if reference else f"{about[:1].upper()}{about[1:]}", "\n\n".join(lines) + "\n"


def _due(due: str, written_at: datetime) -> str:
    """By which day, or instant, in words."""
    if "T" in due:
        instant = datetime.fromisoformat(due)
        over, words = instant < written_at, until_written(instant)
    else:
        day = date.fromisoformat(due)
        over, words = day < today(written_at), written_whole(day)
    return f"{'Was due' if over else 'Due'} by {words}."
