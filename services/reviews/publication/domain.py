"""What in a report could identify a child, who may say that it does not, and how a check stands."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.identifying import findings as identities
from shared.identifying import strange
from shared.moves import NotNow
from shared.problems import Conflict, Forbidden, Invalid


class What(StrEnum):
    """What a piece of text lets somebody guess."""

    IDENTITY = "identity"  # a name, initials, a number, an address
    AGE = "age"
    DATE = "date"
    PLACE = "place"
    FEATURE = "feature"


class Status(StrEnum):
    """Where a publication check stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"


class Do(StrEnum):
    """What can be done to a publication check; the same word in the URL and the command."""

    ASK = "ask"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.WAITING, Do.CONFIRM): Status.CONFIRMED,
    (Status.WAITING, Do.SEND_BACK): Status.SENT_BACK,
}


class TextChanged(Conflict):
    """The report was written again after its check was asked for."""

    code = "text_changed"
    title = "The text has changed since"
    cure = "Ask for another check."


class NotSecond(Forbidden):
    """The caller has written in the report, or asked for its check."""

    code = "not_second_person"
    title = "Somebody else reads it"
    cure = "A second person reads it."


@dataclass(frozen=True, order=True)
class Found:
    """Something that could identify: in which part, from which character (the first is 1) to which, what, and why."""

    part: str
    at: int
    length: int
    what: What
    why: str


@dataclass(frozen=True)
class Words:
    """Words that let guess something, as patterns, and why; and the names of places that tell nothing."""

    places: tuple[str, ...]
    known: tuple[str, ...]
    features: tuple[tuple[str, str], ...]


_NUMBER = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen)"
)
_UNIT = r"(?:year|month|week|day)s?"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sept?|Oct|Nov|Dec)"
)
_NAME = r"[A-Z][a-z]{2,29}(?:[ -][A-Z][a-z]{2,29}){0,2}"
_KIND = r"(?:Road|Street|Lane|Avenue|Close|Drive|Crescent|School|Academy|College|Hospital|Infirmary|Park|Station|Nursery|Church)"
# Every repetition is bounded. Of those that overlap, the first kind in this order counts.
_FORMS: Sequence[tuple[What, str, re.Pattern[str]]] = (
    (What.AGE, "an age", re.compile(rf"\b{_NUMBER}[ -]{_UNIT}[ -](?:old|of age)\b", re.IGNORECASE)),
    (What.AGE, "an age", re.compile(rf"\bage[ds]?(?: of| at)? {_NUMBER}\b", re.IGNORECASE)),
    (What.AGE, "an age", re.compile(r"\b(?:newborn|new-born|\d{1,2}(?:st|nd|rd|th) birthday)\b", re.IGNORECASE)),
    (What.AGE, "a school year", re.compile(r"\b[Yy]ear (?:1[0-3]|[1-9])\b")),
    (What.DATE, "a date", re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?\b")),
    (What.DATE, "a date", re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)\b")),
    (What.DATE, "a month", re.compile(rf"\b{_MONTH} \d{{4}}\b")),
    (What.DATE, "a year", re.compile(r"\b(?:19[5-9]\d|20[0-4]\d)\b")),
    (What.PLACE, "a place by its kind", re.compile(rf"\b{_NAME} {_KIND}\b")),
    (
        What.PLACE,
        "what seems to be a place",
        re.compile(rf"\b(?:in|at|from|near|outside|around|to) (?P<place>{_NAME})\b"),
    ),
)


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition."""
    try:
        return TRANSITIONS[status, do]
    except KeyError:
        said = status.replace("_", " ")
        raise NotNow(f"This check is {said}: ask for another one where the text is to be read again.") from None


def findings(parts: Mapping[str, str], words: Words) -> tuple[Found, ...]:
    """What in a report could identify a child, part by part, each at its place; of what overlaps, the surest kind."""
    return tuple(sorted(found for part, text in parts.items() for found in _in_text(part, text, words)))


def _in_text(part: str, text: str, words: Words) -> list[Found]:
    plain = _without(text, words.known)
    taken: list[Found] = []
    for found in (*_formed(part, plain, words), *_identities(part, plain, words)):
        if not any(found.at < one.at + one.length and one.at < found.at + found.length for one in taken):
            taken.append(found)
    return taken


def _formed(part: str, text: str, words: Words) -> Iterator[Found]:
    for what, why, pattern in (*_FORMS, *_listed(words)):
        for match in pattern.finditer(text):
            group = "place" if "place" in pattern.groupindex else 0
            if group and not strange(match[group].split()[0]):
                continue
            yield Found(part, match.start(group) + 1, len(match[group]), what, why)


def _listed(words: Words) -> list[tuple[What, str, re.Pattern[str]]]:
    places = [(What.PLACE, "a place of the area", re.compile(rf"\b{re.escape(name)}\b")) for name in words.places]
    features = [
        (What.FEATURE, why, re.compile(rf"\b(?:{word})(?:s|es)?\b", re.IGNORECASE)) for word, why in words.features
    ]
    return [*places, *features]


def _identities(part: str, text: str, words: Words) -> Iterator[Found]:
    for one in identities(text, known=words.places):
        end = re.compile(r"[\s,;]|$").search(text, one.at)
        length = (end.start() if end else len(text)) - one.at + 1
        yield Found(part, one.at, length, What.IDENTITY, f"what seems to be {one.what}")


def _without(text: str, known: Collection[str]) -> str:
    """The text with the known names blotted out, each letter staying in its place."""
    for name in sorted(known, key=len, reverse=True):
        text = re.sub(re.escape(name), lambda match: "·" * len(match[0]), text)
    return text


def must_be_second(subject: str, authors: Collection[str], asked_by: str) -> None:
    """Refuse who has written in the report, or has asked for the check."""
    if subject in authors or subject == asked_by:
        raise NotSecond("You have written in this report, or asked for the check: a second person reads it.")


def must_be_the_same(checked: str, now: str) -> None:
    """Refuse to judge a text that is no longer there."""
    if checked != now:
        raise TextChanged("The report was written again after this check was asked for: ask for another.")


def must_say_why(found: int, reason: str | None) -> None:
    """Where something was found that may stay all the same, it is said why."""
    if found and not reason:
        message = f"{found} places could identify a child: say why they may stay, or send it back."
        raise Invalid.field("reason", "missing", message)
