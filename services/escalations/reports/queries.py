"""Counts a period in one statement, so that all its figures are of one moment, and finds the rows behind each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, Text, and_, cast, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import array

from services.escalations.reports.facts import happened, matter, repeat, resolution, response, wait
from services.escalations.reports.layouts import LAYOUTS, Time
from shared.calendar import Calendar
from shared.db import Tx

Cut = frozenset[str]


@dataclass(frozen=True)
class Source:
    """One relation: by which columns it is cut, and which figures count its rows."""

    rows: Any
    cuts: Mapping[str, ColumnElement[Any]]
    figures: Mapping[str, ColumnElement[Any]]  # an aggregate each
    times: Mapping[str, ColumnElement[Any]]  # hours; counted, halved and cut at nine tenths


def _where(*conditions: Any) -> Any:
    return func.count().filter(and_(*conditions)) if conditions else func.count()


def _distinct(column: Any, *conditions: Any) -> Any:
    return func.count(column.distinct()).filter(and_(*conditions))


m = matter.c
_open_at_end = m.how.is_(None)
_climbs = select(
    happened.c.escalation_id,
    happened.c.did,
    cast(happened.c.stage_order - 1, Text).label("stage"),
).where(happened.c.did.in_(("advance", "silence")), happened.c.facts["last_stage"].astext.is_(None)).subquery("climbs")  # fmt: skip
_silent_at_last = (
    select(happened.c.escalation_id).where(happened.c.facts["last_stage"].astext == "true").subquery("silent_at_last")
)
_skips = (
    select(happened.c.escalation_id, func.jsonb_array_length(happened.c.facts["skipped"]).label("stages"), m.safe)
    .join(matter, m.id == happened.c.escalation_id)
    .where(happened.c.did == "skip")
    .subquery("skips")
)
_mentions = select(func.unnest(m.secondary_themes).label("theme")).where(m.opened).subquery("mentions")
_immediate = resolution.c.priority == "immediate"

SOURCES = (
    Source(
        matter,
        {
            d: m[d]
            for d in ("kind", "priority", "level", "theme", "raising", "receiving", "rung", "age", "redirected_to")
        },
        {
            "open_at_start": _where(~m.opened),
            "entered_late": _where(~m.opened, m.entered_in_period),
            "opened": _where(m.opened),
            "closed": _where(m.how == "closed"),
            "withdrawn": _where(m.how == "withdrawn"),
            "redirected": _where(m.how == "redirected"),
            "left": _where(m.how.is_not(None)),
            "open_at_end": _where(_open_at_end),
            "untold": _where(m.untold),
            "opened_still_open": _where(m.opened, _open_at_end),
            "passed_on": _where(m.passed_on),
            "need": _where(m.opened),
        },
        {},
    ),
    Source(_mentions, {"theme": _mentions.c.theme}, {"theme_mentions": _where()}, {}),
    Source(
        resolution,
        {d: resolution.c[d] for d in ("priority", "stage", "outcome", "impact")},
        {
            "resolved": _where(),
            "resolved_early": _where(resolution.c.early),
            "impact": _where(),
            "told": _where(resolution.c.told),
            "satisfied": _where(resolution.c.told, resolution.c.satisfied == "true"),
            "dissatisfied": _where(resolution.c.told, resolution.c.satisfied == "false"),
            "not_answering": _where(resolution.c.told, resolution.c.satisfied.is_(None), resolution.c.asked == "true"),
            "not_asked": _where(
                resolution.c.told,
                resolution.c.satisfied.is_(None),
                func.coalesce(resolution.c.asked, "false") != "true",
            ),
        },
        {"to_resolve": resolution.c.working_hours},
    ),
    Source(
        select(resolution).where(_immediate).subquery("immediate"),
        {},
        {},
        {"immediate_clock": literal_column("clock_hours")},
    ),
    Source(wait, {}, {}, {"wait_passed_on": wait.c.working_hours}),
    Source(
        response,
        {d: response.c[d] for d in ("stage", "priority", "agency", "overrun")},
        {
            "responses_due": _where(),
            "responses_in_time": _where(response.c.in_time),
            "responses_late": _where(~response.c.in_time),
        },
        {},
    ),
    Source(
        _climbs,
        {"stage": _climbs.c.stage},
        {
            "advances": _where(),
            "advances_silent": _where(_climbs.c.did == "silence"),
            "matters_silent": _distinct(_climbs.c.escalation_id, _climbs.c.did == "silence"),
        },
        {},
    ),
    Source(_silent_at_last, {}, {"silent_at_last": func.count(_silent_at_last.c.escalation_id.distinct())}, {}),
    Source(
        _skips,
        {},
        {
            "skipped_matters": func.count(_skips.c.escalation_id.distinct()),
            "skipped_stages": func.coalesce(func.sum(_skips.c.stages), 0),
            "skipped_safely": _distinct(_skips.c.escalation_id, _skips.c.safe),
        },
        {},
    ),
    Source(repeat, {}, {f: _where(repeat.c.figure == f) for f in ("repeat_child", "repeat_theme")}, {}),
)


def _wanted() -> dict[str, set[Cut]]:
    """In which cuts each figure and time stands in the layouts, with all that these add up to."""
    wanted: dict[str, set[Cut]] = {}
    for layout in LAYOUTS:
        margins = {frozenset(cut) for size in range(len(layout.by) + 1) for cut in combinations(layout.by, size)}
        for column in layout.columns:
            if isinstance(column, Time):
                wanted.setdefault(column.id, set()).update({frozenset(layout.by), frozenset()})
        for count in layout.counts:
            wanted.setdefault(count.figure, set()).update(margins)
    return wanted


WANTED = _wanted()


def _statement() -> Select[Any]:
    """Every source, counted in the cuts wanted: number of the source, its grouping, the codes, the numbers."""
    parts = [_counted(number, source) for number, source in enumerate(SOURCES)]
    everything = parts[0].union_all(*parts[1:]).subquery("counted")
    return select(everything)


def _counted(number: int, source: Source) -> Select[Any]:
    dimensions = list(source.cuts)
    columns = list(source.cuts.values())
    numbers: list[Any] = [cast(aggregate, Float) for aggregate in source.figures.values()]
    for time in source.times.values():
        numbers.append(cast(func.count(), Float))
        numbers += [func.percentile_cont(part).within_group(time) for part in (0.5, 0.9)]
    # One bit for each dimension, the last one lowest; a set bit is a dimension that is not cut by.
    grouping = func.grouping(*columns) if columns else literal_column("0")
    codes: Any = [cast(column, Text) for column in columns]
    selected: list[Any] = [
        literal_column(str(number)).label("source"),
        grouping.label("grouping"),
        array(codes, type_=Text()).label("codes"),
        array(numbers, type_=Float()).label("numbers"),
    ]
    statement = select(*selected).select_from(source.rows)
    if not columns:
        return statement
    wanted = {cut for name in (*source.figures, *source.times) for cut in WANTED[name]}
    sets = [[source.cuts[d] for d in dimensions if d in cut] for cut in sorted(wanted, key=sorted)]
    return statement.group_by(func.grouping_sets(*(tuple_(*cut) for cut in sets)))


STATEMENT = _statement()


@dataclass(frozen=True)
class Counted:
    """What the rows of a period amount to."""

    counts: list[tuple[str, dict[str, str], int]]
    times: list[tuple[str, dict[str, str], dict[str, float | None]]]


async def counted(tx: Tx, since: datetime, until: datetime, calendar: Calendar) -> Counted:
    """Every figure of the period that is not nought, in every cut that the layouts want."""
    days = working_days(calendar, calendar.date_of(until))
    opened = sum(opens <= until for opens, closes in zip(days["opens"], days["closes"], strict=True) if opens < closes)
    values = {"since": since, "until": until, **days, "opened_days": opened}
    found = Counted([], [])
    for row in await tx.rows(STATEMENT, values):
        source = SOURCES[row.source]
        cut = _cut(source, row.grouping, row.codes)
        if cut is None:
            continue
        numbers = iter(row.numbers)
        for figure, number in zip(source.figures, numbers, strict=False):
            if number and frozenset(cut) in WANTED[figure]:
                found.counts.append((figure, cut, int(number)))
        for time, n, median, p90 in _threes(source, row.numbers[len(source.figures) :]):
            if n and frozenset(cut) in WANTED[time]:
                found.times.append((time, cut, {"n": int(n), "median": median, "p90": p90}))
    return found


def _threes(source: Source, numbers: list[float]) -> Iterator[tuple[str, float, float, float]]:
    for place, time in enumerate(source.times):
        n, median, p90 = numbers[3 * place : 3 * place + 3]
        yield time, n, median, p90


def _cut(source: Source, grouping: int, codes: list[str | None]) -> dict[str, str] | None:
    """The dimensions by which a row is cut, with their codes; None where a dimension does not concern it."""
    dimensions = list(source.cuts)
    cut = {}
    for place, dimension in enumerate(dimensions):
        if grouping & 1 << (len(dimensions) - 1 - place):
            continue
        code = codes[place]
        if code is None:
            return None
        cut[dimension] = code
    return cut


@lru_cache(maxsize=4)
def working_days(calendar: Calendar, last: date) -> dict[str, Any]:
    """The calendar as arrays: every date up to `last`, its opening and closing, and the working days before it."""
    days: dict[str, list[Any]] = {"days": [], "opens": [], "closes": [], "nth": []}
    nth, day = 0, calendar.first
    while day <= last:
        works = calendar.is_working_day(day)
        opens = datetime.combine(day, calendar.opens, calendar.zone)
        days["days"].append(day)
        days["opens"].append(opens)
        days["closes"].append(datetime.combine(day, calendar.closes, calendar.zone) if works else opens)
        days["nth"].append(nth)
        nth += works
        day += timedelta(days=1)
    return {**days, "hours_a_day": calendar.day.total_seconds() / 3600}
