"""Builds the report of a quarter from what was counted: page one, every table, the trend, and what came later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.escalations.reports.cells import Cells, column_id
from services.escalations.reports.domain import Edition, Key, Snapshot, Window, corrections, how_far, key
from services.escalations.reports.figures import DIMENSIONS, FIGURES
from services.escalations.reports.layouts import LAYOUTS, SECTIONS, TREND_FIGURES, WAYS_TREND
from services.escalations.reports.page_one import page_one
from services.escalations.reports.publication import Published, layouts
from services.escalations.reports.tables import laid_out, slug
from shared.documents import (
    HIDDEN,
    NOT_APPLICABLE,
    Cell,
    Column,
    Document,
    Part,
    Plot,
    PlotKind,
    Prose,
    Row,
    Section,
    Table,
    Unit,
)
from shared.documents.rounding import day_and_time

TITLE = "Professional challenge: quarterly report"
MARKING = "OFFICIAL-SENSITIVE"
EDITIONS = {
    Edition.EXACT: "Edition with exact counts, for the Learning and Improvement group, the Executive, the operational group "
    "and the business unit. Not to be passed on.",
    Edition.WIDER: "Wider edition: small numbers are hidden, and whatever would give them away.",
}
DENOMINATORS = {"referrals": "referrals in the quarter", "open_cases": "cases open on its last day"}
RATE_PER = 100


@dataclass(frozen=True)
class Report:
    """All that a report is built from. `today` is what is known now of a quarter that is frozen."""

    published: Published
    edition: Edition
    address: str | None = None  # for those who may see the rows beneath it
    frozen_at: datetime | None = None
    today: Snapshot | None = None
    earlier: Sequence[Published] = ()

    @property
    def snapshot(self) -> Snapshot:
        """What is printed: the quarter, or in the wider edition the four quarters that stand in for it."""
        return self.published.quarter if self.edition is Edition.EXACT else self.published.shown

    @property
    def hidden(self) -> frozenset[Key]:
        """What this edition hides."""
        return frozenset() if self.edition is Edition.EXACT else self.published.hidden or frozenset()


def document(report: Report) -> Document:
    """The report in one edition."""
    exact = report.edition is Edition.EXACT
    cells = Cells(report.snapshot, report.hidden, report.address if exact else None)
    shown = [layout for layout in layouts(report.snapshot) if exact or not layout.exact]
    sections = [page_one(cells)]
    for id_, title in SECTIONS.items():
        parts: list[Part] = [laid_out(cells, layout) for layout in shown if layout.section == id_]
        if parts:
            sections.append(Section(id_, title, (*_ahead(id_, cells), *parts, *_besides(id_, cells, report))))
    sections.append(Section("rates", "Rates", (_rates(cells),)))
    sections.append(Section("trend", "Eight quarters", (_trend(report),)))
    sections += _in_words(cells, report)
    return Document(
        title=TITLE, subtitle=_subtitle(report.snapshot), marking=MARKING, as_at=report.snapshot.as_at,
        sections=tuple(sections), notes=tuple(_notes(report)),
    )  # fmt: skip


def _subtitle(snapshot: Snapshot) -> str:
    first, last = (date.fromisoformat(day) for day in snapshot.plain["days"])
    span = f"{first:%B}{'' if first.year == last.year else f' {first.year}'} to {last:%B %Y}"
    if snapshot.plain["window"] == Window.ROLLING:
        return f"The four quarters that end with {snapshot.quarter}, {span}"
    return f"{snapshot.quarter}, {span}" + ("" if snapshot.plain["finished"] else " – unfinished")


def _notes(report: Report) -> Iterator[str]:
    yield EDITIONS[report.edition]
    plain = report.snapshot.plain
    if plain["window"] == Window.ROLLING:
        yield f"{report.snapshot.quarter} is too small to be shown alone; the four quarters that end with it stand in."
    if not plain["finished"]:
        yield "This quarter is still running; its figures change."
    if report.frozen_at:
        yield f"Frozen on {day_and_time(report.frozen_at)}; SHA-256 of the snapshot {report.published.quarter.hash}."
    elif plain["finished"]:
        yield "Not frozen yet; its figures may change."
    yield f"Working time by calendar {plain['calendar']}: Monday to Friday, 09:00 to 17:00, without bank holidays."


def _ahead(section: str, cells: Cells) -> Iterator[Part]:
    """What a section says before its tables of figures."""
    if section == "how-far":
        yield Prose("ways-said", "In one sentence", (how_far(cells.snapshot, cells.hidden),))
        for id_, title, figure in (
            ("ways-trained", "Drawn in the period, with staff trained", "ways_training"),
            ("ways-changed", "Drawn in the period, with measured change", "ways_impact"),
        ):
            yield cells.share_measure(id_, title, figure, "ways", cohort="drawn")
        yield cells.share_measure("ways-still", "Stopped, of all not there yet", "ways_stopped", "ways_open")
    if section == "outcomes":
        yield cells.measure("withdrawn-without-outcome", "withdrawn", "Withdrawn, and so without an outcome")


def _besides(section: str, cells: Cells, report: Report) -> Iterator[Part]:
    """What a section has besides its tables of figures."""
    plain = cells.snapshot.plain
    if section == "how-far":
        yield _ways_trend(report)
    if section == "who":
        yield _words_table(
            cells, "silent-agencies", "Expected to raise, and raised nothing", "Agency", (Column("notes", "Informal notes"),),
            [(id_, name, (cells.count("informal_notes", agency=name),)) for id_, name in plain["silent_agencies"]],
            "An informal note does not make up for it, but stands beside.",
        )  # fmt: skip
    if section == "skipped" and report.edition is Edition.EXACT:
        yield _words_table(
            cells, "skips", "Each skip", "Matter",
            (Column("stages", "Stages left out", Unit.TEXT), Column("reason", "Reason", Unit.TEXT),
             Column("safety", "Safety action", Unit.TEXT)),
            [(f"{slug(one['reference'])}-{number}", one["reference"],
              (_text(", ".join(map(str, one["skipped"]))), _text(one["reason"]), _text(one["safety_action"])))
             for number, one in enumerate(plain["skips"], 1)],
            "Why stages were left out, and what was done at once to keep the child safe.",
        )  # fmt: skip


def _words_table(
    cells: Cells, id_: str, title: str, stub: str, columns: tuple[Column, ...], rows: list[tuple[str, str, tuple[Cell, ...]]],
    definition: str,
) -> Table:  # fmt: skip
    return Table(id=id_, title=title, definition=definition, as_at=cells.as_at, stub=stub, columns=columns,
                 rows=tuple(Row(row, name, found) for row, name, found in rows))  # fmt: skip


def _text(words: str | None) -> Cell:
    return Cell(words) if words else NOT_APPLICABLE


def _rates(cells: Cells) -> Table:
    """Matters opened per hundred of what an agency has supplied; without a denominator there is no rate."""
    hidden, rows = key("opened") in cells.hidden, []
    for one in cells.snapshot.plain["denominators"]:
        rate = Cell(RATE_PER * cells.snapshot.count("opened") / one["number"]) if one["number"] else NOT_APPLICABLE
        found = (HIDDEN if hidden else rate, cells.count("opened"), Cell(one["number"]), Cell(one["supplied_by"]))
        rows.append(Row(slug(one["code"]), DENOMINATORS[one["code"]], found))
    return Table(
        id="rates-table", title="Rates", stub="Opened per hundred of", as_at=cells.as_at,
        definition="Matters opened, over a denominator that an agency supplied; without one there is no rate, not nought.",
        columns=(Column("rate", "Rate", Unit.RATE), Column("numerator", "Opened"), Column("denominator", "Denominator"),
                 Column("supplied-by", "Supplied by", Unit.TEXT)),
        rows=tuple(rows),
    )  # fmt: skip


# A column of a trend: its id, its heading, and the count that it shows.
Shown = tuple[str, str, Key]


def _trend(report: Report) -> Plot:
    """The matters of eight quarters."""
    return _eight_quarters(
        report, "trend", [(column_id(f), FIGURES[f].title, key(f)) for f in TREND_FIGURES],
        title="Opened, left and open at the end", drawn=("opened", "left", "open-at-end"),
        description="A line each for the matters opened, those that left, and those open at the end, over eight quarters.",
    )  # fmt: skip


def _ways_trend(report: Report) -> Plot:
    """The learning of eight quarters."""
    return _eight_quarters(
        report, "ways_trend", list(WAYS_TREND),
        title="Learning on its way, with staff trained and with measured change", drawn=("all", "trained", "changed"),
        description="A line each for the learning points on their way, those with staff trained, and those that show "
        "measured change, over eight quarters.",
    )  # fmt: skip


def _eight_quarters(
    report: Report, which: str, columns: Sequence[Shown], *, title: str, drawn: tuple[str, ...], description: str
) -> Plot:
    """Eight quarters, as frozen where frozen; in the wider edition as each was published."""
    lines, id_ = report.published.quarter.plain[which], column_id(which)
    rows = [Row(slug(one["quarter"]), one["quarter"], _trend_cells(report, one, columns)) for one in lines]
    made = Table(
        id=f"{id_}-table", title="Eight quarters" if which == "trend" else "Learning over eight quarters", stub="Quarter",
        as_at=report.snapshot.as_at,
        definition="Each quarter as it was frozen, or where it is not frozen as known now; what is known now of a frozen "
        "quarter stands beside it where it differs.",
        columns=(*(Column(column, heading) for column, heading, _ in columns),
                 Column("known", "Known", Unit.TEXT), Column("today", "Known today", Unit.TEXT)),
        rows=tuple(rows),
    )  # fmt: skip
    return Plot(id=f"{id_}-drawn", title=title, kind=PlotKind.LINE, table=made, description=description, columns=drawn)


def _trend_cells(report: Report, line: dict[str, Any], columns: Sequence[Shown]) -> tuple[Cell, ...]:
    if report.edition is Edition.WIDER:
        shown = {one.quarter.quarter: one for one in (*report.earlier, report.published)}.get(line["quarter"])
        if shown is None or shown.hidden is None or shown.window is not Window.QUARTER or not _has(shown, columns):
            return (*(NOT_APPLICABLE for _ in columns), Cell("not published"), NOT_APPLICABLE)
        cells = Cells(shown.quarter, shown.hidden)
        return (
            *(cells.count(figure, **dict(cut)) for _, _, (figure, cut) in columns),
            Cell("as published"),
            NOT_APPLICABLE,
        )
    frozen, today = line["frozen"], line["today"]
    named = {column: heading for column, heading, _ in columns}
    known = {column_id(name): (frozen and frozen[name], number) for name, number in today.items()}
    differs = [f"{named[column]} {now}" for column, (was, now) in known.items() if frozen and was != now]
    return (
        *(Cell(known[column][0] if frozen else known[column][1]) for column, *_ in columns),
        Cell("frozen" if frozen else "not frozen"),
        _text("; ".join(differs)),
    )


def _has(published: Published, columns: Sequence[Shown]) -> bool:
    """Whether these were counted when that quarter was frozen."""
    there = {count.figure for layout in layouts(published.quarter) for count in layout.counts}
    return all(figure in there for _, _, (figure, _) in columns)


def _in_words(cells: Cells, report: Report) -> Iterator[Section]:
    """What only the exact edition says: vignettes, and what was learnt after freezing."""
    if report.edition is Edition.WIDER:
        return
    told, changed = (tuple(report.snapshot.plain[name]) for name in ("vignettes", "changes"))
    vignettes = Prose("vignettes", "Anonymised vignettes", told or ("None.",))
    yield Section(
        "in-words", "In words", (vignettes, Prose("changes", "What changed", changed or ("Nothing was closed.",)))
    )
    if report.today:
        yield Section("corrections", "What came to light after freezing", (_corrections(cells, report.today),))


def _corrections(cells: Cells, today: Snapshot) -> Table:
    found = corrections(cells.snapshot, today)
    rows = []
    for (figure, cut), was, now in found:
        titles = ((d, today.titles.get(d, {}).get(c) or cells.snapshot.titles.get(d, {}).get(c, c)) for d, c in cut)
        named = ", ".join(t if t.startswith(DIMENSIONS[d]) else f"{DIMENSIONS[d]}: {t}" for d, t in titles)
        row = slug("--".join([figure.replace("_", "-"), *(f"{d}-{c}" for d, c in cut)]))
        title = f"{_section_of(figure)}: {FIGURES[figure].title}{f' ({named})' if named else ''}"
        rows.append(Row(row, title, (Cell(was), Cell(now))))
    return Table(
        id="corrections-table", title="Figures that would be counted otherwise today", stub="Figure", as_at=today.as_at,
        definition="What is frozen stays; this is what the same quarter would show if it were counted now.",
        columns=(Column("frozen", "As frozen"), Column("today", "As known now")), rows=tuple(rows),
    )  # fmt: skip


def _section_of(figure: str) -> str:
    """Where a figure stands in the report: two may have one title."""
    return next(SECTIONS[one.section] for one in LAYOUTS if figure in {count.figure for count in one.counts})
