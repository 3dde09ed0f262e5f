"""Reads what online meetings export: who was there, and for how long; every fault named by its row, and nothing taken with one; pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from shared.days import LONDON
from shared.problems import FieldError, Invalid

SEPARATORS = "\t;,"
MOST_ROWS = 5000
MOST_FAULTS = 50
FIELD = "export"
_ASIDE = re.compile(r"\s*\([^()]*\)$")  # `(Guest)`, `(Unverified)`, what somebody calls herself else
_LENGTH = re.compile(r"(?:(\d{1,5})\s*h\w*\W*)?(?:(\d{1,5})\s*m\w*\W*)?(?:(\d{1,5})\s*s\w*)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d)", re.ASCII)
_TRIED = 5  # rows by which it is seen how instants may be written


@dataclass(frozen=True, slots=True)
class Format:
    """How exports are understood: the heads of columns, in small letters, and how instants are written."""

    columns: Mapping[str, Sequence[str]]
    instants: Sequence[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """One person in an export, with the minutes of the session for which she was there."""

    name: str
    email: str | None
    minutes: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the list, as it stands there."""

    number: int
    name: str
    email: str
    joined: str
    left: str
    minutes: str
    waiting: str


@dataclass(slots=True)
class _Stay:
    """What rows say of one person: from when until when, the minutes of those rows, and the minutes of rows without times."""

    name: str
    email: str | None
    spans: list[tuple[datetime, datetime]]
    stated: float = 0
    untimed: float = 0

    def minutes(self, starts_at: datetime, ends_at: datetime) -> float:
        """How long she was there while the session ran: not longer than is stated, for between two times she may have left."""
        return min(_within(self.spans, starts_at, ends_at), self.stated) + self.untimed


def read(text: str, form: Format, starts_at: datetime, ends_at: datetime, known: Mapping[str, str]) -> list[Joined]:
    """Everybody in an export, once, in its order. Invalid lists what cannot be read, or says that it is of another meeting.

    Who left and came back has several rows; times that overlap count once, and only those within the session. `known`: addresses by
    plain names. Whoever has none in the export is known by a name that is there, or there, one person's alone.
    """
    rows = [row for row in _longest(text, form) if (row.name or row.email) and row.waiting.lower() != "yes"]
    written = _written(rows, ("", *form.instants), starts_at, ends_at)
    address = _by_name(rows) | dict(known)
    faults: list[FieldError] = []
    stays: dict[str, _Stay] = {}
    for row in rows:
        email = row.email.lower() or address.get(plain(row.name))
        stay = stays.setdefault(email or plain(row.name), _Stay(row.name or row.email, email, []))
        joined, left = (_instant(one, written) for one in (row.joined, row.left))
        minutes = _minutes(row.minutes) if row.minutes else None
        if row.minutes and minutes is None:
            faults.append(_fault(row.number, "minutes", "Write the minutes as a number, or as 1h 2m 3s."))
        elif joined and left and joined <= left:
            stay.spans.append((joined, left))
            stay.stated += (left - joined).total_seconds() / 60 if minutes is None else minutes
        elif minutes is not None and not (joined and left):
            stay.untimed += minutes
        else:
            message = "Give when she joined and left, or the minutes; all rows write days in the same way."
            faults.append(_fault(row.number, "joined", message))
    if faults:
        raise Invalid("The export cannot be read whole, so nothing was taken.", errors=faults[:MOST_FAULTS])
    length = (ends_at - starts_at).total_seconds() / 60
    there = [(stay, int(min(stay.minutes(starts_at, ends_at), length))) for stay in stays.values()]
    if any(stay.spans for stay in stays.values()) and not any(minutes for _, minutes in there):
        message = (
            "Nobody in it was there while this session ran: it is another meeting's, or its times are not London's."
        )
        raise Invalid.field(FIELD, "another_meeting", message)
    return [Joined(stay.name, stay.email, minutes) for stay, minutes in there]


def plain(name: str) -> str:
    """A name as it is compared: in small letters, `Surname, First` turned round, without what stands in brackets behind it."""
    last, comma, first = _ASIDE.sub("", name.strip()).partition(",")
    return " ".join((f"{first} {last}" if comma else last).casefold().split())


