"""Which counts the wider edition hides: small ones, and what would give them away, by the τ-ARGUS engine; then audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.escalations.reports import engine
from services.escalations.reports.domain import SMALL, Key
from services.escalations.reports.publication import Cell, Name, Publication, Published, linked, period
from shared.problems import Conflict

_ROOM = 2  # how far above its value a small count must remain possible
_TRIES = 4
_MUCH = 1_000_000  # more than anybody would believe of a count
_NEARLY = 1e-6


class Unprotectable(Conflict):
    """No choice of hidden cells protects the small counts, because an earlier edition has already told too much."""

    code = "small_numbers_unprotectable"
    title = "The wider edition cannot be shown"


@dataclass(frozen=True, slots=True)
class Interval:
    """What a reader can work out for a hidden count."""

    least: int
    most: int

    @property
    def safe(self) -> bool:
        """More than one value, and not within 0–4 by less than two."""
        return self.least < self.most and (self.most >= SMALL or self.most - self.least >= 2)


def protect(edition: Published, earlier: Sequence[Published] = ()) -> frozenset[Key]:
    """The counts that the edition must hide, given what the earlier ones show. Unprotectable where nothing helps."""
    whole = linked(edition, earlier)
    ours = period(edition.shown)
    hidden = _pattern(whole)
    return frozenset(which for where, which in hidden if where == ours and whole.cells[where, which].published)


def _pattern(whole: Publication) -> set[Name]:
    """Every cell that is not read: what never was published, what is small, and what protects it."""
    room = {name: _ROOM for name, cell in whole.cells.items() if cell.sensitive and not cell.fixed}
    for _ in range(_TRIES):
        hidden = _solve(whole, room)
        intervals = audit(whole, hidden)
        exposed = {name for name in room if not intervals[name].safe}
        if not exposed:
            # A cell that can be worked out protects nobody: showing it tells nothing new.
            return {name for name in hidden if name in room or intervals[name].least < intervals[name].most}
        for name in exposed:
            room[name] += 1
    raise Unprotectable(
        "Earlier editions leave too little doubt about some small counts; only the exact edition can be read."
    )


def audit(whole: Publication, hidden: set[Name]) -> dict[Name, Interval]:
    """The interval of every hidden cell, from all equations together and what a reader knows of a hidden count."""
    return {
        name: Interval(ceil(least - _NEARLY), floor(most + _NEARLY))
        for name, least, most in _engine(engine.AUDIT, whole, hidden, {})
    }


def _solve(whole: Publication, room: dict[Name, int]) -> set[Name]:
    """The cells that must be hidden, the cheapest choice of secondary ones among them."""
    unread = {name for name, cell in whole.cells.items() if not cell.fixed and (cell.sensitive or not cell.published)}
    return unread | {name for name, *_ in _engine(engine.SOLVE, whole, unread, room)}


def _engine(task: str, whole: Publication, hidden: set[Name], room: dict[Name, int]) -> list[tuple[Any, ...]]:
    """The engine's rows with names for numbers. Unprotectable where it finds no solution."""
    names = [name for name, cell in whole.cells.items() if cell.value or not cell.fixed]
    with TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.jj"
        problem.write_text(_problem(whole, names, hidden, room))
        try:
            return [(names[int(number)], *rest) for number, *rest in engine.run(task, problem)]
        except engine.EngineFailed as failure:
            raise Unprotectable("No choice of hidden counts protects the small ones.") from failure


def _problem(whole: Publication, names: list[Name], hidden: set[Name], room: dict[Name, int]) -> str:
    """The publication as the engine reads it: number, value, cost, status, bounds, protection; then the equations.

    Noughts that everybody sees are left out: the engine refuses them, and they change no sum.
    """
    numbers = {name: number for number, name in enumerate(names)}
    lines = ["0", str(len(names))]
    for name, number in numbers.items():
        cell = whole.cells[name]
        cost, least = max(cell.cost, 1), min(cell.least, cell.value)
        lines.append(
            f"{number} {cell.value} {cost} {_status(name, cell, hidden)} {least} {_MUCH} 0 {room.get(name, 0)} 0"
        )
    sums = [{numbers[name]: factor for name, factor in terms.items() if name in numbers} for terms in whole.equations]
    sums = [terms for terms in sums if terms]
    lines.append(str(len(sums)))
    for terms in sums:
        lines.append(f"0 {len(terms)} : " + " ".join(f"{number} ({factor})" for number, factor in terms.items()))
    return "\n".join(lines) + "\n"


def _status(name: Name, cell: Cell, hidden: set[Name]) -> str:
    """`u` hidden, `z` never to be hidden, `s` to be hidden where that protects."""
    if name in hidden:
        return "u"
    return "z" if cell.fixed or not cell.published else "s"
