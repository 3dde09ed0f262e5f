"""Everything that one edition shows, and what a reader could work out from it: cells, and sums that make nought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.escalations.reports.domain import SMALL, Key, Snapshot, Window, key
from services.escalations.reports.figures import BALANCES, FIGURES, FLOWS
from services.escalations.reports.layouts import LAYOUTS, Layout

Name = tuple[str, Key]  # of which period, and which count

# Learning of escalations is counted twice: where it was recorded, and among what was learnt anywhere.
RECORDED, DRAWN = key("learning"), key("ways", {"cohort": "drawn"})
OF_ESCALATIONS = key("ways", {"origin": "escalations.learning"})
BROUGHT_OVER = key("ways", {"cohort": "brought_over"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One count. `least` is what any reader knows it to be at least when it is hidden."""

    value: int
    published: bool  # would be read if nothing were hidden
    fixed: bool  # read already, or a nought that is always shown
    sensitive: bool
    least: int
    cost: int


@dataclass
class Publication:
    """The cells by name, and equations whose coefficients times the cells' values make nought."""

    cells: dict[Name, Cell] = field(default_factory=dict)
    equations: list[dict[Name, int]] = field(default_factory=list)

    def around(self, where: str) -> Publication:
        """What a period's cells have to do with, however far away; sums of known cells carry nothing further."""
        todo, sums = {name for name in self.cells if name[0] == where}, list(self.equations)
        found, kept = set(todo), []
        while todo:
            touched = [terms for terms in sums if terms.keys() & todo]
            sums = [terms for terms in sums if not terms.keys() & todo]
            kept += touched
            todo = {name for terms in touched for name in terms if not self.cells[name].fixed} - found
            found.update(name for terms in touched for name in terms)
        return Publication({name: cell for name, cell in self.cells.items() if name in found}, kept)

    def equate(self, terms: Mapping[Name, int]) -> None:
        """Add an equation. ValueError where the figures do not satisfy it: then a definition is wrong."""
        if sum(self.cells[name].value * factor for name, factor in terms.items()):
            raise ValueError(f"these do not add up: {[(name, self.cells[name].value) for name in terms]}")
        self.equations.append(dict(terms))


@dataclass(frozen=True, slots=True)
class Published:
    """One quarter's wider edition: what it shows, and what it hides. `rolling` stands in for a quarter too small."""

    quarter: Snapshot
    rolling: Snapshot | None = None
    hidden: frozenset[Key] | None = None  # None while this is being decided

    @property
    def window(self) -> Window:
        """What the edition covers."""
        return Window.QUARTER if self.rolling is None else Window.ROLLING

    @property
    def shown(self) -> Snapshot:
        """The snapshot that the edition prints."""
        return self.rolling or self.quarter


def linked(edition: Published, others: Sequence[Published] = ()) -> Publication:
    """One publication of the edition and of those of other quarters, which share counts with it."""
    whole = Publication()
    editions = [*others, edition]
    for one in editions:
        _add(whole, one.quarter, one.hidden, published=one.window is Window.QUARTER)
        if one.rolling:
            _add(whole, one.rolling, one.hidden, published=True)
    quarters = {one.quarter.quarter: one.quarter for one in editions}
    for one in editions:
        _carry_over(whole, one.quarter, quarters)
        if one.rolling:
            _add_up(whole, one.rolling, quarters)
    return whole


def period(snapshot: Snapshot) -> str:
    """What tells the quarter's cells from the rolling year's."""
    return f"{snapshot.plain['window']} {snapshot.quarter}"


def layouts(snapshot: Snapshot) -> list[Layout]:
    """The layouts whose figures the snapshot has."""
    return [layout for layout in LAYOUTS if layout.form <= snapshot.form]


def cuts(snapshot: Snapshot, layout: Layout) -> list[dict[str, str]]:
    """The rows of a layout: every code of closed lists, and of an open one those with anything to show."""
    if set(layout.by) <= set(snapshot.plain["closed"]):
        rows: list[dict[str, str]] = [{}]
        for dimension in layout.by:
            rows = [row | {dimension: code} for row in rows for code in snapshot.titles[dimension]]
        return rows
    found = {cut for count in layout.counts for cut in snapshot.cuts.get((count.figure, frozenset(layout.by)), ())}
    places = {dimension: {code: n for n, code in enumerate(snapshot.titles[dimension])} for dimension in layout.by}
    return sorted(map(dict, found), key=lambda row: [places[dimension][row[dimension]] for dimension in layout.by])


