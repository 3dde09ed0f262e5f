"""The operations on threads: walk one, and count how far they come."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query, Response
from sqlalchemy import Row

from services.governance.threads import queries
from services.governance.threads.domain import PARTS, WORDS, Count, Station, Way, by, count, in_order, sentence, stopped
from services.governance.threads.schemas import (
    MOST_SHOWN,
    CauseOf,
    CountThreads,
    Part,
    RecordId,
    RecordType,
    StationCount,
    Stopped,
    ThreadCounts,
    ThreadRecordShown,
    ThreadShown,
    ThreadStepShown,
    picture,
)
from shared.auth import Caller, Requires
from shared.calendar import Quarter
from shared.days import DAY, day_begins, today
from shared.db import Tx
from shared.documents.formats import CONTENT, Format, answer
from shared.events import REGISTRY
from shared.policy import ACTIONS
from shared.policy import governance as policy
from shared.problems import Invalid
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["threads"])


@router.get("/threads", summary="Count how far threads come")
async def count_threads(
    caller: Annotated[Caller, Requires(policy.COUNT_THREADS)], tx: ReadTx, wanted: Annotated[CountThreads, Query()]
) -> ThreadCounts:
    """Of what began in a period, how much has led to action, training, both sign-offs and measured change; and what stopped.

    Counted is what you may see: a practitioner's threads are her agency's, the partnership's are for those who oversee.
    """
    begun_from, begun_to = _period(wanted, tx)
    patience = wanted.patience_days or queries.file().patience_days
    ways = await _ways(tx, caller, wanted, begun_from, begun_to)
    counted, day = count(ways, wanted.station), today(tx.now)
    still = stopped(ways, day, patience)
    return ThreadCounts.model_construct(
        sentence=sentence(counted, WORDS[wanted.first], _when(begun_from, begun_to)),
        first=wanted.station,
        begun_from=begun_from.isoformat(),
        begun_to=begun_to.isoformat(),
        as_at=tx.now,
        begun=counted.begun,
        reached=_reached(counted),
        by_body=_parts(ways, "body", wanted.station),
        by_agency=_parts(ways, "agency", wanted.station),
        by_theme=_parts(ways, "theme", wanted.station),
        patience_days=patience,
        stopped_in_all=len(still),
        stopped=[_stopped(way, day) for way in still[:MOST_SHOWN]],
    )


@router.get("/threads.{format}", summary="See how far threads come", responses=CONTENT, response_class=Response)
async def read_picture(
    ending: Annotated[Format, Path(alias="format")],
    caller: Annotated[Caller, Requires(policy.COUNT_THREADS)],
    tx: ReadTx,
    wanted: Annotated[CountThreads, Query()],
) -> Response:
    """The same count as pictures, each beside its table, with the eight quarters to the period's end; in every format."""
    begun_from, begun_to = _period(wanted, tx)
    ways = await _ways(tx, caller, wanted, begun_from, begun_to)
    last = Quarter.of(begun_to)
    quarters = (*last.preceding(7), last)
    over = await _ways(tx, caller, wanted, quarters[0].first_day, last.last_day)
    counted, day = count(ways, wanted.station), today(tx.now)
    said = sentence(counted, WORDS[wanted.first], _when(begun_from, begun_to))
    parts = {what: {key: count(some, wanted.station) for key, some in by(ways, what).items()} for what in PARTS}
    by_quarter = {one: count([way for way in over if way.begun_at in one], wanted.station) for one in quarters}
    still = stopped(ways, day, wanted.patience_days or queries.file().patience_days)
    return await answer(picture(said, counted, parts, by_quarter, still, day, tx.now), ending, "threads")


