"""Tables of a document from a snapshot: rows by code, agencies under readable ids, totals, and plots beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from services.escalations.reports.cells import Cells, column_id
from services.escalations.reports.figures import DIMENSIONS, FIGURES
from services.escalations.reports.layouts import SECTIONS, Column, Count, Drawn, Layout
from services.escalations.reports.publication import cuts
from shared.documents import Column as Shown
from shared.documents import Plot, PlotKind, Row, Table, Unit

_DRAWN = {Drawn.BARS: PlotKind.BAR, Drawn.STACKED: PlotKind.STACKED}


def laid_out(cells: Cells, layout: Layout) -> Table | Plot:
    """A layout as a table, or as a plot that carries it."""
    made = _turned(cells, layout) if layout.turned else table(
        cells, id_=layout.id, title=layout.title, by=layout.by, columns=layout.columns, rows=cuts(cells.snapshot, layout),
        total=layout.total,
    )  # fmt: skip
    columns = tuple(map(column_id, layout.drawn_columns))
    if layout.drawn is Drawn.NOT or not any(cell.value for column in columns for _, cell in made.series(column)):
        return made  # bars without length, for all is nought or hidden, say less than the table
    titles = [column.title for column in made.columns if column.id in columns]
    return Plot(
        id=f"{layout.id}-drawn",
        title=layout.title,
        kind=_DRAWN[layout.drawn],
        description=f"Bars of {' and '.join(titles).lower()}, one to a row of the table that follows.",
        table=made,
        columns=columns,
    )


def _turned(cells: Cells, layout: Layout) -> Table:
    """The table of a layout by one dimension, turned: a row for each figure, all of them beside, and their share of the first."""
    (dimension,), counts = layout.by, layout.counts
    codes = cells.snapshot.titles[dimension]
    rows = [
        Row(
            column_id(count.figure),
            FIGURES[count.figure].title,
            (
                *(cells.count(count.figure, **{dimension: code}) for code in codes),
                cells.count(count.figure),
                cells.share(count.figure, counts[0].figure),
            ),
        )
        for count in counts
    ]
    return Table(
        id=layout.id,
        title=layout.title,
        definition=cells.definition(layout.columns),
        as_at=cells.as_at,
        stub=SECTIONS[layout.section],
        columns=(
            *(Shown(column_id(code), title) for code, title in codes.items()),
            Shown("all", "All"),
            Shown("share", "Share of all", Unit.PERCENT),
        ),
        rows=tuple(rows),
    )


def table(
    cells: Cells,
    *,
    id_: str,
    title: str,
    by: tuple[str, ...],
    columns: tuple[Column, ...],
    rows: Sequence[Mapping[str, str]] | None = None,
    given: Mapping[str, str] | None = None,
    total: bool = True,
) -> Table:
    """A table by one or two dimensions, or of one row by none. `given` is what every row is cut by besides."""
    given = given or {}
    cuts_ = [{**given, **row} for row in (_every(cells, by, columns, given) if rows is None else rows)]
    lines = list(_lines(cells, by, columns, cuts_))
    if total and by and lines:
        lines.append(Row("total", "All", cells.row(columns, given, total=True), is_total=True))
    return Table(
        id=id_,
        title=title,
        definition=cells.definition(columns),
        as_at=cells.as_at,
        stub=" and ".join(_headings(by)) or "Matters",
        columns=tuple(cells.columns(columns)),
        rows=tuple(lines),
    )


def _every(
    cells: Cells, by: tuple[str, ...], columns: tuple[Column, ...], given: Mapping[str, str]
) -> list[dict[str, str]]:
    """Every code of a closed list; of an open one those with anything to show."""
    (dimension,) = by
    rows = [{dimension: code} for code in cells.snapshot.titles.get(dimension, {})]
    if dimension in cells.snapshot.plain["closed"]:
        return rows
    figures = [column.figure for column in columns if isinstance(column, Count)]
    return [row for row in rows if any(cells.snapshot.count(figure, **given, **row) for figure in figures)]


def _lines(
    cells: Cells, by: tuple[str, ...], columns: tuple[Column, ...], rows: Sequence[Mapping[str, str]]
) -> Iterator[Row]:
    taken: set[str] = set()
    for row in rows:
        titles = [cells.snapshot.titles[dimension].get(row[dimension], row[dimension]) for dimension in by]
        id_ = slug("--".join(row[dimension] for dimension in by)) or "all"
        while id_ in taken:  # two names may differ only in what an id cannot hold
            id_ += "-2"
        taken.add(id_)
        yield Row(
            id_,
            " → ".join(titles) if by == ("raising", "receiving") else ", ".join(titles) or "All",
            cells.row(columns, row),
        )


def _headings(by: tuple[str, ...]) -> list[str]:
    return [
        DIMENSIONS[dimension] if place == 0 else DIMENSIONS[dimension].lower() for place, dimension in enumerate(by)
    ]


def slug(name: str) -> str:
    """A name as an id: lower case, hyphens between words; two hyphens stay two."""
    return re.sub(r"-{3,}", "--", re.sub(r"[^a-z0-9-]+", "-", name.lower())).strip("-")
