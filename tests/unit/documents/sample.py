"""A document with every part, unit and status that a renderer can meet, and texts that try to break each format."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.documents import (
    HIDDEN,
    NOT_APPLICABLE,
    Cell,
    Column,
    Document,
    Measure,
    Plot,
    PlotKind,
    Prose,
    Row,
    Section,
    Table,
    Unit,
)

AS_AT = datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
AGENCIES = (
    "Cheshire Constabulary",
    "Cheshire East Council",
    "not registered: Trust of <Another> Area & Co",
    '=HYPERLINK("x")',
    "Mid Cheshire Hospitals NHS Foundation Trust, which has a long name",
)


def document() -> Document:
    """The sample: three sections, four tables, each plot kind, and one table without rows."""
    return Document(
        title="Professional challenge",
        subtitle="2026/27 Q2",
        marking="OFFICIAL-SENSITIVE",
        as_at=AS_AT,
        notes=("Edition with exact counts.",),
        sections=(
            Section("page-one", "For the chair", (*_prose(), *_measures())),
            Section("bare", "Figures", (_bar(), _stacked(), _table("bare", "Bare", ()))),
            Section("over-time", "Over time", (_line(),)),
        ),
    )


def _table(
    id_: str, title: str, rows: tuple[Row, ...], columns: tuple[Column, ...] = (Column("n", "Matters"),)
) -> Table:
    return Table(
        id=id_, title=title, definition=f"How {id_} is counted.", as_at=AS_AT, stub="Which", columns=columns, rows=rows
    )


def _prose() -> tuple[Prose, ...]:
    return (
        Prose("stuck", "What is stuck", ("Stage 2 stalls – £5, “quoted”, $$odd$$ [link](x) <b>not bold</b> #{1}.",)),
        Prose("asked", "Decisions asked for", ("Fund a second contact.", "???"), listed=True),
    )


def _measures() -> tuple[Measure, ...]:
    def measure(id_: str, value: Cell, unit: Unit = Unit.COUNT, **others: Cell) -> Measure:
        return Measure(
            id=id_, title=id_.title(), definition=f"What {id_} is.", unit=unit, as_at=AS_AT, value=value, **others
        )

    return (
        measure("opened", Cell(1234, link="/escalations/v1/rows?a=1&b=2")),
        measure("told", Cell(100 * 17 / 18), Unit.PERCENT, numerator=Cell(17), denominator=Cell(18)),
        measure("median", Cell(33.25), Unit.WORKING_HOURS, n=Cell(18)),
        measure("small", HIDDEN, Unit.PERCENT, numerator=HIDDEN, denominator=Cell(18)),
        measure("rate", NOT_APPLICABLE, Unit.RATE),
    )


def _bar() -> Plot:
    columns = (
        Column("opened", "Opened"),
        Column("share", "Share", Unit.PERCENT),
        Column("median", "Median", Unit.CLOCK_HOURS),
    )
    rows = (
        Row("immediate", "Immediate", (HIDDEN, HIDDEN, NOT_APPLICABLE)),
        Row("urgent", "Urgent", (Cell(8, link="/rows?x"), Cell(100 * 8 / 23), Cell(0.25))),
        Row("standard", "Standard", (Cell(0), Cell(0.0), Cell(40.05))),
        Row("total", "All", (Cell(23), Cell(100.0), Cell(-0.04)), is_total=True),
    )
    return Plot(
        id="priority-plot", title="Opened by priority", kind=PlotKind.BAR, description="One bar to a priority.",
        table=_table("priority", "By priority", rows, columns), columns=("opened",),
    )  # fmt: skip


def _stacked() -> Plot:
    columns = (Column("in-time", "In time"), Column("late", "Late"))
    rows = tuple(
        Row(f"agency-{i}", name, (HIDDEN if i == 3 else Cell(9 - i), Cell(i))) for i, name in enumerate(AGENCIES)
    )
    return Plot(
        id="agency-plot", title="In time and late", kind=PlotKind.STACKED, description="A stack to an agency.",
        table=_table("agency", "By agency", rows, columns), columns=("in-time", "late"),
    )  # fmt: skip


def _line() -> Plot:
    columns = (Column("opened", "Opened"), Column("closed", "Closed"), Column("source", "Source", Unit.TEXT))
    rows = tuple(
        Row(f"q{i}", f"202{4 + i // 4}/2{5 + i // 4} Q{i % 4 + 1}",
            (HIDDEN if i == 3 else Cell(10 + i), Cell(10 + i % 3), Cell("frozen" if i < 7 else "as at now")))
        for i in range(8)
    )  # fmt: skip
    return Plot(
        id="trend-plot", title="Eight quarters", kind=PlotKind.LINE, description="Two lines over eight quarters.",
        table=_table("trend", "Trend", rows, columns), columns=("opened", "closed"),
    )  # fmt: skip