def _add(whole: Publication, snapshot: Snapshot, hidden: frozenset[Key] | None, *, published: bool) -> None:
    """One snapshot's cells and the sums within it."""
    where = period(snapshot)

    def add(which: Key, *, shown: bool = True, figure: str | None = None, value: int | None = None) -> Name:
        name = where, which
        if name not in whole.cells:
            number = snapshot.counts.get(which, 0) if value is None else value
            nought_hidden = figure is not None and _says_of_children(snapshot, which)
            read = published and shown and (hidden is None or which not in hidden)
            whole.cells[name] = Cell(
                value=number,
                published=read,
                fixed=(read and hidden is not None) or (number == 0 and shown and not nought_hidden),
                sensitive=(0 < number < SMALL) or (number == 0 and nought_hidden),
                least=1 if shown and published and not nought_hidden else 0,
                cost=max(number, 1) * (1 if len(which[1]) == 2 else 20 if which[1] else 1000),
            )
        return name

    for layout in layouts(snapshot):
        if layout.exact:
            continue
        rows = cuts(snapshot, layout)
        for count in layout.counts:
            names = {add(key(count.figure, row), figure=count.figure): row for row in rows}
            if layout.by and not count.without_total:
                for total, parts in _margins(count.figure, layout.by, names):
                    whole.equate({add(total, figure=count.figure): -1} | dict.fromkeys(parts, 1))
    for figure in FIGURES.values():
        for name in [name for name in whole.cells if name[0] == where and name[1][0] == figure.id]:
            container = figure.within and (where, (figure.within, name[1][1]))
            if container and container in whole.cells and whole.cells[container].value:
                rest = whole.cells[container].value - whole.cells[name].value
                other = add((f"{figure.within} not {figure.id}", name[1][1]), shown=False, value=rest)
                whole.equate({container: -1, name: 1, other: 1})
    for balance in BALANCES:
        for cut in {which[1] for period_, which in whole.cells if period_ == where and which[0] in balance}:
            if all((where, (figure, cut)) in whole.cells for figure in balance):
                whole.equate({(where, (figure, cut)): factor for figure, factor in balance.items()})
    for which in (DRAWN, OF_ESCALATIONS):
        if (where, which) in whole.cells:
            _equal(whole, (where, which), [(where, RECORDED)], "from elsewhere")


def _says_of_children(snapshot: Snapshot, which: Key) -> bool:
    """Whether a nought here would say that none of the children counted has the attribute."""
    figure, cut = FIGURES[which[0]], which[1]
    base = snapshot.count(figure.id) if cut else snapshot.count(figure.within or figure.id)
    return figure.about_children and base > 0


def _margins(
    figure: str, by: tuple[str, ...], names: Mapping[Name, dict[str, str]]
) -> Iterator[tuple[Key, list[Name]]]:
    """What the cells of a layout add up to: along each of two dimensions, or over the only one."""
    if len(by) == 1:
        yield key(figure), list(names)
        return
    for kept in by:
        lines: dict[str, list[Name]] = {}
        for name, row in names.items():
            lines.setdefault(row[kept], []).append(name)
        for code, parts in lines.items():
            yield key(figure, {kept: code}), parts


def _carry_over(whole: Publication, snapshot: Snapshot, quarters: Mapping[str, Snapshot]) -> None:
    """What was open at the end of a quarter is open at the start of the next, and what was entered late beside it."""
    before = quarters.get(snapshot.plain["before"])
    if before is None:
        return
    for where, which in list(whole.cells):
        if where == period(snapshot) and (earlier := _earlier(which)):
            new = [(where, RECORDED)] if which == OF_ESCALATIONS else []
            _equal(whole, (where, which), [(period(before), earlier), *new], "entered late")


def _earlier(which: Key) -> Key | None:
    """The count at the end of the quarter before that goes on in this one."""
    figure, cut = which
    if figure == "open_at_start":
        return "open_at_end", cut
    if which == BROUGHT_OVER:
        return key("ways_open")
    return ("ways_open", cut) if figure == "ways" and cut and cut[0][0] == "origin" else None


def _add_up(whole: Publication, rolling: Snapshot, quarters: Mapping[str, Snapshot]) -> None:
    """Four quarters' flows make the rolling year's, and what was entered late beside them."""
    parts = [quarters[quarter] for quarter in rolling.plain["quarters"] if quarter in quarters]
    if len(parts) < len(rolling.plain["quarters"]):
        return  # a quarter of which nothing was ever published leaves everything open
    for where, which in list(whole.cells):
        if where == period(rolling) and (which[0] in FLOWS or which == DRAWN):
            _equal(whole, (where, which), [(period(part), which) for part in parts], "entered late")


def _equal(whole: Publication, name: Name, parts: list[Name], besides: str) -> None:
    """The cell is the sum of the parts and of a rest that nobody is shown; a rest below nought tells a reader nothing."""
    present = [part for part in parts if part in whole.cells]
    rest = whole.cells[name].value - sum(whole.cells[part].value for part in present)
    if rest < 0:
        return
    terms = {name: -1} | dict.fromkeys(present, 1)
    if rest:
        other = name[0], (f"{name[1][0]} {besides}", name[1][1])
        whole.cells[other] = Cell(rest, published=False, fixed=False, sensitive=rest < SMALL, least=0, cost=0)
        terms[other] = 1
    whole.equate(terms)
