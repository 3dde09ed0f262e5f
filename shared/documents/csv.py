"""A document as one tidy CSV table: a line per figure, so that any tool can filter it without knowing its layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import rfc8785

from shared.documents.model import Cell, Document, Measure, Part, Plot, Prose, Table, Unit, instant

MEDIA_TYPE = "text/csv; charset=utf-8"
HEADINGS = ("section", "table", "row", "column", "value", "unit", "status")

Line = tuple[str, str, str, str, str, str, str]


def render(document: Document) -> bytes:
    """The document in UTF-8 without a byte order mark and with CRLF, as RFC 4180 has it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows(lines(document))
    return out.getvalue().encode("utf-8")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A plain table, a line for each row, in the same spelling."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8")


def plain(value: object) -> str:
    """A value as a cell: nothing for None, JSON's spelling for what is no text, and text that no program runs."""
    if value is None:
        return ""
    return defused(value) if isinstance(value, str) else rfc8785.dumps(value).decode()  # type: ignore[arg-type]


def lines(document: Document) -> Iterator[Line]:
    """The document's own particulars, then every part in reading order."""
    particulars = {
        "title": document.title,
        "subtitle": document.subtitle,
        "marking": document.marking,
        "as_at": instant(document.as_at),
    }
    for name, text in particulars.items():
        yield _line("document", "document", name, "text", Cell(text), Unit.TEXT)
    for number, note in enumerate(document.notes, 1):
        yield _line("document", "notes", str(number), "text", Cell(note), Unit.TEXT)
    for section in document.sections:
        for part in section.parts:
            yield from _part(section.id, part)


def _part(section: str, part: Part) -> Iterator[Line]:
    match part:
        case Prose():
            for number, paragraph in enumerate(part.paragraphs, 1):
                yield _line(section, part.id, str(number), "text", Cell(paragraph), Unit.TEXT)
        case Measure():
            yield from _measure(section, part)
        case Table():
            yield from _table(section, part)
        case Plot():
            yield from _table(section, part.table)


def _measure(section: str, measure: Measure) -> Iterator[Line]:
    yield _line(section, measure.id, "all", "value", measure.value, measure.unit)
    for column, cell in (("numerator", measure.numerator), ("denominator", measure.denominator), ("n", measure.n)):
        if cell is not None:
            yield _line(section, measure.id, "all", column, cell, Unit.COUNT)


def _table(section: str, table: Table) -> Iterator[Line]:
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            yield _line(section, table.id, row.id, column.id, cell, column.unit)


def _line(section: str, table: str, row: str, column: str, cell: Cell, unit: Unit) -> Line:
    return section, table, row, column, _value(cell), unit.value, cell.status.value


def _value(cell: Cell) -> str:
    """A number is spelt as the JSON of the same document spells it."""
    return plain(cell.value)


def defused(text: str) -> str:
    """The text, quoted where a spreadsheet program would run it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
