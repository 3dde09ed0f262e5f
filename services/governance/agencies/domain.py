"""What an entry of the register is, and the rules that it keeps."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.governance.terms.domain import Standing, Term
from shared.days import DAY
from shared.policy import AgencyType
from shared.problems import FieldError, Invalid

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 100
# Cyrillic letters that look like Latin ones: whoever searches for the Latin word would never find it.
LOOK_ALIKES = str.maketrans("АВЕЅІЈКМНОРСТХУаеѕіјорсху", "ABESIJKMHOPCTXYaesijopcxy")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loaded file came to."""

    new: int
    changed: int
    same: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.same} as they were."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One agency as the register has it. `unverified` names the fields that no published document states."""

    id: str
    name: str
    agency_type: AgencyType
    also_known_as: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    successor_ids: tuple[str, ...] = ()
    expected_to_raise: bool = False
    possibly_same_as: str | None = None
    unverified: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None

    @property
    def term(self) -> Term:
        """The days on which it is in effect."""
        return Term(self.effective_from, self.effective_to)


def latin(text: str) -> str:
    """The text with look-alike letters replaced by the Latin ones that were meant."""
    return unicodedata.normalize("NFC", text).translate(LOOK_ALIKES)


def normalised(entry: Entry) -> Entry:
    """The entry with Latin names, and tuples where lists were given."""
    return replace(
        entry,
        name=latin(entry.name),
        also_known_as=tuple(latin(name) for name in entry.also_known_as),
        successor_ids=tuple(entry.successor_ids),
        unverified=tuple(entry.unverified),
    )


def faults(entry: Entry) -> list[FieldError]:
    """What is wrong with an entry by itself."""
    found = []
    if not SLUG.fullmatch(entry.id) or len(entry.id) > LONGEST_ID:
        found.append(FieldError("id", "slug", f"{entry.id!r} must be small letters, digits and single hyphens."))
    for field, names in (("name", (entry.name,)), ("also_known_as", entry.also_known_as)):
        if strange := sorted({letter for name in names for letter in name if not _latin_letter(letter)}):
            found.append(FieldError(field, "alphabet", f"Not of the Latin alphabet: {' '.join(strange)}."))
    if entry.effective_from and entry.effective_to and entry.effective_to < entry.effective_from:
        found.append(FieldError("effective_to", "order", "The last day comes before the first."))
    if entry.successor_ids and not entry.effective_to:
        found.append(FieldError("effective_to", "missing", "An agency with successors has a last day."))
    if entry.id in entry.successor_ids:
        found.append(FieldError("successor_ids", "itself", "An agency does not succeed itself."))
    if len(set(entry.successor_ids)) != len(entry.successor_ids):
        found.append(FieldError("successor_ids", "twice", "A successor is named twice."))
    return found


def succession_faults(entry: Entry, known: Mapping[str, Entry]) -> list[FieldError]:
    """What is wrong with an entry's successors: each is registered, and in effect on the day after the entry's last."""
    found = []
    for successor_id in entry.successor_ids:
        successor = known.get(successor_id)
        if successor is None:
            found.append(FieldError("successor_ids", "not_registered", f"{successor_id} is not in the register."))
        elif entry.effective_to and successor.term.standing(entry.effective_to + DAY) is not Standing.CURRENT:
            said = f"{successor_id} is not in effect on {entry.effective_to + DAY}, when it would take over."
            found.append(FieldError("successor_ids", "not_in_effect", said))
    return found


def check(entry: Entry) -> None:
    """Invalid with every fault of an entry."""
    if found := faults(entry):
        raise Invalid("The agency cannot be registered so.", errors=found)


def _latin_letter(letter: str) -> bool:
    return not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN")
