"""Counts a period in one statement, so that all its figures are of one moment, and finds the rows behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Row, Select, Text, bindparam, cast, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import array

from services.escalations.escalations.models import Escalation
from services.escalations.reports.sources import LEARNING, SOURCES, WANTED, Source
from shared.calendar import Calendar
from shared.db import Tx

PERCENTILES = {"median": 0.5, "p90": 0.9}  # by linear interpolation


def _counted(number: int, source: Source) -> Select[Any]:
    """One source, counted in the cuts wanted: its number, the grouping, the codes, the numbers."""
    columns = list(source.cuts.values())
    numbers: list[Any] = [cast(source.aggregate(figure), Float) for figure in source.figures]
    for time in source.times.values():
        numbers.append(cast(func.count(time), Float))
        numbers += [func.percentile_cont(part).within_group(time) for part in PERCENTILES.values()]
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
    sets = [[source.cuts[d] for d in source.cuts if d in cut] for cut in sorted(wanted, key=sorted)]
    return statement.group_by(func.grouping_sets(*(tuple_(*cut) for cut in sets)))


def _everything() -> Select[Any]:
    first, *others = (_counted(number, source) for number, source in enumerate(SOURCES))
    return select(first.union_all(*others).subquery("counted"))


STATEMENT = _everything()


@dataclass(frozen=True)
class Counted:
    """What the rows of a period amount to: each figure and each duration with its cut."""

    counts: list[tuple[str, dict[str, str], int]]
    times: list[tuple[str, dict[str, str], dict[str, float]]]


async def counted(tx: Tx, since: datetime, until: datetime, calendar: Calendar) -> Counted:
    """Every figure of the period that is not nought, in every cut that the layouts want."""
    found = Counted([], [])
    for row in await tx.rows(STATEMENT, bounds(since, until, calendar)):
        source = SOURCES[row.source]
        cut = _cut(source, row.grouping, row.codes)
        if cut is None:
            continue
        numbers = iter(row.numbers)
        for figure in source.figures:
            number = next(numbers)
            if number and frozenset(cut) in WANTED[figure]:
                found.counts.append((figure, cut, int(number)))
        for time in source.times:
            n, *parts = next(numbers), *(next(numbers) for _ in PERCENTILES)
            if n and frozenset(cut) in WANTED[time]:
                found.times.append((time, cut, {"n": int(n), **dict(zip(PERCENTILES, parts, strict=True))}))
    return found


def bounds(since: datetime, until: datetime, calendar: Calendar) -> dict[str, Any]:
    """The values that every statement over the facts of a period needs."""
    days = _days(calendar, calendar.date_of(until))
    opened = sum(opens <= until for opens, closes in zip(days["opens"], days["closes"], strict=True) if opens < closes)
    return {"since": since, "until": until, "opened_days": opened, **days}


def _cut(source: Source, grouping: int, codes: Sequence[str | None]) -> dict[str, str] | None:
    """The dimensions by which a row is cut, with their codes; None where a dimension does not concern it."""
    cut = {}
    for place, dimension in enumerate(reversed(list(source.cuts))):
        if not grouping & 1 << place:
            code = codes[len(codes) - 1 - place]
            if code is None:
                return None
            cut[dimension] = code
    return cut


@lru_cache(maxsize=4)
def _days(calendar: Calendar, last: date) -> dict[str, Any]:
    """The calendar as arrays: every date up to `last`, its opening and closing, and the working days before it."""
    days: dict[str, Any] = {"days": [], "opens": [], "closes": [], "nth": []}
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
    return days | {"hours_a_day": calendar.day.total_seconds() / 3600}


LISTED = (
    Escalation.id,
    Escalation.reference,
    Escalation.kind,
    Escalation.priority,
    Escalation.status,
    Escalation.raised_at,
    Escalation.raising_name,
    Escalation.receiving_name,
)


def has_rows(figure: str, cut: Mapping[str, str]) -> bool:
    """Whether there are matters behind a figure so cut."""
    return _source(figure, cut) is not None


def _source(figure: str, cut: Mapping[str, str]) -> Source | None:
    """The relation of matters that a figure counts in this cut."""
    found = (one for one in SOURCES if one.id is not None and figure in one.figures)
    return next((one for one in found if cut.keys() <= one.cuts.keys()), None)


async def behind(
    tx: Tx, figure: str, cut: Mapping[str, str], period: Mapping[str, Any], limit: int, after: UUID | None
) -> Sequence[Row[Any]]:
    """Up to `limit` matters that a figure counted in that cut, in the order of their ids, after one of them."""
    source = _source(figure, cut)
    if source is None or source.id is None:
        return []
    conditions = [cast(source.cuts[dimension], Text) == code for dimension, code in cut.items()]
    ids = select(source.id).select_from(source.rows).where(source.figures[figure], *conditions)
    statement = select(*LISTED).where(Escalation.id.in_(ids)).order_by(Escalation.id).limit(limit)
    if after:
        statement = statement.where(Escalation.id > bindparam("after", after))
    return await tx.rows(statement, period)


async def with_references(tx: Tx, references: Sequence[str]) -> Sequence[UUID]:
    """The matters that have these references, in their order."""
    found = select(Escalation.id).where(Escalation.reference.in_(references)).order_by(Escalation.reference)
    return [row.id for row in await tx.rows(found)] if references else []


def has_learning(figure: str, cut: Mapping[str, str]) -> bool:
    """Whether there are learning points behind a figure so cut."""
    return figure in LEARNING.figures and cut.keys() <= LEARNING.cuts.keys()


async def learning_behind(
    tx: Tx,
    figure: str,
    cut: Mapping[str, str],
    period: Mapping[str, Any],
    limit: int,
    after: Sequence[Any] | None,
) -> Sequence[Row[Any]]:
    """Up to `limit` learning points that a figure counted in that cut, the first drawn first, after one of them."""
    way = LEARNING.rows.c
    conditions = [cast(LEARNING.cuts[dimension], Text) == code for dimension, code in cut.items()]
    statement = select(*way).where(LEARNING.figures[figure], *conditions).order_by(way.begun_at, way.id).limit(limit)
    if after:
        statement = statement.where(tuple_(way.begun_at, way.id) > tuple_(*after))
    return await tx.rows(statement, period)
