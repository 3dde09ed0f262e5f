"""The bus of an installation without Kafka: a log table in schema `bus`; each topic is as one Kafka partition."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import groupby
from operator import attrgetter

import asyncpg

from shared.bus import BusUnavailable, Delivery, Message, NotPublished, Partition

CHANNEL = "bus"
POLL_SECONDS = 1.0
CONNECT_SECONDS = 2.0
STATEMENT_SECONDS = 30.0
CLOSE_SECONDS = 2.0
CONNECTIONS = 4
IDLE_SECONDS = 60.0
LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # the driver was still reading when the server died
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidAuthorizationSpecificationError,  # while a password is being changed
    asyncpg.InsufficientResourcesError,  # no connection left, no disk
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS bus.topic (
    name text PRIMARY KEY,
    next_offset bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS bus.log (
    topic text NOT NULL,
    "offset" bigint NOT NULL,
    key text NOT NULL,
    headers jsonb NOT NULL,
    value bytea NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, "offset")
);
CREATE TABLE IF NOT EXISTS bus.position (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (consumer_group, topic)
) WITH (fillfactor = 50);
"""
GRANTS = """
GRANT USAGE ON SCHEMA bus TO {role};
GRANT SELECT, INSERT, UPDATE ON bus.topic, bus.position TO {role};
GRANT SELECT, INSERT ON bus.log TO {role};
"""
# The topic's row stays locked until the commit: offsets are without gaps and become visible in their order. Without
# that lock a reader of `offset > position` passes over what a slower publisher commits later.
PUBLISH = """
WITH claimed AS (
    UPDATE bus.topic SET next_offset = next_offset + cardinality($2::text[]) WHERE name = $1
    RETURNING next_offset - cardinality($2::text[]) AS first
), logged AS (
    INSERT INTO bus.log (topic, "offset", key, headers, value)
    SELECT $1, first + place - 1, key, headers::jsonb, value
    FROM claimed, unnest($2::text[], $3::text[], $4::bytea[]) WITH ORDINALITY AS given (key, headers, value, place)
)
SELECT pg_notify('bus', $1) FROM claimed
"""
ENSURE = "INSERT INTO bus.topic (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"
# Topics on which there is something share the room: one with much must not wait behind others with nothing.
READ = """
WITH behind AS (
    SELECT name, place.next_offset
    FROM unnest($1::text[], $2::bigint[]) AS place (of_topic, next_offset)
    JOIN bus.topic ON name = of_topic AND topic.next_offset > place.next_offset
)
SELECT topic, "offset", key, headers::text, value
FROM behind, LATERAL (
    SELECT * FROM bus.log WHERE topic = name AND "offset" >= next_offset
    ORDER BY "offset" LIMIT (SELECT greatest(1, $3 / count(*)) FROM behind)
) AS following
"""
ENDS = "SELECT name, next_offset FROM bus.topic WHERE name = ANY($1)"
POSITIONS = """
SELECT name, coalesce(position.next_offset, 0)
FROM bus.topic LEFT JOIN bus.position ON position.topic = name AND consumer_group = $1 WHERE name = ANY($2)
"""
# A member that has lost its place to another, and does not know it yet, must not move the group back.
ACKNOWLEDGE = """
INSERT INTO bus.position (consumer_group, topic, next_offset) VALUES ($1, $2, $3)
ON CONFLICT (consumer_group, topic) DO UPDATE
SET next_offset = greatest(position.next_offset, excluded.next_offset)
"""


async def install(connection: "asyncpg.Connection[asyncpg.Record]", roles: Iterable[str]) -> None:
    """Create the bus's tables as the role that is connected, and let `roles` use them. May be repeated."""
    async with connection.transaction():
        # Not IF NOT EXISTS, for which an owner of the schema alone would need a right on the whole database.
        if await connection.fetchval("SELECT to_regnamespace('bus') IS NULL"):
            await connection.execute("CREATE SCHEMA bus")
        await connection.execute(SCHEMA)
        for role in roles:
            quoted = await connection.fetchval("SELECT quote_ident($1)", role)
            await connection.execute(GRANTS.format(role=quoted))


