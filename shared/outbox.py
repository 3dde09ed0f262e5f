"""Events out: written in the command's own transaction, and relayed from there to the bus in order, once or more."""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

import asyncpg
from asyncpg import Record
from asyncpg.prepared_stmt import PreparedStatement
from prometheus_client import Counter, Gauge
from sqlalchemy import Select, Table, bindparam, func, insert, literal, select
from sqlalchemy.sql.elements import ColumnElement

from shared.bus import Bus, BusUnavailable, Message, NotPublished
from shared.cloudevents import message
from shared.db import Database, Tx, new_id
from shared.events import Cause, Event, causes_data, topic_of
from shared.now import wall
from shared.prepared import Prepared

log = logging.getLogger(__name__)

BATCH = 500
GREATEST_EVENT = 64 * 1024
POLL_SECONDS = 1.0
QUICK_SECONDS = 0.02
RETRY_SECONDS = (0.2, 5.0)
DRAIN_SECONDS = 60.0

READ = """
SELECT id, recorded_at, event_id, type, subject, time, data::text, causes::text, traceparent FROM {service}.outbox
WHERE published_at IS NULL AND id <> ALL($2::bigint[]) ORDER BY id LIMIT $1
"""
MARK = "UPDATE {service}.outbox SET published_at = clock_timestamp() WHERE id = ANY($1::bigint[])"
LEAD = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

PUBLISHED = Counter("safer_outbox_published_total", "Events relayed to the bus.", ["service"])
FAILED = Counter("safer_outbox_failed_total", "Attempts to relay a batch that the bus did not confirm.", ["service"])
OLDEST = Gauge(
    "safer_outbox_oldest_seconds", "Age of the oldest event that waits to be relayed, by its relay.", ["service"]
)
RELAYING = Gauge("safer_outbox_relaying", "Whether this process relays the service's events.", ["service"])


async def emit(tx: Tx, event: Event, causes: Sequence[Cause] = ()) -> None:
    """Record an event in the transaction that makes it true. ValueError for another service's or a fat event."""
    if not tx.writable:
        raise RuntimeError("a reading emits nothing")
    if event.service() != tx.service:
        raise ValueError(f"{tx.service} cannot emit {event.type}, which is {event.service()}'s")
    data = event.data()
    if len(json.dumps(data)) > GREATEST_EVENT:
        raise ValueError(f"{event.type} has more than {GREATEST_EVENT} bytes: an event says what happened, thinly")
    row = {
        "event_id": new_id(),
        "type": event.type,
        "subject": event.subject,
        "time": tx.now,
        "data": data,
        "causes": causes_data(causes),
        "traceparent": tx.traceparent,
        "recorded_at": tx.wall,
    }
    await tx.execute(emission(tx.plumbing.outbox), row)


@cache
def emission(outbox: Table) -> Prepared:
    """Insert the row, and ring for the relay at the commit unless a concurrent transaction rings already.

    Every commit with a NOTIFY waits for every other one's, which cost 16 writers half of their commits. So only the
    holder of a lock rings; those beside it are found by the relay, which looks again quickly after each find.
    """
    columns = [column for column in outbox.c if column.name not in ("id", "published_at")]
    values = {column.name: bindparam(column.name, type_=column.type) for column in columns}
    row = insert(outbox).values(values).returning(literal(1).label("one")).cte("row")
    rings: ColumnElement[Any] = func.pg_notify(channel(str(outbox.schema)), "")
    may_ring = func.pg_try_advisory_xact_lock(func.hashtextextended(f"{outbox.schema}:outbox bell", 0))
    return Prepared(select(rings).select_from(row).where(may_ring))


def channel(service: str) -> str:
    """The channel on which a service's relay is rung for."""
    return f"{service}_outbox"


class Waiting:
    """The events that wait in an outbox, over the connection that holds the relay's lock."""

    def __init__(self, read: "PreparedStatement[Record]", mark: "PreparedStatement[Record]", batch: int) -> None:
        self._read, self._mark, self._batch = read, mark, batch

    @classmethod
    async def over(cls, connection: "asyncpg.Connection[Record]", service: str, batch: int) -> "Waiting":
        """The outbox of `service`."""
        # A mark that a crash of the database undoes has its event published again, which is known to happen.
        await connection.execute("SET synchronous_commit = off")
        read = await connection.prepare(READ.format(service=service))
        return cls(read, await connection.prepare(MARK.format(service=service)), batch)

    async def read(self, in_hand: Sequence[int]) -> "list[Record]":
        """The next batch in the order of ids, without those in hand."""
        rows: list[Record] = await self._read.fetch(self._batch, in_hand)
        return rows

    async def mark(self, ids: Sequence[int]) -> None:
        """Mark as published."""
        if ids:
            await self._mark.fetch(ids)

    async def turn(self, published: Sequence[int], in_hand: Sequence[int]) -> "list[Record]":
        """Mark what was published, then read what follows those in hand."""
        await self.mark(published)
        return await self.read(in_hand)


