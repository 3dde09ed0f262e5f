"""Plots as small accessible SVG: bars, stacked bars and lines, readable in print and without colour or script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from textwrap import shorten, wrap

from shared.documents.model import MARKS, Cell, Plot, PlotKind, Status, Unit
from shared.documents.rounding import UNITS, written

# Told apart by shape and dash too: one man in twelve does not see the colours, and minutes are printed in black.
_COLOURS = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "1 4")
_WIDTH = 720
_CHARACTER = 6.9  # mean advance of 13 px text; labels are given a little more room than they need
_LEADING = 15
_BAR = 22
_GAP = 12
_TOP = 34
_LINE_HEIGHT = 310

Series = tuple[str, Unit, list[tuple[str, Cell]]]


def svg(plot: Plot) -> str:
    """The plot as one `<svg>` element, with title and description for those who hear it."""
    units = {column.id: column for column in plot.table.columns}
    series: list[Series] = [(units[id_].title, units[id_].unit, plot.table.series(id_)) for id_ in plot.columns]
    if plot.kind is PlotKind.LINE:
        height, body = _line(series)
    else:
        height, body = _bars(plot.table.stub, series, plot.kind is PlotKind.STACKED)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-labelledby="{plot.id}-title {plot.id}-description" font-family="Arial, Liberation Sans, sans-serif"'
        f' font-size="13" fill="#0b0c0c"><title id="{plot.id}-title">{escape(plot.title)}</title>'
        f'<desc id="{plot.id}-description">{escape(plot.description)}</desc>{"".join(body)}</svg>'
    )


def _number(cell: Cell) -> float:
    return float(cell.value) if isinstance(cell.value, int | float) else 0.0


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _swatch(place: int, x: float, y: float, width: float, height: float) -> str:
    """A filled box; every second one is hatched, so that neighbours differ without colour."""
    colour = _COLOURS[place % len(_COLOURS)]
    box = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    if place % 2 == 0 or width < 3:
        return box
    step, hatches = 6, []
    for offset in range(step, ceil(width + height), step):
        # From the top edge down to the left, cut where the box ends.
        x1, y1 = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        x2, y2 = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        hatches.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
    return f'{box}<path d="{"".join(hatches)}" stroke="#fff" stroke-width="1.5"/>'


def _measured(unit: Unit) -> str:
    return UNITS[unit].capitalize()


def _heads(stub: str, series: list[Series], x: float) -> Iterator[str]:
    """What the axes show: the labels' heading, and what the bars count; several kinds of bar have their swatches."""
    yield _text(x - 8, 20, stub, "end")
    for place, (title, unit, _) in enumerate(series):
        if len(series) > 1:
            yield _swatch(place, x, 8, 16, 14)
            x += 22
        words = title if unit is Unit.COUNT else f"{title} ({UNITS[unit]})"
        yield _text(x, 20, words)
        x += len(words) * _CHARACTER + 22


def _label(x: float, middle: float, label: str, fits: int) -> Iterator[str]:
    """A bar's name beside it, on one line or two; what is longer still ends in dots, and stands whole in the table."""
    lines = wrap(label, fits)
    if len(lines) > 2:
        lines = [lines[0], shorten(" ".join(lines[1:]), fits, placeholder=" …")]
    top = middle - (len(lines) - 1) * _LEADING / 2
    for number, line in enumerate(lines):
        yield _text(x, top + number * _LEADING, line, "end")


def _bars(stub: str, series: list[Series], stacked: bool) -> tuple[int, list[str]]:
    """Horizontal bars, because the names of agencies and themes are long; every bar bears its value."""
    labels = [label for label, _ in series[0][2]]
    left = min(280.0, max(map(len, [stub, *labels])) * _CHARACTER + 20)
    fits = int((left - 18) / _CHARACTER)
    per_label = 1 if stacked else len(series)
    cells = [[cell for _, cell in rows] for _, _, rows in series]
    said = [[written(cell, unit) for _, cell in rows] for _, unit, rows in series]
    longest_mark = max((len(" + ".join(marks)) for marks in zip(*said, strict=True)), default=0) if stacked else 0
    room = _WIDTH - left - max(90, longest_mark * _CHARACTER + 20)
    sums = [sum(_number(cell) for cell in column) for column in zip(*cells, strict=True)]
    longest = max(sums if stacked else [_number(cell) for row in cells for cell in row], default=0) or 1
    body = list(_heads(stub, series, left))
    y = float(_TOP)
    for index, label in enumerate(labels):
        middle = y + per_label * _BAR / 2 + 3.5
        body += _label(left - 8, middle, label, fits)
        x = left
        marks = []
        for place, (_, unit, rows) in enumerate(series):
            cell = rows[index][1]
            width = room * _number(cell) / longest
            top = y if stacked else y + place * _BAR
            if width:
                body.append(_swatch(place, x, top, width, _BAR - 2))
            if not stacked:
                body.append(_text(left + width + 6, top + 15, written(cell, unit)))
                continue
            marks.append(written(cell, unit))
            x += width
        if stacked:
            body.append(_text(x + 6, middle, " + ".join(marks)))
        y += per_label * _BAR + _GAP
    body.append(f'<path d="M{left:.1f} {_TOP - 4}V{y - _GAP + 4:.1f}" stroke="#0b0c0c"/>')
    return ceil(y), body


