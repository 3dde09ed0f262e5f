"""Tells of ways, in the transaction in which the threads change: each station once, whatever is delivered or rebuilt again."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.threads.commands import record_of
from services.governance.threads.domain import Station, in_order
from services.governance.ways import queries
from services.governance.ways.domain import Course, News, Stop, news
from services.governance.ways.models import Told
from services.governance.ways.queries import Known
from shared.contracts import governance_threads as events
from shared.db import Tx
from shared.events import Cause, Envelope, instant
from shared.outbox import emit

BATCH = 200
EVENTS: Mapping[News, type[events.ThreadEvent]] = {
    News.ADVANCED: events.ThreadAdvanced,
    News.STOPPED: events.ThreadStopped,
    News.RESUMED: events.ThreadResumed,
    News.WITHDRAWN: events.ThreadWithdrawn,
    News.RESTATED: events.ThreadRestated,
}


async def follow(tx: Tx, envelope: Envelope) -> None:
    """Tell how far the learning before an event's record has come, once the threads have the event."""
    await _alone(tx)
    if records := await queries.before(tx, record_of(envelope)):
        await _tell(tx, records)


async def tell_stopped(tx: Tx) -> int:
    """Tell of the ways on which nothing has happened for longer than is waited; how many."""
    await _alone(tx)
    records = await queries.to_stop(tx, BATCH)
    if records:
        await _tell(tx, records)
    return len(records)


async def restate(tx: Tx) -> int:
    """Tell of every way again, how far it has come."""
    await _alone(tx)
    records = await queries.every(tx)
    for first in range(0, len(records), BATCH):
        await _tell(tx, records[first : first + BATCH], again=True)
    return len(records)


async def _alone(tx: Tx) -> None:
    """One at a time: two who each read before the other has committed would both miss where their events meet."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("governance:ways", 0))))


async def _tell(tx: Tx, records: Collection[Cause], *, again: bool = False) -> None:
    told = await queries.told(tx, records)
    for now in await queries.known(tx, records):
        before = told.get(now.record)
        what = News.RESTATED if again else news(_course(before.course) if before else None, now.course)
        if what is None and before and before.stops_on == now.stops_on:
            continue
        number = (before.number if before else 0) + (what is not None)
        if what:
            await emit(tx, EVENTS[what](**_facts(now, number)))
        row = {"number": number, "course": _data(now.course), "stops_on": now.stops_on}
        statement = upsert(Told).values(type=now.record.type, id=now.record.id, **row)
        await tx.execute(statement.on_conflict_do_update(index_elements=["type", "id"], set_=row))


def _facts(now: Known, number: int) -> dict[str, Any]:
    course = now.course
    return {
        "subject": now.record.id,
        "record_type": now.record.type,
        "number": number,
        "begun_at": now.begun_at,
        "station": course.furthest,
        "reached": tuple(events.Reached(one, course.reached[one]) for one in in_order(course.reached)),
        "stops": tuple(events.Stop(one.since, one.stopped_on, one.resumed_on) for one in course.stops),
        "withdrawn_at": course.withdrawn_at,
        "agency_ids": now.agency_ids,
        "body_id": now.body_id,
        "themes": now.themes,
    }


def _data(course: Course) -> dict[str, Any]:
    return {
        "reached": {station.value: instant(at) for station, at in course.reached.items()},
        "stops": [[str(day) if day else None for day in (s.since, s.stopped_on, s.resumed_on)] for s in course.stops],
        "withdrawn_at": instant(course.withdrawn_at) if course.withdrawn_at else None,
    }


def _course(data: Mapping[str, Any]) -> Course:
    """The inverse of `_data`."""
    stops = ([date.fromisoformat(day) if day else None for day in one] for one in data["stops"])
    return Course(
        reached={Station(one): datetime.fromisoformat(at) for one, at in data["reached"].items()},
        stops=tuple(Stop(*one) for one in stops),  # type: ignore[arg-type]
        withdrawn_at=datetime.fromisoformat(data["withdrawn_at"]) if data["withdrawn_at"] else None,
    )