class Relay:
    """Publishes a service's events in the order of their ids; of all processes, the one that holds the lock does.

    It reads and marks over the very connection that holds the lock: who has lost the lock can mark nothing. What was
    published and not marked is published again; whoever receives it knows the id.
    """

    def __init__(self, database: Database, bus: Bus, *, batch: int = BATCH, poll_seconds: float = POLL_SECONDS) -> None:
        self._database, self._bus = database, bus
        self._batch, self._poll = batch, poll_seconds
        self._bell = asyncio.Event()
        self._oldest: datetime | None = None
        self._drained = 0
        self._published = 0
        self._ensured = False
        OLDEST.labels(database.service).set_function(self._age)

    async def run(self) -> None:
        """Relay for ever, or stand by while another process does."""
        while True:
            with suppress(*LOST):
                connection = await self._database.direct()
                try:
                    await self._serve(connection)
                finally:
                    RELAYING.labels(self._database.service).set(0)
                    self._oldest = None
                    connection.terminate()
            await asyncio.sleep(self._poll)

    async def drain(self, timeout: float = DRAIN_SECONDS) -> int:
        """Wait until everything committed by now is published. How many that were, with all since the last drain.

        TimeoutError where the bus does not take them in time.
        """
        outbox = self._database.plumbing.outbox
        unpublished = select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))
        async with asyncio.timeout(timeout):
            async with self._database.reading() as tx:
                last = await tx.scalar(select(func.max(outbox.c.id))) or 0
                waiting = await tx.scalar(unpublished.where(outbox.c.id <= last))
                await tx.rows(select(func.pg_notify(channel(self._database.service), "")))
            while await self._waiting(unpublished.where(outbox.c.id <= last)):  # noqa: ASYNC110 - in any process
                await asyncio.sleep(QUICK_SECONDS)
        moved: int
        moved, self._drained = max(waiting, self._published - self._drained), self._published
        return moved

    async def _waiting(self, unpublished: Select[Any]) -> bool:
        async with self._database.reading() as tx:
            return bool(await tx.scalar(unpublished))

    async def _serve(self, connection: "asyncpg.Connection[Record]") -> None:
        service = self._database.service
        await connection.add_listener(channel(service), lambda *_: self._bell.set())
        while not await connection.fetchval(LEAD, f"{service}:relay"):  # noqa: ASYNC110 - another process leads
            await asyncio.sleep(self._poll)
        RELAYING.labels(service).set(1)
        waiting = await Waiting.over(connection, service, self._batch)
        quiet, retry = QUICK_SECONDS, RETRY_SECONDS[0]
        while True:
            self._bell.clear()
            try:
                found = await self._relay(waiting)
                retry = RETRY_SECONDS[0]
            except BusUnavailable as error:
                log.warning("the bus did not take events", extra={"service": service, "reason": str(error)})
                FAILED.labels(service).inc()
                await asyncio.sleep(retry)
                retry = min(RETRY_SECONDS[1], 2 * retry)
                continue
            quiet = QUICK_SECONDS if found else min(self._poll, 2 * quiet)
            if not found and await self._rung(quiet):
                quiet = QUICK_SECONDS

    async def _relay(self, waiting: "Waiting") -> int:
        """Publish and mark all that waits; how many events that were.

        While one batch is published, the one before is marked and the one after is read.
        """
        relayed, published = 0, list[int]()
        rows = await waiting.read(())
        while rows:
            self._oldest = rows[0]["recorded_at"]
            ids = [row["id"] for row in rows]
            refused, following = await asyncio.gather(
                self._publish(rows), waiting.turn(published, ids), return_exceptions=True
            )
            if isinstance(refused, NotPublished):
                await waiting.mark([ids[index] for index in refused.published])
            for failure in (refused, following):
                if isinstance(failure, BaseException):
                    raise failure
            relayed += len(rows)
            published, rows = ids, following
        await waiting.mark(published)
        self._oldest = None
        return relayed

    async def _publish(self, rows: Sequence["Record"]) -> None:
        service = self._database.service
        if not self._ensured:
            await self._bus.ensure_topics([topic_of(service)])
            self._ensured = True
        try:
            await self._bus.publish([_message(row) for row in rows])
        except NotPublished as error:
            self._count(len(error.published))
            raise
        self._count(len(rows))

    def _count(self, published: int) -> None:
        self._published += published
        PUBLISHED.labels(self._database.service).inc(published)

    async def _rung(self, within: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._bell.wait()
        return self._bell.is_set()

    def _age(self) -> float:
        return (wall() - self._oldest).total_seconds() if self._oldest else 0.0


def _message(row: "Record") -> Message:
    return message(
        event_id=row["event_id"],
        event_type=row["type"],
        subject=row["subject"],
        time=row["time"],
        data=row["data"].encode(),
        causes=row["causes"],
        traceparent=row["traceparent"],
    )
