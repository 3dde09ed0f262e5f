"""Which counts the wider edition hides: small ones, and what would give them away, by the τ-ARGUS engine; then audited."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.escalations.reports import engine
from services.escalations.reports.domain import SMALL, Key
from services.escalations.reports.publication import Name, Publication, Published, linked, period
from shared.problems import Conflict

_ROOM = 2  # how far above its value a small count must remain possible
_TRIES = 4
_MUCH = 1_000_000  # more than anybody would believe of a count
_NEARLY = 1e-6


class Unprotectable(Conflict):
    """No choice of hidden cells protects the small counts, because an earlier edition has already told too much."""

    code = "small_numbers_unprotectable"
    title = "The wider edition cannot be shown"
    cure = "Read the exact edition, if you may."


@dataclass(frozen=True, slots=True)
class Interval:
    """What a reader can work out for a hidden count."""

    least: int
    most: int

    @property
    def safe(self) -> bool:
        """More than one value, and not within 0–4 by less than two."""
        return self.least < self.most and (self.most >= SMALL or self.most - self.least >= 2)


def protect(edition: Published, others: Sequence[Published] = ()) -> frozenset[Key]:
    """The counts that the edition must hide, given what others show already. Unprotectable where nothing helps."""
    ours = period(edition.shown)
    whole = linked(edition, others).around(ours)
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
    known = _known(whole, whole.cells.keys() - hidden)
    found = {
        name: Interval(ceil(least - _NEARLY), floor(most + _NEARLY))
        for name, least, most in _engine(engine.AUDIT, whole, known, hidden, {})
    }
    for name in hidden - found.keys():
        cell = whole.cells[name]
        found[name] = Interval(cell.value, cell.value) if name in known else Interval(cell.least, _MUCH)
    return found


def _solve(whole: Publication, room: dict[Name, int]) -> set[Name]:
    """The cells that must be hidden, the cheapest choice of secondary ones among them."""
    unread = {name for name, cell in whole.cells.items() if not cell.fixed and (cell.sensitive or not cell.published)}
    known = _known(whole, {name for name, cell in whole.cells.items() if cell.fixed})
    return unread | {name for name, *_ in _engine(engine.SOLVE, whole, known, unread, room)}


def _known(whole: Publication, seen: Set[Name]) -> set[Name]:
    """What is seen, and what a sum in which all else is known gives away."""
    known, before = set(seen), -1
    while len(known) > before:
        before = len(known)
        for terms in whole.equations:
            if len(rest := terms.keys() - known) == 1:
                known |= rest
    return known


def _engine(
    task: str, whole: Publication, known: set[Name], hidden: set[Name], room: dict[Name, int]
) -> list[tuple[Any, ...]]:
    """The engine's rows with names for numbers. Unprotectable where it finds no solution.

    Noughts that everybody knows are left out, and sums of which everything is known: the engine refuses them.
    """
    sums = [
        {name: factor for name, factor in terms.items() if whole.cells[name].value or name not in known}
        for terms in whole.equations
        if terms.keys() - known
    ]
    names = list(dict.fromkeys(name for terms in sums for name in terms))
    if not names:
        return []
    with TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.jj"
        problem.write_text(_problem(whole, names, sums, known, hidden, room))
        try:
            return [(names[int(number)], *rest) for number, *rest in engine.run(task, problem)]
        except engine.NoSolution as failure:
            raise Unprotectable("No choice of hidden counts protects the small ones.") from failure


def _problem(
    whole: Publication,
    names: list[Name],
    sums: list[dict[Name, int]],
    known: set[Name],
    hidden: set[Name],
    room: dict[Name, int],
) -> str:
    """The publication as the engine reads it: number, value, cost, status, bounds, protection; then the equations."""
    numbers = {name: number for number, name in enumerate(names)}
    lines = ["0", str(len(names))]
    for name, number in numbers.items():
        cell = whole.cells[name]
        # Hidden; never to be hidden; to be hidden where that protects.
        status = "z" if name in known else "u" if name in hidden else "s"
        least = min(cell.least, cell.value)
        lines.append(f"{number} {cell.value} {max(cell.cost, 1)} {status} {least} {_MUCH} 0 {room.get(name, 0)} 0")
    lines.append(str(len(sums)))
    for terms in sums:
        lines.append(f"0 {len(terms)} : " + " ".join(f"{numbers[name]} ({factor})" for name, factor in terms.items()))
    return "\n".join(lines) + "\n"