def _line(series: list[Series]) -> tuple[int, list[str]]:
    """Lines over the table's rows from left to right, each named at its end; a hidden value is a gap with its mark."""
    labels = [label for label, _ in series[0][2]]
    bottom, top, left = _LINE_HEIGHT - 34.0, 34.0, 48.0
    right = _WIDTH - max(len(title) for title, _, _ in series) * _CHARACTER - 40
    ceiling, step = _scale(max((_number(cell) for _, _, rows in series for _, cell in rows), default=0))
    across = [left + (right - left) * i / max(len(labels) - 1, 1) for i in range(len(labels))]
    body = [_text(0, 14, _measured(series[0][1]))]
    for tick in range(0, round(ceiling / step) + 1):
        y = bottom - (bottom - top) * tick * step / ceiling
        body.append(f'<path d="M{left} {y:.1f}H{right:.1f}" stroke="#b1b4b6" stroke-width="1"/>')
        body.append(_text(left - 8, y + 4.5, written(Cell(_whole(tick * step)), Unit.COUNT), "end"))
    room = int((right - left) / max(len(labels) - 1, 1) / _CHARACTER) - 1  # a gap between two
    below = [wrap(label, max(room, 1), break_long_words=False) for label in labels]
    for x, lines in zip(across, below, strict=True):
        body += [_text(x, bottom + 22 + _LEADING * place, line, "middle") for place, line in enumerate(lines)]
    height = _LINE_HEIGHT + _LEADING * (max(map(len, below), default=1) - 1)
    ends: list[float] = []
    for place, (title, _, rows) in enumerate(series):
        points = [
            (x, bottom - (bottom - top) * _number(cell) / ceiling if cell.status is Status.SHOWN else None)
            for x, (_, cell) in zip(across, rows, strict=True)
        ]
        body += _course(place, points)
        body += [
            _text(x, bottom - 6 - 14 * place, MARKS[cell.status], "middle")
            for x, (_, cell) in zip(across, rows, strict=True)
            if cell.status is not Status.SHOWN
        ]
        end = _apart(next((y for _, y in reversed(points) if y is not None), bottom), ends)
        # The name is black, its marker coloured: the colours have too little contrast for letters.
        body.append(f'<path d="{_marker(place, right + 16, end)}" fill="{_COLOURS[place % len(_COLOURS)]}"/>')
        body.append(_text(right + 26, end + 4.5, title))
    return height, body


def _course(place: int, points: list[tuple[float, float | None]]) -> Iterator[str]:
    colour, dash = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 is not None and y2 is not None:
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            line = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"
            yield f'<path d="{line}" stroke="{colour}" stroke-width="2.5" fill="none"{dashes}/>'
    for x, y in points:
        if y is not None:
            yield f'<path d="{_marker(place, x, y)}" fill="{colour}"/>'


def _marker(place: int, x: float, y: float) -> str:
    """Circle, square, triangle or diamond around a point, as a path."""
    r = 4.5
    return (
        f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z",
        f"M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h{-2 * r}Z",
        f"M{x:.1f} {y - r:.1f}l{r} {2 * r}h{-2 * r}Z",
        f"M{x:.1f} {y - r:.1f}l{r} {r}l{-r} {r}l{-r} {-r}Z",
    )[place % 4]


def _apart(wanted: float, taken: list[float]) -> float:
    """A height near the wanted one at which no other line's name stands; it is then taken."""
    offset = 0
    while any(abs(wanted + offset - other) < 15 for other in taken):
        offset = -offset if offset > 0 else -offset + 5
    taken.append(wanted + offset)
    return wanted + offset


def _scale(largest: float) -> tuple[float, float]:
    """The top of the axis and its step: one, two or five times a power of ten, whole numbers, four to eight steps."""
    rough = max(largest, 4) / 5
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    step = max(step, 1.0)
    return step * ceil(max(largest, 4) / step), step


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) else value
