"""What a report is before it has a format: sections of prose, measures, tables and plots, each figure typed, dated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

Value = int | float | str | None

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Status(StrEnum):
    """Why a cell holds what it holds. `hidden` is one word for primary and secondary, so neither betrays the other."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    NOT_APPLICABLE = "not_applicable"


MARKS = {Status.HIDDEN: "[c]", Status.NOT_APPLICABLE: "[z]"}
MEANINGS = {
    Status.HIDDEN: "hidden so that nobody can be recognised from a small number",
    Status.NOT_APPLICABLE: "nothing to measure",
}


class Unit(StrEnum):
    COUNT = "count"
    PERCENT = "percent"
    RATE = "rate"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CLOCK_HOURS = "clock_hours"
    CALENDAR_DAYS = "calendar_days"
    TEXT = "text"


class PlotKind(StrEnum):
    BAR = "bar"
    STACKED = "stacked"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure or word; `link` is the address of the rows behind it, for those who may see them with a token."""

    value: Value
    status: Status = Status.SHOWN
    link: str | None = None

    def __post_init__(self) -> None:
        if (self.status is Status.SHOWN) == (self.value is None):
            raise ValueError(f"a {self.status} cell cannot hold {self.value!r}")


HIDDEN = Cell(None, Status.HIDDEN)
NOT_APPLICABLE = Cell(None, Status.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs under a heading of their own; `listed` makes them points of a list."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure with all that lets a reader check it. A share names its numerator and denominator, a median its n."""

    id: str
    title: str
    definition: str
    unit: Unit
    as_at: datetime
    value: Cell
    numerator: Cell | None = None
    denominator: Cell | None = None
    n: Cell | None = None


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    title: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under typed columns; `stub` heads the column of the rows' titles."""

    id: str
    title: str
    definition: str
    as_at: datetime
    stub: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        _distinct(f"columns of {self.id}", [column.id for column in self.columns])
        _distinct(f"rows of {self.id}", [row.id for row in self.rows])
        headings = [self.stub, *(column.title for column in self.columns)]
        if len(set(headings)) != len(headings):
            raise ValueError(f"table {self.id} heads two columns alike: {headings}")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"row {row.id} of table {self.id} has {len(row.cells)} cells, not {len(self.columns)}")

    def series(self, column_id: str) -> list[tuple[str, Cell]]:
        """The rows' titles and cells under one column, totals left out; KeyError for a column that is not there."""
        places = {column.id: place for place, column in enumerate(self.columns)}
        return [(row.title, row.cells[places[column_id]]) for row in self.rows if not row.is_total]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture of some columns of the table which it carries, and which always stands beside it."""

    id: str
    title: str
    kind: PlotKind
    description: str
    table: Table
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        missing = set(self.columns) - {column.id for column in self.table.columns}
        if missing or not self.columns:
            raise ValueError(f"plot {self.id} needs columns of table {self.table.id}, not {sorted(missing)}")


Part = Prose | Measure | Table | Plot


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    parts: tuple[Part, ...]

    @property
    def tables(self) -> Iterator[Table]:
        """The section's tables in their order, the plots' own among them."""
        for part in self.parts:
            if isinstance(part, Table):
                yield part
            elif isinstance(part, Plot):
                yield part.table


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. `marking` is the protective marking that every page and sheet bears."""

    title: str
    subtitle: str
    marking: str
    as_at: datetime
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _distinct("sections", [section.id for section in self.sections])
        parts = [part for section in self.sections for part in section.parts]
        _distinct("parts", [part.id for part in parts] + [part.table.id for part in parts if isinstance(part, Plot)])

    @property
    def tables(self) -> Iterator[Table]:
        """Every table, in reading order."""
        for section in self.sections:
            yield from section.tables

    @property
    def measures(self) -> Iterator[Measure]:
        """Every measure, in reading order."""
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Measure))

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell of the measures, then of the tables."""
        for measure in self.measures:
            yield from (cell for cell in (measure.value, measure.numerator, measure.denominator, measure.n) if cell)
        for table in self.tables:
            yield from (cell for row in table.rows for cell in row.cells)

    @property
    def legend(self) -> tuple[str, ...]:
        """What the marks mean that the document really uses."""
        used = {cell.status for cell in self.cells}
        return tuple(f"{mark} {MEANINGS[status]}" for status, mark in MARKS.items() if status in used)


def instant(when: datetime) -> str:
    """An aware instant as machines write it: UTC, whole seconds, `Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _distinct(what: str, ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError(f"{what}: an id stands twice in {ids}")
    for id_ in ids:
        # Ids become anchors, names of sheets and keys of scripts.
        if not _ID.fullmatch(id_):
            raise ValueError(f"{what}: {id_!r} is no id (lower case, digits, - and _)")
