"""No reader of the wider editions can work out a small number, however clever; and what is not small is mostly shown."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from services.escalations.reports.document import Report, document
from services.escalations.reports.domain import Edition, Snapshot, Window, window
from services.escalations.reports.publication import Published, linked
from services.escalations.reports.suppression import Interval, protect
from shared.documents import json as json_format
from tests.unit.escalations.reports.attacker import PARTS, Attacker, Terms, upright
from tests.unit.escalations.reports.made_up import LEARNING, QUARTERS, Made, snapshot

CASES = [(0, 4), (1, 9), (2, 25)]


def edition(published: Published, which: Edition) -> bytes:
    """What is sent."""
    return json_format.render(document(Report(published, which)))


def truth(published: Published) -> dict[tuple[str, str, str], int]:
    """Every count of the exact figures, where the wider edition prints them."""
    exact = json.loads(edition(Published(published.shown), Edition.EXACT))
    return {
        (part["id"], *upright(part["id"], row["id"], column)): cell["value"]
        for section in exact["sections"]
        for part in section["parts"]
        if part["part"] == "table"
        for row in part["rows"]
        for column, cell in row["cells"].items()
        if isinstance(cell["value"], int)
    }


def quarters(seed: int, rate: int, count: int) -> list[Snapshot]:
    """So many quarters of one made-up partnership."""
    made = Made(seed, rate, 4 + rate // 5)
    names = QUARTERS[:count]
    return [snapshot(made.quarter(), [q], before=names[i - 1] if i else "") for i, q in enumerate(names)]


def assert_safe(attacker: Attacker, name: str, published: Published) -> None:
    """Every hidden cell, and every small rest of a part in its whole, keeps its doubt."""
    values = truth(published)
    sums: list[Terms] = [{place: 1} for place in attacker.unknown if place[0] == name]
    assert sums
    for table, parts in PARTS.items():
        rows = {place[2] for place in attacker.cells if place[:2] == (name, table)}
        for (part, whole), row in product(parts, sorted(rows)):
            rest = values.get((table, row, whole), 0) - values.get((table, row, part), 0)
            if 0 < rest < 5 and (name, table, row, part) in attacker.cells:
                sums.append({(name, table, row, whole): 1, (name, table, row, part): -1})
    drawn, recorded = ("ways", "drawn", "ways"), ("learning", "total", "learning")
    if drawn in values and 0 < values[drawn] - values[recorded] < 5:
        sums.append({(name, *drawn): 1, (name, *recorded): -1})  # drawn elsewhere
    ranges = attacker.ranges(sums, lambda least, most: Interval(least, most).safe)
    for terms, (least, most) in zip(sums, ranges, strict=True):
        actual = sum(factor * values[place[1:]] for place, factor in terms.items())
        assert Interval(min(least, actual), max(most, actual)).safe, (terms, actual, least, most)


@pytest.mark.parametrize(("seed", "rate"), CASES)
def test_nothing_small_can_be_worked_out_from_one_quarter(seed: int, rate: int) -> None:
    (quarter,) = quarters(seed, rate, 1)
    published = Published(quarter, hidden=protect(Published(quarter)))
    attacker = Attacker()
    attacker.read("now", edition(published, Edition.WIDER))
    assert_safe(attacker, "now", published)


@pytest.mark.parametrize(("seed", "rate"), [(5, 6)])
def test_nothing_small_can_be_worked_out_from_quarters_in_a_row(seed: int, rate: int) -> None:
    attacker = Attacker()
    known: list[Published] = []
    first, second, third = quarters(seed, rate, 3)
    for one in (first, third, second):  # the second was forgotten, and frozen last
        known.append(Published(one, hidden=protect(Published(one), known)))
        attacker.read(one.quarter, edition(known[-1], Edition.WIDER))
    attacker.follows(second.quarter, first.quarter)
    attacker.follows(third.quarter, second.quarter)
    for published in known:
        assert_safe(attacker, published.quarter.quarter, published)


@pytest.mark.parametrize("seed", [1])
def test_nothing_small_can_be_worked_out_from_a_rolling_year_and_its_quarters(seed: int) -> None:
    made = Made(seed, 6, 3)
    events = [made.quarter() for _ in range(3)]
    made.rate = 2
    events.append(made.quarter())
    names = list(QUARTERS[:4])
    ones = [
        snapshot(found, [q], before=names[i - 1] if i else "")
        for i, (q, found) in enumerate(zip(names, events, strict=True))
    ]
    attacker = Attacker()
    earlier: list[Published] = []
    for one in ones[:3]:
        earlier.append(Published(one, hidden=protect(Published(one), earlier)))
        attacker.read(one.quarter, edition(earlier[-1], Edition.WIDER))
    flows = ("opened", "closed", "withdrawn", "redirected", "left", "need", "theme_mentions")
    whole_year = [event for found in events[:3] for event in found if event[0] in flows or event[0] in LEARNING]
    last = [event for event in _without_opening(events[3], events[0]) if not event[0].startswith("ways")]
    rolling = snapshot([*whole_year, *last, *made.ways(1)], names, "rolling")
    year = Published(ones[3], rolling, protect(Published(ones[3], rolling), earlier))
    attacker.read("year", edition(year, Edition.WIDER))
    assert_safe(attacker, "year", year)
    for known in earlier:
        assert_safe(attacker, known.quarter.quarter, known)


def _without_opening(last: list[Any], first: list[Any]) -> list[Any]:
    """The last quarter's events with the stock that was open when the year began."""
    return [event for event in last if event[0] != "open_at_start"] + [e for e in first if e[0] == "open_at_start"]


def test_what_is_small_is_hidden_and_what_is_nought_is_shown() -> None:
    (quarter,) = quarters(2, 25, 1)
    hidden = protect(Published(quarter))
    shown = linked(Published(quarter))
    for (_, which), cell in shown.cells.items():
        if cell.published and 0 < cell.value < 5:
            assert which in hidden, which
        if cell.published and cell.value == 0 and not cell.sensitive:
            assert which not in hidden, which
    ours = [cell for cell in shown.cells.values() if cell.published]
    small = sum(cell.sensitive for cell in ours)
    assert len(hidden) < 1.6 * small, "hiding that much makes the report useless"


def test_the_same_figures_hide_the_same_cells() -> None:
    (quarter,) = quarters(1, 9, 1)
    assert protect(Published(quarter)) == protect(Published(quarter))


def test_a_quarter_with_a_small_total_is_shown_as_the_year() -> None:
    (large,), (small,) = quarters(0, 25, 1), quarters(0, 2, 1)
    assert window(large) is Window.QUARTER
    assert window(small) is Window.ROLLING


@pytest.mark.parametrize(
    ("least", "most", "safe"),
    [(3, 3, False), (3, 4, False), (1, 2, False), (0, 2, True), (1, 3, True), (4, 5, True), (7, 8, True)],
)
def test_the_doubt_that_a_reader_must_keep(least: int, most: int, safe: bool) -> None:
    assert Interval(least, most).safe is safe


def test_the_attacker_finds_what_a_single_hidden_cell_gives_away() -> None:
    (quarter,) = quarters(1, 25, 1)
    small = next(
        (figure, cut)
        for (figure, cut), n in sorted(quarter.counts.items())
        if figure == "opened" and len(cut) == 1 and 0 < n < 5
    )
    attacker = Attacker()
    attacker.read("now", edition(Published(quarter, hidden=frozenset({small})), Edition.WIDER))
    with pytest.raises(AssertionError):
        assert_safe(attacker, "now", Published(quarter))
