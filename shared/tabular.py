"""Reads the tables that people keep: every fault named by row and column, and nothing taken from a table with a fault."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook

from shared.loading import BadFile
from shared.schemas import FIRST_DAY, ISO_DAY, LAST_DAY

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

MOST_FAULTS = 50
MOST_ROWS = 100_000
LONGEST_CELL = 4_000
YES, NO = "yes", "no"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx and .ods begin, and .xls
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how “Unicode text” begins
DELIMITERS = ",;\t"
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number: what stands after them is made up


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
    """What `take` makes of each row of a table with exactly these columns: a CSV file, or a workbook's first sheet.

    BadFile names every fault by the row that a spreadsheet shows.
    """
    rows = _rows(path)
    header = _header(path, next(rows, []), columns)
    faults: list[Fault] = []
    taken: list[T] = []
    for number, row in enumerate(rows, 2):
        if any(map(str.strip, row)):
            taken.append(take(_line(number, header, row, faults)))
        if len(taken) > MOST_ROWS:
            raise BadFile(path, f"it has more than {MOST_ROWS} rows.")
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


def _rows(path: Path) -> Iterator[list[str]]:
    """The rows of a file, of whichever of the two kinds its content is, whatever its name says."""
    try:
        content = path.read_bytes()
    except OSError as failure:
        raise BadFile(path, f"cannot be read: {failure.strerror}.") from None
    return _of_workbook(path, content) if content.startswith(WORKBOOKS) else _of_text(path, _text(path, content))


def _of_workbook(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return iter([[_spelt(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)])
    except CalamineError:
        raise BadFile(path, "no workbook that can be read. Save it as “CSV UTF-8” and load that.") from None


def _spelt(cell: object) -> str:
    """A workbook's cell as a table of text has it."""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < EXACT
        return str(int(cell)) if whole else str(cell) if abs(cell) < EXACT else f"{cell:E}"
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else cell.isoformat(" ", "minutes")
    return str(cell)


def _of_text(path: Path, text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    # Line ends of whatever kind become one, in cells too.
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=max(DELIMITERS, key=first.count), strict=True)
    number = 1
    try:
        for row in reader:
            number += 1
            yield row
    except csv.Error as failure:
        raise BadFile(path, f"{failure}.", row=number) from None


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as failure:
        line = content[: failure.start].count(b"\n") + 1
        raise BadFile(path, "not UTF-8. Save it as “CSV UTF-8” and load it again.", row=line) from None


def _header(path: Path, row: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The names of the columns, however they are spelt with capitals and blanks. BadFile where they are not these."""
    header = [code_of(_clean(cell)) for cell in row]
    while header and not header[-1]:
        header.pop()
    if sorted(header) == sorted(columns):
        return header
    if not set(header) & set(columns):
        named = ", ".join(columns)
        raise BadFile(
            path,
            f"the first row names the columns, and here it does not. Take out what stands above them: {named}.",
            row=1,
        )
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
    if len(row) < len(header) or any(map(str.strip, row[len(header) :])):
        line.fault(header[min(len(row), len(header) - 1)], f"{len(row)} cells in a table of {len(header)}.")
    for column, cell in zip(header, row, strict=False):
        if any(unicodedata.category(letter) == "Cc" and not letter.isspace() for letter in cell):
            line.fault(column, "A control character stands in this cell: write it again.")
    return line


def code_of(text: str) -> str:
    """The code that people mean by “Drift and delay”."""
    return text.lower().replace(" ", "_").replace("-", "_")


def _clean(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).replace("\N{ZERO WIDTH SPACE}", "").split())
