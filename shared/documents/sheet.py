"""A document as an accessible spreadsheet, one table to a sheet, by the government statisticians' own package."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shared.documents.model import MARKS, Cell, Column, Document, Measure, Prose, Row, Section, Status, Table, Unit
from shared.documents.rounding import UNITS, day_and_time

if TYPE_CHECKING:
    import pandas

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_NAME_AT_MOST = 31  # characters of a sheet's name; longer ones make Excel repair the file
_FORMATS = {Unit.COUNT: "#,##0", Unit.CALENDAR_DAYS: "#,##0", Unit.PERCENT: '0.0"%"', Unit.TEXT: "General"}
_EXACT = "Cells hold the exact figures; they show one decimal."


def render(document: Document) -> bytes:
    """The workbook; figures are exact, only their format is rounded."""
    import gptables  # brings pandas with it: seconds and tens of megabytes, wanted only here

    sheets = {label: _gptable(table, document) for label, table in labelled(document)}
    out = io.BytesIO()
    book = gptables.produce_workbook(
        out,
        sheets=sheets,
        cover=gptables.Cover(
            title=_inert(document.title),
            intro=[document.marking, _inert(document.subtitle), *map(_inert, document.notes)],
            about=[f"As at {day_and_time(document.as_at)}.", *document.legend],
        ),
        notes_table=_notes(),
        contentsheet_options={"instructions": f"{document.marking}. This worksheet lists the tables."},
        notesheet_options={"instructions": f"{document.marking}. This worksheet contains one table."},
        # Words that look like formulas or addresses stay words.
        workbook_options={"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties(
        {
            "title": document.title,
            "subject": document.subtitle,
            "comments": document.marking,
            "created": document.as_at.replace(tzinfo=None),
        }
    )
    for sheet in book.worksheets():
        sheet.set_header(f"&C{document.marking}")
        sheet.set_footer(f"&C{document.marking}&RPage &P of &N")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for table in sheet.tables:  # its headings stand on every printed page
            sheet.repeat_rows(int(re.search(r"\d+", table["range"])[0]) - 1)  # type: ignore[index]
    book.close()
    return out.getvalue()


def labelled(document: Document) -> Iterator[tuple[str, Table]]:
    """Every sheet's name and table, in order; what is no table on the page becomes one here."""
    tables = [table for section in document.sections for table in _tables(section, document)]
    for number, table in enumerate(tables, 1):
        yield f"{number} {table.id}"[:_NAME_AT_MOST], table


def _tables(section: Section, document: Document) -> Iterator[Table]:
    if prose := [part for part in section.parts if isinstance(part, Prose)]:
        yield _words(section, prose, document)
    if measures := [part for part in section.parts if isinstance(part, Measure)]:
        yield _measures(section, measures, document)
    yield from section.tables


def _words(section: Section, prose: list[Prose], document: Document) -> Table:
    rows = [
        Row(f"{part.id}-{number}", part.title, (Cell(paragraph),))
        for part in prose
        for number, paragraph in enumerate(part.paragraphs, 1)
    ]
    return Table(
        id=f"{section.id}-words", title=f"{section.title}: in words", definition="What the report says in words.",
        as_at=document.as_at, stub="Heading", columns=(Column("text", "Text", Unit.TEXT),), rows=tuple(rows),
    )  # fmt: skip


def _measures(section: Section, measures: list[Measure], document: Document) -> Table:
    absent = Cell(None, Status.NOT_APPLICABLE)
    columns = (
        Column("value", "Figure", Unit.TEXT), Column("unit", "Unit", Unit.TEXT), Column("numerator", "Numerator"),
        Column("denominator", "Denominator"), Column("n", "n"), Column("definition", "Definition", Unit.TEXT),
        Column("as_at", "As at", Unit.TEXT),
    )  # fmt: skip
    rows = [
        Row(measure.id, measure.title, (
            measure.value, Cell(UNITS[measure.unit]), measure.numerator or absent, measure.denominator or absent,
            measure.n or absent, Cell(measure.definition), Cell(day_and_time(measure.as_at)),
        ))
        for measure in measures
    ]  # fmt: skip
    return Table(
        id=f"{section.id}-measures", title=f"{section.title}: measures", definition="One measure to a row.",
        as_at=document.as_at, stub="Measure", columns=columns, rows=tuple(rows),
    )  # fmt: skip


def _gptable(table: Table, document: Document) -> Any:
    import gptables
    import pandas

    rows = table.rows or (Row("none", "None", (Cell(None, Status.NOT_APPLICABLE),) * len(table.columns)),)
    lines = [[_inert(row.title), *map(_value, row.cells)] for row in rows]
    headings = [table.stub, *(column.title for column in table.columns)]
    units = {c.title: UNITS[c.unit] for c in table.columns if c.unit not in (Unit.COUNT, Unit.PERCENT, Unit.TEXT)}
    return gptables.GPTable(
        pandas.DataFrame(lines, columns=headings, dtype=object),
        table_name=re.sub(r"\W", "_", f"t_{table.id}"),
        title=_inert(table.title),
        subtitles=[f"{document.marking}. {_inert(document.title)}, {_inert(document.subtitle)}."],
        instructions="This worksheet contains one table. Figures are exact. $$exact$$",
        legend=list(document.legend),
        scope=f"{_inert(table.definition)} As at {day_and_time(table.as_at)}.",
        units=units or None,
        index_columns={2: 0},
        additional_formatting=_formats(table, {part.id: part.unit for part in document.measures}),
    )


def _formats(table: Table, measures: dict[str, Unit]) -> list[dict[str, Any]]:
    bold = [place for place, row in enumerate(table.rows, 1) if row.is_total]
    formats: list[dict[str, Any]] = [
        {"column": {"columns": [place], "format": _format(column.unit)}}
        for place, column in enumerate(table.columns, 1)
        if column.unit is not Unit.TEXT
    ]
    if {row.id for row in table.rows} <= measures.keys():  # every measure has its own unit
        formats += [
            {"cell": {"cells": [(place, 1)], "format": _format(measures[row.id])}}
            for place, row in enumerate(table.rows, 1)
        ]
    if bold:
        formats.append({"row": {"rows": bold, "include_names": True, "format": {"bold": True}}})
    return formats


def _format(unit: Unit) -> dict[str, str]:
    return {"num_format": _FORMATS.get(unit, "#,##0.0")}


def _notes() -> pandas.DataFrame:
    import pandas

    return pandas.DataFrame([["exact", _EXACT]], columns=["Note reference", "Note text"])


def _value(cell: Cell) -> int | float | str:
    if cell.value is None:
        return MARKS[cell.status]
    return _inert(cell.value) if isinstance(cell.value, str) else cell.value


def _inert(text: str) -> str:
    """The text without what gptables would take for a note, a link or an empty cell."""
    text = text.replace("$$", "$ $").replace("](", "] (")
    return text if re.search(r"[A-Za-z0-9]", text) else f"(as entered) {text}"
