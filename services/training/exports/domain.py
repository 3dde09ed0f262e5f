"""Reads what online meetings export: who was there, and for how long; every fault named by its row, and nothing taken with one; pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from shared.days import LONDON
from shared.problems import FieldError, Invalid

SEPARATORS = "\t;,"
MOST_ROWS = 5000
MOST_FAULTS = 50
FIELD = "export"


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


def read(text: str, form: Format, starts_at: datetime, ends_at: datetime) -> list[Joined]:
    """Everybody in an export, once, in its order. Invalid lists what cannot be read.

    Who left and came back has several rows; times that overlap count once, and only those within the session.
    """
    table = _table(text, form)
    head = table[0][1]
    place = {name: column for name, heads in form.columns.items() if (column := _column(head, heads)) is not None}
    faults: list[FieldError] = []
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    minutes: dict[str, float] = {}
    names: dict[str, tuple[str, str | None]] = {}
    for number, cells in table[1:]:
        row = {name: cells[column].strip() if column < len(cells) else "" for name, column in place.items()}
        if not (row.get("name") or row.get("email")):
            continue
        email = row.get("email", "").lower() or None
        key = email or row["name"].casefold()
        names.setdefault(key, (row.get("name") or email or "", email))
        if row.get("minutes"):
            if row["minutes"].replace(".", "", 1).isdigit():
                minutes[key] = minutes.get(key, 0) + float(row["minutes"])
            else:
                faults.append(_fault(number, "minutes", "Write the minutes as a number."))
            continue
        joined, left = (_instant(row.get(name, ""), form.instants) for name in ("joined", "left"))
        if joined is None or left is None or left < joined:
            faults.append(_fault(number, "joined", "Give when she joined and left, or the minutes; days come first."))
        else:
            spans.setdefault(key, []).append((max(joined, starts_at), min(left, ends_at)))
    if faults:
        raise Invalid("The export cannot be read whole, so nothing was taken.", errors=faults[:MOST_FAULTS])
    length = (ends_at - starts_at).total_seconds() / 60
    return [
        Joined(name, email, int(min(minutes.get(key, 0) + _within(spans.get(key, ())), length)))
        for key, (name, email) in names.items()
    ]


def _table(text: str, form: Format) -> list[tuple[int, list[str]]]:
    """The rows from the head of the columns on, numbered as in the file; what stands before or after an empty line is not the list."""
    lines = text.removeprefix("\ufeff").splitlines()
    for start, line in enumerate(lines):
        separator = max(SEPARATORS, key=line.count)
        head = next(csv.reader([line], delimiter=separator), [])
        if _column(head, form.columns["name"]) is None or (
            _column(head, form.columns["minutes"]) is None
            and (_column(head, form.columns["joined"]) is None or _column(head, form.columns["left"]) is None)
        ):
            continue
        end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
        rows = list(csv.reader(io.StringIO("\n".join(lines[start:end])), delimiter=separator))
        if len(rows) > MOST_ROWS:
            raise Invalid.field(FIELD, "too_long", f"At most {MOST_ROWS} rows are read at once.")
        return [(start + number + 1, row) for number, row in enumerate(rows)]
    message = "No line of it heads the columns: name, email, and joined and left or minutes."
    raise Invalid.field(FIELD, "no_columns", message)


def _column(head: Sequence[str], heads: Sequence[str]) -> int | None:
    small = [cell.strip().lower() for cell in head]
    return next((small.index(one) for one in heads if one in small), None)


def _instant(text: str, forms: Sequence[str]) -> datetime | None:
    """The instant that is written so, or None; without a zone it is London's."""
    for form in ("", *forms):
        with suppress(ValueError):
            found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
            return found if found.tzinfo else found.replace(tzinfo=LONDON)
    return None


def _within(spans: Sequence[tuple[datetime, datetime]]) -> float:
    """The minutes that these cover together."""
    total, reached = 0.0, None
    for first, last in sorted(spans):
        begins = first if reached is None else max(first, reached)
        if last > begins:
            total += (last - begins).total_seconds() / 60
            reached = last
    return total


def _fault(number: int, column: str, message: str) -> FieldError:
    return FieldError(f"{FIELD}.{number}.{column}", "unreadable", message)