@router.get("/threads/{record_type}/{record}", summary="Walk a thread")
async def read_thread(
    record_type: Annotated[RecordType, Path()],
    record: Annotated[RecordId, Path()],
    caller: Annotated[Caller, Requires(policy.READ_THREAD)],
    tx: ReadTx,
) -> ThreadShown:
    """Everything before a record and everything after it, as far as you may see each; what you may not see ends the walk."""
    rows = await queries.thread(tx, caller.principal, record_type, record)
    shown = rows[: queries.MOST_RECORDS]
    sight = queries.Sight.of(caller.principal)
    for row in shown:
        if ACTIONS[queries.chart().kinds[row.type].read].case_level:
            caller.shows(row.type, row.id, sight.view(row.type, row.agency_ids))
    seen = {(row.type, row.id) for row in shown}
    records = [_record(row, (record_type, record), seen) for row in shown]
    stations = in_order({Station(one) for record in records for one in record.stations})
    return ThreadShown.model_construct(
        type=record_type,
        id=record,
        furthest=stations[-1] if stations else None,
        stations=[one.value for one in stations],
        records=records,
        cut_short=len(rows) > len(shown),
    )


def _period(wanted: CountThreads, tx: Tx) -> tuple[date, date]:
    """The days asked for, both inclusive; the current quarter's where none are. Invalid where they are turned round."""
    quarter = Quarter.of(tx.now)
    begun_from, begun_to = wanted.begun_from or quarter.first_day, wanted.begun_to or quarter.last_day
    if begun_to < begun_from:
        raise Invalid.field("begun_to", "order", "The last day comes before the first.")
    return begun_from, begun_to


async def _ways(tx: Tx, caller: Caller, wanted: CountThreads, begun_from: date, begun_to: date) -> list[Way]:
    filters = queries.Filters(
        first=wanted.station,
        begun_from=day_begins(begun_from),
        begun_before=day_begins(begun_to + DAY),
        body_id=wanted.body_id,
        agency_id=wanted.agency_id,
        theme=wanted.theme,
    )
    return await queries.ways(tx, caller.principal, filters)


def _record(row: Row[Any], asked: tuple[str, str], seen: set[tuple[str, str]]) -> ThreadRecordShown:
    chart = queries.chart()
    stations = chart.stations(row.type, [step["event_type"] for step in row.steps])
    steps = [_step(one) for one in row.steps]
    here = (row.type, row.id) == asked
    return ThreadRecordShown.model_construct(
        type=row.type,
        id=row.id,
        reference=row.reference,
        title=row.title,
        path=chart.kinds[row.type].path.format(id=row.id),
        side="here" if here else row.sides[0],
        stations=[one.value for one in in_order(stations)],
        begun_at=row.begun_at,
        last_at=row.last_at,
        agency_ids=row.agency_ids,
        steps=steps,
        causes=[CauseOf.model_construct(type=of, id=one) for of, one in row.causes or () if (of, one) in seen],
    )


def _step(step: Mapping[str, Any]) -> ThreadStepShown:
    event_type = step["event_type"]
    happened = REGISTRY[event_type].in_words() if event_type in REGISTRY else event_type
    return ThreadStepShown.model_construct(**step, happened=happened, station=queries.chart().events.get(event_type))


def _parts(ways: list[Way], what: str, first: Station) -> list[Part]:
    parts = ((key, count(some, first)) for key, some in by(ways, what).items())
    found = [Part.model_construct(key=key, begun=one.begun, reached=_reached(one)) for key, one in parts]
    return sorted(found, key=lambda part: (-part.begun, part.key))[:MOST_SHOWN]


def _reached(counted: Count) -> list[StationCount]:
    return [
        StationCount.model_construct(station=station, reached=number, begun=counted.begun)
        for station, number in counted.reached.items()
    ]


def _stopped(way: Way, day: date) -> Stopped:
    return Stopped.model_construct(
        type=way.record_type,
        id=way.record_id,
        path=queries.chart().kinds[way.record_type].path.format(id=way.record_id),
        body_id=way.body_id,
        furthest=way.furthest,
        last_at=way.last_at,
        still_days=way.still_days(day),
    )


def _when(begun_from: date, begun_to: date) -> str:
    quarter = Quarter.of(begun_from)
    if (quarter.first_day, quarter.last_day) == (begun_from, begun_to):
        return f"of {quarter}"
    return f"from {begun_from} to {begun_to}"
