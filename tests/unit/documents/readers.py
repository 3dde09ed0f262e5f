"""Reads a rendered document back, each format by another hand than the one which wrote it."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import openpyxl
import pypdf

from shared.documents import Document, Status

Place = tuple[str, str, str]
Read = dict[Place, str | int | float | None]


def expected(document: Document) -> dict[Place, tuple[object, Status]]:
    """Every cell of every table by table, row and column, as the document holds it."""
    return {
        (table.id, row.id, column.id): (cell.value, cell.status)
        for table in document.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def from_json(data: bytes) -> dict[Place, tuple[object, Status]]:
    """Every table cell of the JSON."""
    return {
        (part["id"], row["id"], column): (cell["value"], Status(cell["status"]))
        for section in json.loads(data)["sections"]
        for part in section["parts"]
        if part["part"] == "table"
        for row in part["rows"]
        for column, cell in row["cells"].items()
    }


def from_csv(data: bytes) -> dict[Place, tuple[str, Status]]:
    """Every line of the CSV by table, row and column."""
    lines = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return {(line["table"], line["row"], line["column"]): (line["value"], Status(line["status"])) for line in lines}


def from_html(data: bytes) -> dict[str, list[list[str]]]:
    """Every table's rows by the table's id, headings first."""
    reader = _Tables()
    reader.feed(data.decode("utf-8"))
    return reader.tables


def from_sheet(data: bytes) -> dict[str, list[list[object]]]:
    """Every sheet's lines by its name."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}


def from_pdf(data: bytes) -> str:
    """The text of all pages without white space, which a typesetter is free to move."""
    return "".join(squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def squeezed(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = self.tables[dict(attrs)["id"] or ""] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self._rows[-1][-1] += data
