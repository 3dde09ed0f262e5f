"""Finds the ways that a record lies on, and how far each has come: all that is known, whoever may see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Date, Row, Select, Text, and_, any_, bindparam, cast, column, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from services.governance.threads.domain import Station
from services.governance.threads.models import ThreadLink, ThreadRecord, ThreadStep
from services.governance.threads.queries import chart, file
from services.governance.ways.domain import Course, stops, stops_on
from services.governance.ways.models import Told
from shared.days import day_begins, today
from shared.db import Tx
from shared.events import Cause

_TYPES = bindparam("types", type_=ARRAY(Text))


@dataclass(frozen=True, slots=True)
class Known:
    """A way as the threads have it now."""

    record: Cause
    begun_at: datetime
    course: Course
    agency_ids: tuple[str, ...]
    body_id: str | None
    themes: tuple[str, ...]
    stops_on: date | None


def _types() -> list[str]:
    """The nouns whose records begin a way."""
    return sorted(kind.type for kind in chart().kinds.values() if kind.station is Station.LEARNING)


def _before() -> Select[str, str]:
    """The learning points before a record, itself among them."""
    first = select(bindparam("type", type_=Text).label("type"), bindparam("id", type_=Text).label("id"))
    walk = first.cte("walk", recursive=True)
    here = tuple_(ThreadLink.effect_type, ThreadLink.effect_id) == tuple_(walk.c.type, walk.c.id)
    walk = walk.union(select(ThreadLink.cause_type, ThreadLink.cause_id).join(walk, here))
    there = and_(ThreadRecord.type == walk.c.type, ThreadRecord.id == walk.c.id)
    return select(ThreadRecord.type, ThreadRecord.id).join(walk, there).where(ThreadRecord.type == any_(_TYPES))


def _courses() -> Select[Any]:
    """The steps of all that follows from each of these: by kind of record and of event, the first instant and the days."""
    given = func.unnest(bindparam("root_types", type_=ARRAY(Text)), bindparam("root_ids", type_=ARRAY(Text)))
    root = given.table_valued(column("type", Text), column("id", Text), name="root").render_derived()
    walk = select(root.c.type.label("root_type"), root.c.id.label("root_id"), root.c.type, root.c.id).cte(
        "walk", recursive=True
    )
    here = tuple_(ThreadLink.cause_type, ThreadLink.cause_id) == tuple_(walk.c.type, walk.c.id)
    walk = walk.union(
        select(walk.c.root_type, walk.c.root_id, ThreadLink.effect_type, ThreadLink.effect_id).join(walk, here)
    )
    day = cast(func.timezone("Europe/London", ThreadStep.at), Date)
    began = and_(ThreadRecord.type == walk.c.root_type, ThreadRecord.id == walk.c.root_id)
    return (
        select(
            walk.c.root_type,
            walk.c.root_id,
            ThreadRecord.begun_at,
            ThreadRecord.agency_ids,
            ThreadRecord.body_id,
            ThreadRecord.themes,
            ThreadStep.type,
            ThreadStep.event_type,
            and_(ThreadStep.type == walk.c.root_type, ThreadStep.id == walk.c.root_id).label("own"),
            func.min(ThreadStep.at).label("at"),
            func.array_agg(aggregate_order_by(day.distinct(), day)).label("days"),
        )
        .select_from(walk)
        .join(ThreadRecord, began)
        .join(ThreadStep, and_(ThreadStep.type == walk.c.type, ThreadStep.id == walk.c.id))
        .group_by(walk.c.root_type, walk.c.root_id, ThreadRecord.type, ThreadRecord.id, "own")
        .group_by(ThreadStep.type, ThreadStep.event_type)
        .order_by(walk.c.root_type, walk.c.root_id)
    )


BEFORE, COURSES = _before(), _courses()


async def before(tx: Tx, record: Cause) -> list[Cause]:
    """The learning points from which a record follows, and itself where it is one."""
    rows = await tx.rows(BEFORE, {"type": record.type, "id": record.id, "types": _types()})
    return [Cause(row.type, row.id) for row in rows]


async def every(tx: Tx) -> list[Cause]:
    """All learning points."""
    statement = select(ThreadRecord.type, ThreadRecord.id).where(ThreadRecord.type == any_(_TYPES))
    rows = await tx.rows(statement.order_by(ThreadRecord.type, ThreadRecord.id), {"types": _types()})
    return [Cause(row.type, row.id) for row in rows]


async def known(tx: Tx, records: Collection[Cause]) -> list[Known]:
    """How far these have come by now."""
    given = {"root_types": [one.type for one in records], "root_ids": [one.id for one in records]}
    rows = await tx.rows(COURSES, given)
    return [
        _known(Cause(*record), list(steps), today(tx.now))
        for record, steps in groupby(rows, lambda row: (row.root_type, row.root_id))
    ]


async def told(tx: Tx, records: Collection[Cause]) -> dict[Cause, Row[Any]]:
    """What has been told of these."""
    statement = select(Told.type, Told.id, Told.number, Told.course, Told.stops_on)
    these = tuple_(Told.type, Told.id).in_([(one.type, one.id) for one in records])
    return {Cause(row.type, row.id): row for row in await tx.rows(statement.where(these))}


async def to_stop(tx: Tx, limit: int) -> list[Cause]:
    """The ways that have stopped by now, and were told as still going."""
    statement = select(Told.type, Told.id).where(Told.stops_on <= today(tx.now)).order_by(Told.stops_on, Told.id)
    return [Cause(row.type, row.id) for row in await tx.rows(statement.limit(limit))]


async def next_stop(tx: Tx) -> datetime | None:
    """When the next way stops, if nothing happens on it."""
    day = await tx.scalar(select(func.min(Told.stops_on)).where(Told.stops_on > today(tx.now)))
    return day_begins(day) if day else None


def _known(record: Cause, steps: Sequence[Row[Any]], day: date) -> Known:
    first, patience = steps[0], file().patience_days
    reached: dict[Station, datetime] = {}
    for step in steps:
        for station in chart().stations(step.type, [step.event_type]):
            # What followed from it before it was drawn was on another way.
            reached[station] = min(reached.get(station, step.at), step.at)
    reached = {station: max(at, first.begun_at) for station, at in reached.items()}
    withdrawn_at = min((step.at for step in steps if step.own and step.event_type in file().undone), default=None)
    ended_at = min((at for at in (reached.get(Station.IMPACT), withdrawn_at) if at), default=None)
    last = today(ended_at) if ended_at else None
    days = {one for step in steps for one in step.days if one >= today(first.begun_at)}
    found = stops(days, last, patience, day)
    stopped = bool(found) and found[-1].resumed_on is None
    return Known(
        record=record,
        begun_at=first.begun_at,
        course=Course(reached, found, withdrawn_at),
        agency_ids=tuple(first.agency_ids),
        body_id=first.body_id,
        themes=tuple(first.themes),
        stops_on=None if last or stopped else stops_on(max(days), patience),
    )
