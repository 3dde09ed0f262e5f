"""Keeps ways as governance tells of them."""

from sqlalchemy import and_, delete
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.ways.domain import Station
from services.escalations.ways.models import Way, WayStop
from shared.contracts.governance_threads import ThreadEvent
from shared.db import Tx


async def keep(tx: Tx, event: ThreadEvent) -> None:
    """Keep a way as it now stands. Each event says all, so what comes late, or again, changes nothing."""
    reached = {one.station: one.at for one in event.reached}
    facts = {
        "number": event.number,
        "begun_at": event.begun_at,
        "withdrawn_at": event.withdrawn_at,
        **{f"{station}_at": reached.get(station) for station in Station},
    }
    record = {"type": event.record_type, "id": event.subject}
    statement = upsert(Way).values(**record, **facts)
    newer = Way.number < statement.excluded.number
    if not (
        await tx.execute(statement.on_conflict_do_update(index_elements=["type", "id"], set_=facts, where=newer))
    ).rowcount:
        return
    await tx.execute(delete(WayStop).where(and_(WayStop.type == event.record_type, WayStop.id == event.subject)))
    if event.stops:
        stops = [
            record | {"since": stop.since, "stopped_on": stop.stopped_on, "resumed_on": stop.resumed_on}
            for stop in event.stops
        ]
        await tx.execute(upsert(WayStop), stops)
