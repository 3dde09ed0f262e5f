"""One edition's view of a snapshot: the cell of a count, a share, a duration, with what must be hidden hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from services.escalations.reports.domain import Key, Snapshot, key, share
from services.escalations.reports.figures import DURATIONS, FIGURES
from services.escalations.reports.layouts import Column, Count, Share, Time
from shared.documents import HIDDEN, NOT_APPLICABLE, Cell, Measure, Unit
from shared.documents import Column as Shown

HOURS_A_DAY = 8
PARTS = {"median": "Median", "p90": "90th percentile"}


@dataclass(frozen=True)
class Cells:
    """Reads a snapshot for one edition; `address` is the report's, under which those who may see them find the rows."""

    snapshot: Snapshot
    hidden: frozenset[Key] = frozenset()
    address: str | None = None

    @property
    def as_at(self) -> datetime:
        """The instant whose state the figures tell."""
        return self.snapshot.as_at

    def count(self, figure: str, **cut: str) -> Cell:
        """One count."""
        if key(figure, cut) in self.hidden:
            return HIDDEN
        number = self.snapshot.count(figure, **cut)
        behind = FIGURES[figure].behind
        if not (self.address and behind and number):
            return Cell(number)
        return Cell(number, link=f"{self.address}/{behind}?{urlencode({'figure': figure, **cut})}")

    def share(self, of: str, *over: str, **cut: str) -> Cell:
        """One count in per cent of another, or of the sum of several; hidden with any of them."""
        if {key(figure, cut) for figure in (of, *over)} & self.hidden:
            return HIDDEN
        value = share(self.snapshot.count(of, **cut), sum(self.snapshot.count(figure, **cut) for figure in over))
        return NOT_APPLICABLE if value is None else Cell(value)

    def duration(self, time: Time, part: str, *, hours: int = 1, **cut: str) -> Cell:
        """A duration's median or 90th percentile, in units of so many hours; hidden where the figure is that counts it."""
        if key(time.counted_by, cut) in self.hidden:
            return HIDDEN
        found = self.snapshot.times.get(key(time.id, cut))
        value = found[part] if found else None
        return NOT_APPLICABLE if value is None else Cell(value / hours)

    def measure(self, id_: str, figure: str, title: str | None = None) -> Measure:
        """A count as a measure."""
        known = FIGURES[figure]
        value = self.count(figure)
        return self._measure(id_, title or known.title, known.definition, Unit.COUNT, value)

    def share_measure(self, id_: str, title: str, of: str, over: str, **cut: str) -> Measure:
        """A share as a measure, with its numerator and denominator."""
        definition = f"{FIGURES[of].definition} {FIGURES[over].title}: {_lower(FIGURES[over].definition)}"
        numerator, denominator = self.count(of, **cut), self.count(over, **cut)
        return self._measure(
            id_,
            title,
            definition,
            Unit.PERCENT,
            self.share(of, over, **cut),
            numerator=numerator,
            denominator=denominator,
        )

    def columns(self, columns: tuple[Column, ...]) -> list[Shown]:
        """The columns as a document has them; a duration takes several."""
        return [shown for column in columns for shown in _shown(column)]

    def row(self, columns: tuple[Column, ...], cut: Mapping[str, str], *, total: bool = False) -> tuple[Cell, ...]:
        """The cells of one row under these columns; a total leaves out what does not add up."""
        found: list[Cell] = []
        for column in columns:
            match column:
                case Count():
                    found.append(NOT_APPLICABLE if total and column.without_total else self.count(column.figure, **cut))
                case Share():
                    found.append(self.share(column.of, *column.over, **cut))
                case Time():
                    if total and column.clock:
                        found += [NOT_APPLICABLE for _ in PARTS]  # of immediate matters alone, and so not of all
                        continue
                    units = (24,) if column.days else (1,) if column.clock else (1, HOURS_A_DAY)
                    found += [self.duration(column, part, hours=unit, **cut) for unit in units for part in PARTS]
        return tuple(found)

    def definition(self, columns: tuple[Column, ...]) -> str:
        """What each column counts, in one paragraph."""
        figures = [FIGURES[column.figure] for column in columns if isinstance(column, Count)]
        said = [f"{figure.title}: {_lower(figure.definition)}" for figure in figures]
        said += [DURATIONS[column.id] for column in columns if isinstance(column, Time)]
        return " ".join(said)

    def _measure(self, id_: str, title: str, definition: str, unit: Unit, value: Cell, **more: Any) -> Measure:
        return Measure(id=id_, title=title, definition=definition, unit=unit, as_at=self.as_at, value=value, **more)


def _shown(column: Column) -> list[Shown]:
    match column:
        case Count():
            return [Shown(column_id(column.figure), FIGURES[column.figure].title)]
        case Share():
            return [Shown(column_id(column.id), column.title, Unit.PERCENT)]
        case Time():
            if column.days:
                return [
                    Shown(f"{column_id(column.id)}-{part}", title, Unit.CALENDAR_DAYS) for part, title in PARTS.items()
                ]
            units = {"": Unit.CLOCK_HOURS} if column.clock else {"": Unit.WORKING_HOURS, "-days": Unit.WORKING_DAYS}
            said = {"": ", by the clock" if column.clock else "", "-days": " in days"}
            return [
                Shown(f"{column_id(column.id)}-{part}{suffix}", f"{title}{said[suffix]}", unit)
                for suffix, unit in units.items()
                for part, title in PARTS.items()
            ]


def column_id(code: str) -> str:
    """The id of a column, or a row, for a code."""
    return code.replace("_", "-")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
