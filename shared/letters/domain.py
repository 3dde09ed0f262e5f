"""What letters say; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.days import until_written, written_whole

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


def worded(said: Said, facts: Mapping[str, Any], address: str) -> tuple[str, str]:
    """A letter's subject and text."""
    reference, due = facts.get("reference"), facts.get("due")
    about, first = (words.format(**facts) for words in (said.subject, said.text))
    lines = [first]
    if reference:
        lines.append(f"Reference: {reference}.")
    if due:
        lines.append(f"By {_by(due)}.")
    lines += [f"Sign in to read it and to answer:\n{address}", CLOSING]
    return f"{reference}: {about}" if reference else f"{about[:1].upper()}{about[1:]}", "\n\n".join(lines) + "\n"


def _by(due: str) -> str:
    """The day, or the instant, in words."""
    return until_written(datetime.fromisoformat(due)) if "T" in due else written_whole(date.fromisoformat(due))
