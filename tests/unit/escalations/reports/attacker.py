"""A reader who wants to know: from all that wider editions print, by whole numbers, the range of every hidden cell.

It reads the JSON that is published and nothing else. What adds up to what it knows from the definitions on the page,
written down here by hand, so that a slip in the service's own list of sums is not repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import highspy

MOST = 100_000
Place = tuple[str, str, str, str]  # edition, table, row, column
Terms = dict[Place, int]

STOCK = {"open-at-start": 1, "opened": 1, "left": -1, "open-at-end": -1}
# Columns that other columns of the same row make up.
SUMS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "stock": [("left", ("closed", "withdrawn", "redirected"))],
    "told": [("told", ("satisfied", "dissatisfied", "not-answering", "not-asked"))],
    **{table: [("ways", ("ways-impact", "ways-open"))] for table in ("ways", "ways-origins")},
    **{
        table: [("responses-due", ("responses-in-time", "responses-late"))]
        for table in (
            "in-time-stages", "in-time-priorities", "in-time-stages-priorities", "in-time-agencies", "in-time-stages-agencies",
        )
    },
}  # fmt: skip
# A column no row of which can exceed the other's.
_STATIONS = [
    *((f"ways-{station}", "ways") for station in ("action", "training", "impact", "open")),
    *((f"ways-{station}", "ways-action") for station in ("evidence", "activity-signed")),
    ("ways-impact-signed", "ways-activity-signed"),
    ("ways-stopped", "ways-open"),
]
PARTS = {
    "ways": _STATIONS,
    "ways-origins": _STATIONS,
    "stock": [("entered-late", "open-at-start"), ("untold", "open-at-end")],
    "rungs": [("opened-still-open", "opened")],
    "early": [("resolved-early", "resolved")],
    "receiving": [("passed-on", "opened")],
    "pairs": [("passed-on", "opened")],
    "told": [("told", "resolved")],
    "silence": [("advances-silent", "advances")],
    "learning": [("learning-taken", "learning"), ("learning-closed", "learning-taken"), ("learning-changed", "learning-closed")],
    "repeats": [("repeat-child", "opened"), ("repeat-theme", "opened")],
    "skipped": [("skipped-safely", "skipped-matters"), ("skipped-matters", "skipped-stages")],
}  # fmt: skip
# The same number in several places: table, row, column.
SAME: list[list[tuple[str, str, str]]] = [
    [("stock", "total", "opened"), *((t, "total", "opened") for t in ("rungs", "raising", "receiving", "pairs", "themes", "priorities")),
     ("levels", "total", "need"), ("repeats", "all", "opened")],
    [("stock", "total", "open-at-end"), ("age", "total", "open-at-end"), ("times", "total", "open-at-end")],
    [("stock", "total", "redirected"), ("redirected", "total", "redirected")],
    [("receiving", "total", "passed-on"), ("pairs", "total", "passed-on")],
    [*((t, "total", "resolved") for t in ("resolved-at", "times", "outcomes")), ("early", "all", "resolved"),
     ("told", "all", "resolved"), ("impacts", "total", "impact")],
    *([(t, "total", c) for t in ("in-time-stages", "in-time-priorities", "in-time-stages-priorities", "in-time-agencies",
                                 "in-time-stages-agencies")]
      for c in ("responses-due", "responses-in-time", "responses-late")),
    *([("ways", "total", c), ("ways-origins", "total", c)] for c in ("ways", *(part for part, _ in _STATIONS))),
    [("overruns", "total", "responses-late"), ("in-time-stages", "total", "responses-late")],
]  # fmt: skip
# Tables by two dimensions, and the tables of each.
CROSSED = {
    "pairs": ("raising", "receiving"),
    "in-time-stages-priorities": ("in-time-stages", "in-time-priorities"),
    "in-time-stages-agencies": ("in-time-stages", "in-time-agencies"),
}
TURNED = {"ways": {"all": "total"}}  # tables whose rows are figures; what their columns are called otherwise
# No more of the first than of the second: what escalations recorded is part of what was learnt anywhere.
AMONG = [
    (("learning", "total", "learning"), ("ways", "drawn", "ways")),
    (("learning", "total", "learning"), ("ways-origins", "escalations-learning", "ways")),
]
NOUGHTS_HIDDEN = {"levels", "impacts", "repeats"}
WITHOUT_TOTAL = {("themes", "theme-mentions")}
COUNTS = "count"


def upright(table: str, row: str, column: str) -> tuple[str, str]:
    """The row and column of a cell, where a table has its figures as rows and not as columns."""
    return (TURNED[table].get(column, column), row) if table in TURNED else (row, column)


@dataclass
class Attacker:
    """What the editions print, as one system of equations in whole numbers."""

    cells: dict[Place, int | None] = field(default_factory=dict)
    solver: highspy.Highs = field(default_factory=highspy.Highs)
    unknown: dict[Place, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.solver.setOptionValue("output_flag", False)

    def read(self, name: str, edition: bytes) -> None:
        """Take in one edition."""
        for section in json.loads(edition)["sections"]:
            for part in section["parts"]:
                if part["part"] == "table":
                    self._table(name, part)
        for table in {place[1] for place in self.cells if place[0] == name}:
            self._within(name, table)
        for places in SAME:
            first, *others = ((name, *place) for place in places)
            for other in others:
                if first in self.cells and other in self.cells:
                    self._say({first: 1, other: -1})
        for table, margins in CROSSED.items():
            self._crossed(name, table, margins)
        for part, whole in AMONG:
            self._at_most((name, *part), (name, *whole))

    def follows(self, name: str, before: str) -> None:
        """Say that one edition's quarter comes right after another's: what was open goes on being open."""
        for _, table, row, column in [p for p in self.cells if p[:2] == (name, "stock")]:
            if column == "open-at-start":
                earlier = before, table, row, "open-at-end"
                if earlier in self.cells:
                    self._say({(name, table, row, column): 1, earlier: -1})
        self._say({(name, "ways", "brought-over", "ways"): 1, (before, "ways", "total", "ways-open"): -1})
        for place in [p for p in self.cells if p[:2] == (name, "ways-origins") and p[3] == "ways" and p[2] != "total"]:
            still = before, *place[1:3], "ways-open"
            if place[2] == "escalations-learning" and still in self.cells:
                self._say({place: -1, still: 1, (name, "learning", "total", "learning"): 1})
            else:
                self._at_most(still, place)

    def adds_up(self, name: str, parts: list[str]) -> None:
        """Say that what happened in these editions' quarters is what happened in the year of another edition."""
        flows = ("opened", "closed", "withdrawn", "redirected", "left", "need", "theme-mentions")
        for place in [p for p in self.cells if p[0] == name and p[3] in flows]:
            pieces = [(part, *place[1:]) for part in parts]
            if all(piece in self.cells for piece in pieces):
                self._say({place: -1} | dict.fromkeys(pieces, 1))

    def ranges(self, wanted: list[Terms], enough: Callable[[int, int], bool]) -> list[tuple[int, int]]:
        """Between which whole numbers each sum was seen to lie, looked at until the range is enough or is all there is.

        Each solution found for one sum says something of all the others, which saves most of the search.
        """
        seen: list[tuple[int, int] | None] = [None] * len(wanted)
        for number, terms in enumerate(wanted):
            for solve in (self.solver.maximize, self.solver.minimize):
                found = seen[number]
                if found and enough(*found):
                    break
                assert solve(self._expression(terms)) == highspy.HighsStatus.kOk
                assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, self.solver.getModelStatus()
                values = dict(zip(self.unknown, self.solver.vals(list(self.unknown.values())), strict=True))
                for other, sums in enumerate(wanted):
                    value = sum(f * (round(values[p]) if p in values else self.cells[p] or 0) for p, f in sums.items())
                    least, most = seen[other] or (value, value)
                    seen[other] = min(least, value), max(most, value)
        return [found or (0, 0) for found in seen]

    def _table(self, name: str, table: dict[str, Any]) -> None:
        units = {column["id"]: column["unit"] for column in table["columns"]}
        for row in table["rows"]:
            for column, cell in row["cells"].items():
                if units[column] == COUNTS and cell["status"] != "not_applicable":
                    place = name, table["id"], *upright(table["id"], row["id"], column)
                    self.cells[place] = cell["value"]
                    if cell["status"] == "hidden":
                        least = 0 if table["id"] in NOUGHTS_HIDDEN else 1
                        self.unknown[place] = self.solver.addIntegral(lb=least, ub=MOST)

    def _within(self, name: str, table: str) -> None:
        rows: dict[str, list[str]] = {}
        for edition, of, row, column in self.cells:
            if (edition, of) == (name, table):
                rows.setdefault(row, []).append(column)
        for row, columns in rows.items():
            if table == "stock":
                self._say({(name, table, row, column): factor for column, factor in STOCK.items()})
            for whole, parts in SUMS.get(table, []):
                self._say(
                    dict.fromkeys([(name, table, row, part) for part in parts], 1) | {(name, table, row, whole): -1}
                )
            for part, whole in PARTS.get(table, []):
                if part in columns:
                    self.solver.addConstr(
                        self._expression({(name, table, row, whole): 1, (name, table, row, part): -1}) >= 0
                    )
        for column in rows.get("total", []):
            if (table, column) not in WITHOUT_TOTAL:
                lines: Terms = {(name, table, row, column): 1 for row in rows if row != "total"}
                self._say({(name, table, "total", column): -1} | lines)

    def _crossed(self, name: str, table: str, margins: tuple[str, str]) -> None:
        cells = [place for place in self.cells if place[:2] == (name, table) and place[2] != "total"]
        for side, margin in enumerate(margins):
            for column in {place[3] for place in cells}:
                for row in {place[2] for place in self.cells if place[:2] == (name, margin)} - {"total"}:
                    whole = name, margin, row, column
                    if whole in self.cells:
                        parts = [p for p in cells if p[3] == column and p[2].split("--")[side] == row]
                        self._say({whole: -1} | dict.fromkeys(parts, 1))

    def _at_most(self, part: Place, whole: Place) -> None:
        if part in self.cells and whole in self.cells and {part, whole} & self.unknown.keys():
            self.solver.addConstr(self._expression({whole: 1, part: -1}) >= 0)

    def _say(self, terms: Terms) -> None:
        if any(place in self.unknown for place in terms):
            self.solver.addConstr(self._expression(terms) == 0)
        else:
            assert sum(factor * (self.cells[place] or 0) for place, factor in terms.items()) == 0, terms

    def _expression(self, terms: Terms) -> Any:
        expression = highspy.highs.highs_linear_expression()
        for place, factor in terms.items():
            known = self.cells[place]
            expression += factor * (self.unknown[place] if known is None else known)
        return expression