class PostgresBus:
    """The bus on the database at `url`: a small pool, and one direct connection that listens and holds memberships.

    One object serves all services of one process; they need no connections of their own to the bus.
    """

    def __init__(self, url: str, *, direct_url: str = "") -> None:
        self._url, self._direct_url = url, direct_url or url
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._watch: asyncpg.Connection[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()
        self._watching = asyncio.Lock()
        self._readers: dict[tuple[str, str], PostgresSubscription] = {}
        self._subscriptions: set[PostgresSubscription] = set()

    async def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those of the topics that are missing."""
        async with self._connection() as connection:
            await connection.execute(ENSURE, sorted(topics))

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all in one transaction, or none."""
        try:
            async with self._connection() as connection, connection.transaction():
                # Topics in their order, or two publishers could wait for each other's.
                for topic, group in groupby(sorted(messages, key=attrgetter("topic")), key=attrgetter("topic")):
                    batch = list(group)
                    known = await connection.fetch(
                        PUBLISH,
                        topic,
                        [message.key for message in batch],
                        [json.dumps(dict(message.headers)) for message in batch],
                        [message.value for message in batch],
                    )
                    if not known:
                        raise NotPublished(f"there is no topic {topic}")
        except asyncpg.LockNotAvailableError as error:
            raise NotPublished(str(error)) from error
        except BusUnavailable as error:
            raise NotPublished(str(error)) from error

    def subscribe(self, group: str, topics: Iterable[str]) -> "PostgresSubscription":
        """Join a group; of each topic one member at a time is the reader, the others stand by."""
        subscription = PostgresSubscription(self, group, sorted(topics))
        self._subscriptions.add(subscription)
        return subscription

    async def ends(self, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset that the next message will get."""
        return {Partition(name, 0): offset for name, offset in await self.fetch(ENDS, sorted(topics))}

    async def positions(self, group: str, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset after the last that the group acknowledged."""
        return {Partition(name, 0): offset for name, offset in await self.fetch(POSITIONS, group, sorted(topics))}

    async def healthy(self) -> bool:
        """Whether the database of the bus answers."""
        try:
            await self.fetch("SELECT 1")
        except BusUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Close every connection."""
        if self._watch is not None:
            self._watch.terminate()
        if self._pool is not None:
            with suppress(*LOST):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._pool.close()

    async def fetch(self, statement: str, *values: object) -> "list[asyncpg.Record]":
        async with self._connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(statement, *values)
            return rows

    async def reads(self, subscription: "PostgresSubscription", topic: str) -> bool:
        """Whether this subscription is its group's reader of the topic, which it becomes where nobody else is."""
        place = (subscription.group, topic)
        async with self._watching:
            watch = await self._watched()
            if place not in self._readers and await watch.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", _reader(*place)
            ):
                self._readers[place] = subscription
            return self._readers.get(place) is subscription

    async def _watched(self) -> "asyncpg.Connection[asyncpg.Record]":
        """The direct connection. With a lost one every membership is lost, and reading begins at the group's place."""
        if self._watch is None or self._watch.is_closed():
            for subscription in self._readers.values():
                subscription.forget()
            self._readers.clear()
            settings = {"application_name": "bus", "tcp_keepalives_idle": "10"}
            self._watch = await asyncpg.connect(self._direct_url, timeout=CONNECT_SECONDS, server_settings=settings)
            await self._watch.add_listener(CHANNEL, self._ring)
        return self._watch

    def _ring(self, _connection: object, _process: int, _channel: str, topic: object) -> None:
        for subscription in self._subscriptions:
            if topic in subscription.topics:
                subscription.bell.set()

    async def leave(self, subscription: "PostgresSubscription") -> None:
        self._subscriptions.discard(subscription)
        async with self._watching:
            for place in [place for place, reader in self._readers.items() if reader is subscription]:
                del self._readers[place]
                if self._watch is not None and not self._watch.is_closed():
                    await self._watch.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", _reader(*place))

    @asynccontextmanager
    async def _connection(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        try:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._url,
                        min_size=0,
                        max_size=CONNECTIONS,
                        max_inactive_connection_lifetime=IDLE_SECONDS,
                        timeout=CONNECT_SECONDS,
                        command_timeout=STATEMENT_SECONDS,
                        server_settings={"application_name": "bus", "timezone": "UTC", "lock_timeout": "5s"},
                    )
            async with self._pool.acquire() as connection:
                yield connection
        except LOST as error:
            raise BusUnavailable(f"the database of the bus: {error or type(error).__name__}") from error


class PostgresSubscription:
    """One member of a group on the log table."""

    healthy = True  # it reads the very table that says how much there is: it cannot be stuck without an error

    def __init__(self, bus: PostgresBus, group: str, topics: Sequence[str]) -> None:
        self.group, self.topics = group, topics
        self.bell = asyncio.Event()
        self._bus = bus
        self._next: dict[str, int] = {}
        self._closed = False

    async def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """Up to `limit` next messages; none after `timeout` seconds without any, or when it is closed meanwhile."""
        self._require_open()
        clock = asyncio.get_running_loop().time
        until = clock() + timeout
        while not self._closed:
            self.bell.clear()
            if (deliveries := await self._read(limit)) or clock() >= until:
                return deliveries
            with suppress(TimeoutError):
                async with asyncio.timeout(min(POLL_SECONDS, max(0.0, until - clock()))):
                    await self.bell.wait()
        return ()

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Have the group begin after these when it resumes."""
        last: dict[str, int] = {}
        for delivery in deliveries:
            topic = delivery.partition.topic
            last[topic] = max(last.get(topic, 0), delivery.offset + 1)
        for topic, offset in last.items():
            await self._bus.fetch(ACKNOWLEDGE, self.group, topic, offset)

    async def close(self) -> None:
        """Leave the group at once."""
        self._closed = True
        self.bell.set()
        with suppress(*LOST):
            await self._bus.leave(self)

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the subscription is closed")

    def forget(self) -> None:
        """Begin again at the group's place: this member is no longer a reader."""
        self._next.clear()

    async def _read(self, limit: int) -> Sequence[Delivery]:
        places = await self._places()
        if not places:
            return ()
        rows = await self._bus.fetch(READ, list(places), list(places.values()), limit)
        for row in rows:
            self._next[row["topic"]] = row["offset"] + 1
        return [_delivery(*row) for row in rows]

    async def _places(self) -> Mapping[str, int]:
        """The topics of which this member is the reader, each with the offset to read next."""
        try:
            mine = [topic for topic in self.topics if await self._bus.reads(self, topic)]
        except LOST as error:
            raise BusUnavailable(f"the database of the bus: {error or type(error).__name__}") from error
        if new := [topic for topic in mine if topic not in self._next]:
            for partition, offset in (await self._bus.positions(self.group, new)).items():
                self._next[partition.topic] = offset
        return {topic: self._next[topic] for topic in mine if topic in self._next}


def _reader(group: str, topic: str) -> str:
    return f"bus reader of {topic} for {group}"


def _delivery(topic: str, offset: int, key: str, headers: str, value: bytes) -> Delivery:
    return Delivery(Partition(topic, 0), offset, Message(topic, key, value, json.loads(headers)))