def _by_name(rows: Sequence[_Row]) -> dict[str, str]:
    """The addresses in an export by names that stand beside no other."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.email:
            found.setdefault(plain(row.name), set()).add(row.email.lower())
    return {name: emails.pop() for name, emails in found.items() if name and len(emails) == 1}


def _longest(text: str, form: Format) -> list[_Row]:
    """The rows of the longest list: where one tells each joining by itself, another has only everybody's first and last."""
    lists = list(_lists(text, form))
    if not lists:
        message = "No line of it heads the columns: name, email, and joined and left or minutes."
        raise Invalid.field(FIELD, "no_columns", message)
    found = max(lists, key=len)
    if len(found) >= MOST_ROWS:
        raise Invalid.field(FIELD, "too_long", f"At most {MOST_ROWS} rows are read at once.")
    return found


def _lists(text: str, form: Format) -> Iterator[list[_Row]]:
    """The lists in a file, each from the head of its columns to an empty line, with rows numbered as in the file."""
    lines = text.removeprefix("\ufeff").splitlines()
    end = 0
    for start, line in enumerate(lines):
        separator = max(SEPARATORS, key=line.count)
        head = next(csv.reader([line], delimiter=separator), [])
        if start < end or not _heads(head, form):
            continue
        end = next((at for at in range(start, len(lines)) if not lines[at].strip(separator + " ")), len(lines))
        place = {name: _column(head, heads) for name, heads in form.columns.items()}
        table = csv.reader(io.StringIO("\n".join(lines[start + 1 : end])), delimiter=separator)
        yield [
            _Row(number=start + number, **{name: _cell(cells, column) for name, column in place.items()})
            for number, cells in enumerate(table, 2)
        ]


def _heads(head: Sequence[str], form: Format) -> bool:
    has = {name: _column(head, heads) is not None for name, heads in form.columns.items()}
    return has["name"] and (has["minutes"] or (has["joined"] and has["left"]))


def _column(head: Sequence[str], heads: Sequence[str]) -> int | None:
    small = [cell.strip().lower() for cell in head]
    return next((small.index(one) for one in heads if one in small), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return " ".join(cells[column].split()) if column is not None and column < len(cells) else ""


def _written(rows: Sequence[_Row], forms: Sequence[str], starts_at: datetime, ends_at: datetime) -> str:
    """How the instants of a list are written: as most can be read, and of those ways as most were there while the session ran."""
    timed = [row for row in rows if row.joined]

    def fits(form: str) -> tuple[int, int]:
        read = [(_instant(row.joined, form), _instant(row.left, form)) for row in timed]
        spans = [(joined, left) for joined, left in read if joined and left]
        return len(spans), sum(joined < ends_at and left > starts_at for joined, left in spans)

    able = [form for form in forms if any(_instant(row.joined, form) for row in timed[:_TRIED])]
    return max(able, key=fits, default="")


def _instant(text: str, form: str) -> datetime | None:
    """The instant that is written so, by ISO 8601 where no form is named, or None; without a zone it is London's."""
    with suppress(ValueError):
        found = datetime.strptime(text.replace(",", ""), form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        return found if found.tzinfo else found.replace(tzinfo=LONDON)
    return None


def _minutes(text: str) -> float | None:
    """The minutes that are written `58`, `1h 2m 3s` or `01:02:03`; None where it is none of these."""
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return float(text)
    found = _CLOCK.fullmatch(text) or _LENGTH.fullmatch(text.lower())
    if found is None:
        return None
    hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return hours * 60 + minutes + seconds / 60


def _within(spans: Sequence[tuple[datetime, datetime]], starts_at: datetime, ends_at: datetime) -> float:
    """The minutes of the session that these cover together."""
    total, reached = 0.0, starts_at
    for joined, left in sorted(spans):
        first, last = max(joined, reached), min(left, ends_at)
        if last > first:
            total += (last - first).total_seconds() / 60
            reached = last
    return total


def _fault(number: int, column: str, message: str) -> FieldError:
    return FieldError(f"{FIELD}.{number}.{column}", "unreadable", message)
