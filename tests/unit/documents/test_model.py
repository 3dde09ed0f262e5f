"""A document that contradicts itself cannot be made; figures are written by one rule; plots are sound SVG."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from shared.documents import (
    HIDDEN,
    NOT_APPLICABLE,
    Cell,
    Column,
    Document,
    Plot,
    PlotKind,
    Row,
    Section,
    Status,
    Table,
    Unit,
)
from shared.documents.plots import svg
from shared.documents.rounding import day_and_time, one_decimal, written
from tests.unit.documents.sample import AS_AT, document


def _table(rows: tuple[Row, ...], id_: str = "t") -> Table:
    return Table(id=id_, title="T", definition="D", as_at=AS_AT, stub="S", columns=(Column("a", "A"),), rows=rows)


def test_a_shown_cell_has_a_value_and_no_other_has() -> None:
    with pytest.raises(ValueError, match="shown"):
        Cell(None)
    with pytest.raises(ValueError, match="hidden"):
        Cell(3, Status.HIDDEN)


def test_rows_fit_their_columns_and_ids_are_distinct_and_plain() -> None:
    with pytest.raises(ValueError, match="has 2 cells, not 1"):
        _table((Row("r", "R", (HIDDEN, HIDDEN)),))
    with pytest.raises(ValueError, match="twice"):
        _table((Row("r", "R", (HIDDEN,)), Row("r", "R", (HIDDEN,))))
    with pytest.raises(ValueError, match="is no id"):
        _table((Row("Not an id", "R", (HIDDEN,)),))
    with pytest.raises(ValueError, match="twice"):
        Document(
            title="", subtitle="", marking="", as_at=AS_AT, sections=(Section("s", "S", (_table(()), _table(()))),)
        )


def test_a_plot_draws_only_columns_of_its_table() -> None:
    with pytest.raises(ValueError, match="needs columns"):
        Plot(id="p", title="P", kind=PlotKind.BAR, description="", table=_table(()), columns=("b",))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.3"),
        (-0.25, "-0.3"),
        (0.35, "0.4"),
        (40.05, "40.1"),
        (2.449999, "2.4"),
        (-0.04, "0.0"),
        (1234.5, "1,234.5"),
    ],
)
def test_one_decimal_rounds_halves_away_from_nought(value: float, text: str) -> None:
    assert one_decimal(value) == text


def test_written() -> None:
    assert written(Cell(12345), Unit.COUNT) == "12,345"
    assert written(Cell(92), Unit.CALENDAR_DAYS) == "92"
    assert written(Cell(259.90000000000003), Unit.CALENDAR_DAYS) == "259.9"
    assert written(Cell(0), Unit.COUNT) == "0"
    assert written(Cell(100 * 2 / 3), Unit.PERCENT) == "66.7%"
    assert written(Cell(5), Unit.WORKING_HOURS) == "5.0"
    assert written(HIDDEN, Unit.COUNT) == "[c]"
    assert written(NOT_APPLICABLE, Unit.PERCENT) == "[z]"


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert day_and_time(AS_AT) == "the end of 30 September 2026"
    assert day_and_time(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "31 December 2026 at 17:00"


def test_plots_are_sound_named_and_described() -> None:
    plots = [part for section in document().sections for part in section.parts if isinstance(part, Plot)]
    assert {plot.kind for plot in plots} == set(PlotKind)
    for plot in plots:
        root = ElementTree.fromstring(svg(plot))
        assert root.get("role") == "img"
        assert [child.text for child in root[:2]] == [plot.title, plot.description]
        texts = [child.text for child in root.iter("{http://www.w3.org/2000/svg}text")]
        assert any("[c]" in (text or "") for text in texts), "a hidden value leaves its mark, not a nought"


@pytest.mark.parametrize("kind", list(PlotKind))
def test_a_plot_of_nothing_is_still_a_plot(kind: PlotKind) -> None:
    empty = Plot(id="p", title="P", kind=kind, description="", table=_table(()), columns=("a",))
    noughts = Plot(
        id="p", title="P", kind=kind, description="", table=_table((Row("r", "R", (Cell(0),)),)), columns=("a",)
    )
    for plot in (empty, noughts):
        ElementTree.fromstring(svg(plot))
