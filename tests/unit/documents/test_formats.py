"""All formats say the same, cell by cell."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import openpyxl
import pypdf
import pytest

from shared.documents import Document, Status, csv, html, pdf, sheet
from shared.documents import json as json_format
from shared.documents.model import MARKS
from shared.documents.rounding import day_and_time, written
from shared.documents.schemas import DocumentShown
from tests.unit.documents import readers
from tests.unit.documents.sample import document

SAMPLE = document()


def spelt(value: object) -> str:
    """A value as the CSV spells it: whole numbers without a fraction, as JSON does."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def test_json_holds_every_cell_unrounded() -> None:
    assert readers.from_json(json_format.render(SAMPLE)) == readers.expected(SAMPLE)


def test_json_is_what_the_openapi_documents_say_of_it() -> None:
    rendered = json_format.render(SAMPLE)
    said = DocumentShown.model_validate_json(rendered, strict=True, extra="forbid")
    assert {part.part for section in said.sections for part in section.parts} == {"prose", "measure", "table", "plot"}


def test_json_is_canonical() -> None:
    rendered = json_format.render(SAMPLE)
    assert rendered == json_format.render(document())
    assert (
        rendered == json.dumps(json.loads(rendered), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )


def test_json_measures_name_numerator_denominator_and_n() -> None:
    parts = {p["id"]: p for s in json.loads(json_format.render(SAMPLE))["sections"] for p in s["parts"]}
    assert parts["told"]["value"] == 100 * 17 / 18
    assert (parts["told"]["numerator"]["value"], parts["told"]["denominator"]["value"]) == (17, 18)
    assert parts["median"]["n"]["value"] == 18
    assert parts["opened"]["rows"] == "/escalations/v1/rows?a=1&b=2"
    assert parts["small"]["numerator"] == {"value": None, "status": "hidden", "rows": None}


def test_csv_holds_every_cell_and_measure_unrounded() -> None:
    lines = readers.from_csv(csv.render(SAMPLE))
    for place, (value, status) in readers.expected(SAMPLE).items():
        assert lines[place] == ("" if value is None else spelt(value), status)
    assert lines["told", "all", "value"] == (str(100 * 17 / 18), Status.SHOWN)
    assert lines["small", "all", "numerator"] == ("", Status.HIDDEN)
    assert lines["document", "marking", "text"][0] == "OFFICIAL-SENSITIVE"
    assert lines["asked", "2", "text"][0] == "???"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_csv_never_starts_a_formula(text: str) -> None:
    assert csv.defused(text) == f"'{text}"


def test_html_shows_every_cell_rounded() -> None:
    tables = readers.from_html(html.render(SAMPLE))
    for table in SAMPLE.tables:
        headings, *rows = tables[table.id]
        assert headings[0] == table.stub
        assert rows == [
            [row.title, *(written(cell, column.unit) for column, cell in zip(table.columns, row.cells, strict=True))]
            for row in table.rows
        ]


def test_html_says_as_at_when_where_it_begins() -> None:
    assert day_and_time(SAMPLE.as_at) in html.render(SAMPLE).decode().partition("</header>")[0]


def test_html_escapes_what_people_wrote_and_fetches_nothing() -> None:
    page = html.render(SAMPLE).decode()
    assert "<b>not bold</b>" not in page
    assert "&lt;b&gt;not bold&lt;/b&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_html_leads_nowhere_that_a_browser_alone_is_refused() -> None:
    page = html.render(SAMPLE).decode()
    links = re.findall(r'href="([^"]*)"', page)
    assert links
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(set(ids)) == len(ids), "a section and its table may be called alike"
    assert {link.removeprefix("#") for link in links} < set(ids)
    told = [unescape(link) for link in re.findall(r'data-rows="([^"]*)"', page)]
    assert sorted(told) == sorted(cell.link for cell in SAMPLE.cells if cell.link)
    without = replace(SAMPLE, sections=SAMPLE.sections[:0])
    assert ("access token" in page, "access token" in html.render(without).decode()) == (True, False)


def test_html_style_is_what_the_policy_allows() -> None:
    page = html.render(SAMPLE).decode()
    style = page.split("<style>")[1].split("</style>")[0]
    assert style == html._style()
    assert " style=" not in page
    assert "sha256-" in html.content_security_policy()


def test_sheet_holds_every_cell_unrounded() -> None:
    sheets = readers.from_sheet(sheet.render(SAMPLE))
    for label, table in sheet.labelled(SAMPLE):
        lines = sheets[label]
        start = next(i for i, line in enumerate(lines) if line[0] == table.stub) + 1
        if not table.rows:
            assert lines[start:] == [["None", *("[z]" for _ in table.columns)]]
            continue
        assert lines[start:] == [
            [row.title, *(MARKS.get(cell.status) or sheet._value(cell) for cell in row.cells)] for row in table.rows
        ]


def test_sheet_bears_the_marking_everywhere_and_runs_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet.render(SAMPLE)))
    for page in book:
        assert page.oddHeader.center.text == "OFFICIAL-SENSITIVE"
        assert page.oddFooter.center.text == "OFFICIAL-SENSITIVE"
        assert any("OFFICIAL-SENSITIVE" in str(cell.value) for line in page.iter_rows(max_row=3) for cell in line)
        assert not any(cell.data_type == "f" for line in page.iter_rows() for cell in line)


def test_sheet_repeats_each_tables_headings_on_every_printed_page() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet.render(SAMPLE)))
    for label, table in sheet.labelled(SAMPLE):
        repeated = book[label].print_title_rows
        assert repeated, label
        assert book[label].cell(int(repeated.partition(":")[0].strip("$")), 1).value == table.stub


def test_pdf_shows_every_cell_rounded_in_order() -> None:
    text = readers.from_pdf(pdf.render(SAMPLE))
    place = 0
    for table in SAMPLE.tables:
        for row in table.rows:
            cells = [written(cell, column.unit) for column, cell in zip(table.columns, row.cells, strict=True)]
            wanted = readers.squeezed("".join([row.title, *cells]))
            place = text.index(wanted, place) + len(wanted)


def test_pdf_is_tagged_marked_and_the_same_every_time() -> None:
    rendered = pdf.render(SAMPLE)
    assert rendered == pdf.render(document())
    reader = pypdf.PdfReader(io.BytesIO(rendered))
    assert str(reader.root_object["/MarkInfo"].get_object()) == "{'/Marked': True, '/Suspects': False}"
    assert str(reader.root_object["/Lang"]) == "en-GB"
    assert "<pdfuaid:part>1</pdfuaid:part>" in rendered.decode("latin-1")
    for number, page in enumerate(reader.pages, 1):
        assert page.extract_text().count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(reader.pages)}" in page.extract_text()


def test_pdf_has_its_title_and_bookmarks() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(SAMPLE)))
    assert reader.metadata
    assert reader.metadata.title == "Professional challenge – 2026/27 Q2"
    outline = reader.outline
    assert [mark.title for mark in _flat(outline)][:2] == ["Professional challenge", "For the chair"]
    assert {section.title for section in SAMPLE.sections} < {mark.title for mark in _flat(outline)}


def _flat(marks: list[Any]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, list):
            yield from _flat(mark)
        else:
            yield mark


def test_the_legend_explains_only_the_marks_in_use() -> None:
    assert [line[:3] for line in SAMPLE.legend] == ["[c]", "[z]"]
    bare = Document(title="t", subtitle="s", marking="m", as_at=SAMPLE.as_at, sections=())
    assert bare.legend == ()
