"""Tables with faults: every fault is named by its row and column, with the cure."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shared.loading import BadFile
from shared.tabular import Line, read

COLUMNS = ("name", "kind", "since", "count", "also", "active")


class Kind(StrEnum):
    """Two kinds."""

    ROUND = "round"
    SQUARE = "square"


def take(line: Line) -> tuple[Any, ...]:
    """A row, as values."""
    return (
        line.text("name", longest=10),
        line.one_of("kind", Kind),
        line.day("since"),
        line.number_of("count", least=1, greatest=9),
        line.many("also"),
        line.yes("active"),
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Where a table can be written."""
    return tmp_path / "things.csv"


def test_a_table_as_a_spreadsheet_saves_it(table: Path) -> None:
    table.write_bytes(
        "\ufeffkind,name,since,count,also,active\r\nround,Café\u00a0 One,2026-04-01,3,a; b ;,YES\r\n,,,,,\r\nsquare,Two,,,,\r\n".encode()
    )
    assert read(table, COLUMNS, take) == [
        ("Café One", Kind.ROUND, date(2026, 4, 1), 3, ("a", "b"), True),
        ("Two", Kind.SQUARE, None, None, (), False),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_however_a_program_separates_and_encodes(table: Path, encoding: str, delimiter: str, end: str) -> None:
    """Capitals and blanks in the names of columns, a column too many that is empty, a line break in a cell."""
    rows = (
        ["Name", "KIND ", "since", "count", "also", "active", "", ""],
        ['"Café\nOne"', "round", "", "", '"a;b"', "no", "", ""],
    )
    table.write_bytes(end.join(delimiter.join(row) for row in rows).encode(encoding))
    assert read(table, COLUMNS, take) == [("Café One", Kind.ROUND, None, None, ("a", "b"), False)]


@pytest.mark.parametrize("named", ["things.xlsx", "things.csv"])
def test_a_workbook_whatever_its_name_says(tmp_path: Path, named: str) -> None:
    """Its dates are dates, its numbers whole where they are, its rows counted as it shows them."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (COLUMNS, ("One", "round", date(2026, 4, 3), 3.0, "a; b", True), (), (1e15, "round", "ASAP", 1.5)):
        sheet.append(row)
    sheet["C5"] = datetime.fromisoformat("2026-04-03 09:30")
    book.save(tmp_path / named)
    with pytest.raises(BadFile) as refused:
        read(tmp_path / named, COLUMNS, take)
    said = [line.strip() for line in str(refused.value).splitlines()[1:]]
    assert said[:3] == [
        "row 4, column name: At most 10 characters fit here.",  # 1.000000E+15
        "row 4, column since: 'ASAP' is not a date: write it as 2026-04-01.",
        "row 4, column count: '1.5' is not a whole number from 1 to 9.",
    ]
    assert "row 5, column since: '2026-04-03 09:30' is not a date: write it as 2026-04-01." in said
    sheet.delete_rows(4, 2)
    book.save(tmp_path / named)
    assert read(tmp_path / named, COLUMNS, take) == [("One", Kind.ROUND, date(2026, 4, 3), 3, ("a", "b"), True)]


def test_a_workbook_that_is_broken(table: Path) -> None:
    table.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BadFile, match=r"^things\.csv: no workbook that can be read"):
        read(table, COLUMNS, take)


def test_a_decomposed_letter_is_one_letter(table: Path) -> None:
    table.write_text("name,kind,since,count,also,active\nCafe\u0301,round,,,,\n", encoding="utf-8")
    assert read(table, COLUMNS, take)[0][0] == "Café"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",round,,,,", "row 2, column name: This cell must not be empty."),
        ("a long name indeed,round,,,,", "row 2, column name: At most 10 characters fit here."),
        ("One,oval,,,,", "row 2, column kind: 'oval' is not one of the codes; nearest: round, square."),
        ("One,Squire,,,,", "row 2, column kind: 'Squire' is not one of the codes; nearest: square."),
        ("One,,,,,", "row 2, column kind: This cell must not be empty."),
        ("One,round,1/4/2026,,,", "row 2, column since: '1/4/2026' is not a date: write it as 2026-04-01."),
        ("One,round,20260401,,,", "row 2, column since: '20260401' is not a date: write it as 2026-04-01."),
        ("One,round,0202-04-01,,,", "row 2, column since: 0202-04-01 is not from 1900 to 2199."),
        ("One,round,,10,,", "row 2, column count: '10' is not a whole number from 1 to 9."),
        ("One,round,,²,,", "row 2, column count: '²' is not a whole number from 1 to 9."),
        ("One,round,,,,maybe", "row 2, column active: 'maybe' must be yes or no."),
        ("One,round,,,", "row 2, column active: 5 cells in a table of 6."),
        ("One,round,,,,,more", "row 2, column active: 7 cells in a table of 6."),
        ("O\x07ne,round,,,,", "row 2, column name: A control character stands in this cell"),
        ('"O\nne",oval,,,,', "row 2, column kind: 'oval'"),
        ('"One,round,,,,', "unexpected end of data"),
    ],
)
def test_what_is_wrong_with_a_row(table: Path, row: str, said: str) -> None:
    table.write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    with pytest.raises(BadFile, match=r"^things\.csv, row 2") as refused:
        read(table, COLUMNS, take)
    assert said in str(refused.value)


def test_all_faults_are_named_at_once(table: Path) -> None:
    table.write_text(",".join(COLUMNS) + "\n" + ",oval,,,,\n" * 40, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read(table, COLUMNS, take)
    said = str(refused.value)
    assert said.startswith("things.csv: 80 cells are wrong:\n  row 2, column name: ")
    assert "row 2, column kind: 'oval'" in said
    assert said.endswith("… and 30 more.")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("name,kind,since,count,also", "row 1: the columns are not the expected ones; missing: active."),
        ("name,kind,since,count,also,active,x", "row 1: the columns are not the expected ones; not known: x."),
        ("name,name,kind,since,count,also,active", "row 1: the columns are not the expected ones; twice: name."),
        ("Things of ours,,,,,", "Take out what stands above them: name, kind, since, count, also, active."),
        ("", "the first row names the columns"),
    ],
)
def test_a_table_of_other_columns(table: Path, header: str, said: str) -> None:
    table.write_text(f"{header}\n", encoding="utf-8")
    with pytest.raises(BadFile, match=r"^things\.csv, row 1: ") as refused:
        read(table, COLUMNS, take)
    assert said in str(refused.value)


def test_a_file_that_is_no_text(table: Path) -> None:
    table.write_bytes(",".join(COLUMNS).encode() + b"\nOne,round,,,,\nCaf\xe9,round,,,,\n")
    with pytest.raises(BadFile, match=r"^things\.csv, row 3: not UTF-8"):
        read(table, COLUMNS, take)


def test_a_file_that_is_not_there(table: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read: No such file"):
        read(table, COLUMNS, take)
