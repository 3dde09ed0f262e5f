"""The bus of an installation that runs Kafka, with the safe settings that its Python client has not by default."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    CommitFailedError,
    ConsumerStoppedError,
    IllegalStateError,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)
from aiokafka.partitioner import DefaultPartitioner

from shared.bus import BusUnavailable, Delivery, Message, NotPublished, Partition

log = logging.getLogger(__name__)

REQUEST_SECONDS = 15.0
METADATA_SECONDS = 5.0
PRODUCER = {
    "acks": "all",
    "enable_idempotence": True,
    "max_batch_size": 128 * 1024,
    "request_timeout_ms": int(REQUEST_SECONDS * 1000),
}
CONSUMER = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "isolation_level": "read_committed",
    "session_timeout_ms": 10_000,
    "heartbeat_interval_ms": 3_000,
    "rebalance_timeout_ms": 10_000,
    # Must exceed the rebalance timeout by more than 5 s: a join that is given up earlier may never be taken up again.
    "request_timeout_ms": 40_000,
}
PROBE = {"request_timeout_ms": 5_000}
NEVER_EXPIRE = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
MOST_REPLICAS = 3
STALL_SECONDS = 30.0
CLOSE_SECONDS = 5.0
LOST = (KafkaError, OSError, TimeoutError)


class KafkaBus:
    """The bus on the cluster at `servers` (`host:port,host:port`).

    `partitions` counts for topics that are created here; a topic that exists keeps its own, for a key would move with
    the number. `security` holds what the client needs to sign in: `security_protocol`, `ssl_context`, `sasl_…`.
    """

    def __init__(
        self,
        servers: str,
        *,
        partitions: int = 6,
        stall_seconds: float = STALL_SECONDS,
        security: Mapping[str, Any] | None = None,
    ) -> None:
        self.stall_seconds = stall_seconds
        self._client = {"bootstrap_servers": servers.split(",")} | dict(security or {})
        self._partitions = partitions
        self._partition_of = DefaultPartitioner()
        self._opening = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None
        self._probes: tuple[AIOKafkaAdminClient, AIOKafkaConsumer] | None = None

    async def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those of the topics that are missing, to be kept for ever and on up to three brokers."""
        async with self._probing() as (admin, _):
            replicas = min(MOST_REPLICAS, len((await admin.describe_cluster())["brokers"]))
            wanted = [NewTopic(topic, self._partitions, replicas, topic_configs=NEVER_EXPIRE) for topic in topics]
            answer = await admin.create_topics(wanted, timeout_ms=PROBE["request_timeout_ms"])
            for _, code, *_ in answer.topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise for_code(code)()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish in order; each partition has one batch in flight, and nothing is sent there after one that failed."""
        try:
            async with asyncio.timeout(2 * REQUEST_SECONDS):
                producer = await self._producing()
                places = await self._placed(producer, messages)
                sent = await asyncio.gather(*(_send(producer, place, batch) for place, batch in places.items()))
        except LOST as error:
            await self._discard_producer()
            raise NotPublished(_reason(error)) from error
        failures = [error for _, error in sent if error is not None]
        if failures:
            await self._discard_producer()
            raise NotPublished(_reason(failures[0]), [index for published, _ in sent for index in published])

    def subscribe(self, group: str, topics: Iterable[str]) -> "KafkaSubscription":
        """Join a group, whose members share the partitions."""
        return KafkaSubscription(self, self._client, group, sorted(topics))

    async def ends(self, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset that the next message will get."""
        async with self._probing() as (admin, probe):
            ends = await probe.end_offsets(await _partitions(admin, topics))
        return {Partition(*place): offset for place, offset in ends.items()}

    async def positions(self, group: str, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset after the last that the group acknowledged."""
        async with self._probing() as (admin, _):
            places = await _partitions(admin, topics)
            committed = await admin.list_consumer_group_offsets(group, partitions=places)
        return {Partition(*place): max(0, committed[place].offset) for place in places}

    async def healthy(self) -> bool:
        """Whether a broker answers."""
        try:
            async with self._probing() as (admin, _):
                await admin.describe_cluster()
        except BusUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Close every connection."""
        await self._discard_producer()
        await self._discard_probes()

    async def _producing(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(**self._client, **PRODUCER)
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _placed(
        self, producer: AIOKafkaProducer, messages: Sequence[Message]
    ) -> Mapping[Partition, list[tuple[int, Message]]]:
        async with asyncio.timeout(METADATA_SECONDS):
            numbers = {topic: sorted(await producer.partitions_for(topic)) for topic in {one.topic for one in messages}}
        places: dict[Partition, list[tuple[int, Message]]] = defaultdict(list)
        for index, message in enumerate(messages):
            known = numbers[message.topic]
            number = self._partition_of(message.key.encode(), known, known)
            places[Partition(message.topic, number)].append((index, message))
        return places

    @asynccontextmanager
    async def _probing(self) -> AsyncIterator[tuple[AIOKafkaAdminClient, AIOKafkaConsumer]]:
        """Clients that ask about the cluster, apart from those that publish and receive: they may be stuck."""
        try:
            async with asyncio.timeout(2 * PROBE["request_timeout_ms"] / 1000):
                async with self._opening:
                    if self._probes is None:
                        self._probes = (
                            AIOKafkaAdminClient(**self._client, **PROBE),
                            AIOKafkaConsumer(**self._client, **PROBE),
                        )
                        for client in self._probes:
                            await client.start()
                yield self._probes
        except LOST as error:
            await self._discard_probes()
            raise BusUnavailable(_reason(error)) from error

    async def _discard_producer(self) -> None:
        # A producer that failed has a gap in its sequence numbers; the next one begins a sequence of its own.
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _discard_probes(self) -> None:
        probes, self._probes = self._probes, None
        if probes is not None:
            admin, consumer = probes
            await _stop(consumer)
            with suppress(*LOST):
                await admin.close()


async def _send(
    producer: AIOKafkaProducer, place: Partition, batch: Sequence[tuple[int, Message]]
) -> tuple[list[int], Exception | None]:
    """Send to one partition, a batch after the other is confirmed: the indexes sent, and what stopped the rest."""
    published: list[int] = []
    builder, building = producer.create_batch(), list[int]()
    try:
        for index, message in batch:
            while not _append(builder, message):
                await _confirmed(producer, builder, place)
                published += building
                builder, building = producer.create_batch(), list[int]()
            building.append(index)
        await _confirmed(producer, builder, place)
    except LOST as error:
        return published, error
    return published + building, None


def _append(builder: Any, message: Message) -> bool:
    headers = [(name, text.encode()) for name, text in message.headers.items()]
    return builder.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers) is not None


async def _confirmed(producer: AIOKafkaProducer, builder: Any, place: Partition) -> None:
    await (await producer.send_batch(builder, place.topic, partition=place.number))


async def _partitions(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> list[TopicPartition]:
    described = await admin.describe_topics(list(topics))
    for topic in described:
        if topic["error_code"]:
            raise for_code(topic["error_code"])(topic["topic"])
    return [TopicPartition(topic["topic"], one["partition"]) for topic in described for one in topic["partitions"]]


async def _stop(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    with suppress(*LOST):
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.stop()


def _reason(error: BaseException) -> str:
    return f"Kafka: {type(error).__name__} {error}".rstrip()


class KafkaSubscription:
    """One member of a consumer group, made anew by its watchdog when it receives nothing of what waits."""

    def __init__(self, bus: KafkaBus, client: Mapping[str, Any], group: str, topics: Sequence[str]) -> None:
        self.healthy = True
        self._bus, self._client, self._group, self._topics = bus, client, group, topics
        self._consumer: AIOKafkaConsumer | None = None
        self._closed = False
        self._next: dict[Partition, int] = {}
        self._behind: dict[Partition, tuple[int, float]] = {}
        self._next_look = 0.0

    async def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """Up to `limit` next messages; none after `timeout` seconds without any, or when it is closed meanwhile."""
        self._require_open()
        try:
            consumer = await self._consuming()
            received = await consumer.getmany(timeout_ms=int(timeout * 1000), max_records=limit)
        except ConsumerStoppedError:
            return ()
        except LOST as error:
            await self._discard()
            raise BusUnavailable(_reason(error)) from error
        deliveries = [_delivery(record) for records in received.values() for record in records]
        for delivery in deliveries:
            self._next[delivery.partition] = delivery.offset + 1
        if deliveries:
            self.healthy = True
        else:
            await self._look(consumer)
        return deliveries

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Have the group begin after these; those of partitions that have gone to another member are left to it."""
        if self._consumer is None:
            return
        mine = self._consumer.assignment()
        offsets: dict[TopicPartition, int] = {}
        for delivery in deliveries:
            place = TopicPartition(*delivery.partition)
            if place in mine:
                offsets[place] = max(offsets.get(place, 0), delivery.offset + 1)
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError):
            log.info("the group was divided anew; what was not acknowledged comes again")
        except LOST as error:
            raise BusUnavailable(_reason(error)) from error

    async def close(self) -> None:
        """Leave the group at once."""
        self._closed = True
        await self._discard()

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the subscription is closed")

    async def _consuming(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(*self._topics, group_id=self._group, **self._client, **CONSUMER)
            try:
                async with asyncio.timeout(self._bus.stall_seconds):
                    await consumer.start()
            except BaseException:
                await _stop(consumer)
                raise
            self._consumer = consumer
        return self._consumer

    async def _discard(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._next.clear()
        self._behind.clear()
        if consumer is not None:
            await _stop(consumer)

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        """Make the consumer anew where messages have waited for `stall_seconds` while we asked and received none.

        The client can lose its place in the group, or a fetch, for good, and says nothing. So the broker is asked
        over another connection. Where it does not answer either, there is nothing to be known.
        """
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + self._bus.stall_seconds / 6
        try:
            ends = await self._bus.ends(self._topics)
            acknowledged = await self._bus.positions(self._group, self._topics)
        except BusUnavailable:
            return
        # With nothing assigned, others may hold everything: then their progress counts.
        mine = [Partition(*place) for place in consumer.assignment()] or list(ends)
        waiting = {place: self._next.get(place, acknowledged[place]) for place in mine if place in ends}
        waiting = {place: offset for place, offset in waiting.items() if offset < ends[place]}
        self._behind = {
            place: self._behind[place] if self._behind.get(place, (-1, now))[0] == offset else (offset, now)
            for place, offset in waiting.items()
        }
        if any(now - since >= self._bus.stall_seconds for _, since in self._behind.values()):
            log.error("received nothing while messages waited; the consumer is made anew")
            self.healthy = False
            await self._discard()
        elif not self._behind:
            self.healthy = True


def _delivery(record: ConsumerRecord) -> Delivery:
    headers = {name: (text or b"").decode(errors="replace") for name, text in record.headers}
    message = Message(record.topic, (record.key or b"").decode(errors="replace"), record.value or b"", headers)
    return Delivery(Partition(record.topic, record.partition), record.offset, message)
