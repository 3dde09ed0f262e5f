"""Reads the tables that people keep: every fault named by row and column, and nothing taken from a table with a fault."""

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from shared.loading import BadFile
from shared.schemas import FIRST_DAY, ISO_DAY, LAST_DAY

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

MOST_FAULTS = 50
MOST_ROWS = 100_000
LONGEST_CELL = 4_000
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell, with the cure."""

    row: int
    column: str
    message: str


class Line:
    """One row of a table, read cell by cell. A cell that breaks a rule is noted, and an innocent value given instead."""

    def __init__(self, number: int, cells: dict[str, str], faults: list[Fault]) -> None:
        self.number = number
        self._cells, self._faults = cells, faults

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong with a cell, and the cure."""
        self._faults.append(Fault(self.number, column, message))

    def text(self, column: str, *, required: bool = True, longest: int = 300) -> str:
        """The cell's text."""
        text = self._cells.get(column, "")
        if required and not text:
            self.fault(column, "This cell must not be empty.")
        if len(text) > longest:
            self.fault(column, f"At most {longest} characters fit here.")
        return text

    def optional(self, column: str, *, longest: int = 300) -> str | None:
        """The cell's text, or None where it is empty."""
        return self.text(column, required=False, longest=longest) or None

    def many(self, column: str, *, longest: int = 300) -> tuple[str, ...]:
        """The parts of a cell in which semicolons separate several."""
        parts = (part.strip() for part in self.text(column, required=False, longest=LONGEST_CELL).split(";"))
        found = tuple(part for part in parts if part)
        if any(len(part) > longest for part in found):
            self.fault(column, f"At most {longest} characters fit between two semicolons.")
        return found

    def day(self, column: str) -> date | None:
        """The cell's date, written as `2026-04-01`, or None where it is empty."""
        text = self.text(column, required=False)
        try:
            day = date.fromisoformat(text if ISO_DAY.fullmatch(text) else "") if text else None
        except ValueError:
            self.fault(column, f"{text!r} is not a date: write it as 2026-04-01.")
            return None
        if day and not FIRST_DAY <= day <= LAST_DAY:
            self.fault(column, f"{day} is not from {FIRST_DAY.year} to {LAST_DAY.year}.")
        return day

    def number_of(self, column: str, *, least: int, greatest: int) -> int | None:
        """The cell's whole number, or None where it is empty."""
        text = self.text(column, required=False)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and least <= int(text[:10]) <= greatest):
            self.fault(column, f"{text!r} is not a whole number from {least} to {greatest}.")
            return None
        return int(text)

    def yes(self, column: str) -> bool:
        """Whether the cell says `yes`; `no` and nothing are the same."""
        text = self.text(column, required=False).lower()
        if text not in {YES, NO, ""}:
            self.fault(column, f"{text!r} must be yes or no.")
        return text == YES

    def one_of(self, column: str, codes: type[E]) -> E:
        """The code in the cell."""
        text = self.text(column)
        try:
            return codes(text)
        except ValueError:
            if text:
                listed = [code.value for code in codes]
                near = ", ".join(get_close_matches(text.lower(), listed, cutoff=0.5) or sorted(listed))
                self.fault(column, f"{text!r} is not one of the codes; nearest: {near}.")
            return next(iter(codes))


def read(path: Path, columns: Sequence[str], take: Callable[[Line], T]) -> list[T]:
    """What `take` makes of each row of a CSV file with exactly these columns. BadFile names every fault."""
    reader = csv.reader(io.StringIO(_text(path)), strict=True)
    faults: list[Fault] = []
    taken: list[T] = []
    try:
        header = [_clean(cell) for cell in next(reader, [])]
        _check_header(path, header, columns)
        for row in reader:
            if any(row):
                taken.append(take(_line(reader.line_num, header, row, faults)))
            if len(taken) > MOST_ROWS:
                raise BadFile(path, f"it has more than {MOST_ROWS} rows.")
    except csv.Error as failure:
        raise BadFile(path, f"{failure}.", row=reader.line_num) from None
    refuse(path, faults)
    return taken


def refuse(path: Path, faults: Sequence[Fault]) -> None:
    """BadFile where there are faults: those of single cells, or those that a later look at the whole table found."""
    if len(faults) == 1:
        raise BadFile(path, faults[0].message, row=faults[0].row, column=faults[0].column)
    if faults:
        listed = [f"row {fault.row}, column {fault.column}: {fault.message}" for fault in faults[:MOST_FAULTS]]
        more = [f"… and {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
        raise BadFile(path, "\n  ".join([f"{len(faults)} cells are wrong:", *listed, *more]))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = failure.object[: failure.start].count(b"\n") + 1
        raise BadFile(path, "not UTF-8. Save it as “CSV UTF-8” and load it again.", row=line) from None
    except OSError as failure:
        raise BadFile(path, f"cannot be read: {failure.strerror}.") from None


def _check_header(path: Path, header: Sequence[str], columns: Sequence[str]) -> None:
    if sorted(header) == sorted(columns):
        return
    missing = [column for column in columns if column not in header]
    strange = [column or "(empty)" for column in header if column not in columns]
    twice = [column for column in columns if header.count(column) > 1]
    said = [
        f"{what}: {', '.join(names)}"
        for what, names in (("missing", missing), ("not known", strange), ("twice", twice))
        if names
    ]
    raise BadFile(path, f"the columns are not the expected ones; {'; '.join(said)}.", row=1)


def _line(number: int, header: Sequence[str], row: Sequence[str], faults: list[Fault]) -> Line:
    line = Line(number, dict(zip(header, map(_clean, row), strict=False)), faults)
    if len(row) != len(header):
        line.fault(header[min(len(row), len(header) - 1)], f"{len(row)} cells in a table of {len(header)}.")
    for column, cell in zip(header, row, strict=False):
        if any(unicodedata.category(letter) == "Cc" for letter in cell):
            line.fault(column, "A line break or another control character stands in this cell.")
    return line


def _clean(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).replace("\N{ZERO WIDTH SPACE}", "").split())
