"""Receiving from Kafka as a member of a group, with a watchdog over the client that does it."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError

from shared.bus import BusUnavailable, Delivery, Message, Partition
from shared.bus.kafka.cluster import LOST, Cluster, reason, stop, whole

log = logging.getLogger(__name__)

COMMIT_SECONDS = 15.0
JOIN_SECONDS = 30.0


def settings(session_seconds: float) -> Mapping[str, Any]:
    """The consumer's settings where its defaults would lose events, or the consumer itself."""
    session = int(session_seconds * 1000)
    return {
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "isolation_level": "read_committed",
        "session_timeout_ms": session,
        "heartbeat_interval_ms": session // 3,
        "rebalance_timeout_ms": session,
        # Must exceed the rebalance timeout by over 5 s: a join that is given up earlier may never be taken up again.
        "request_timeout_ms": session + 30_000,
    }


class KafkaSubscription:
    """One member of a consumer group, made anew by its watchdog when it receives nothing of what waits."""

    def __init__(
        self, cluster: Cluster, group: str, topics: Sequence[str], session_seconds: float, stall_seconds: float
    ) -> None:
        self.healthy = True
        self._cluster, self._group, self._topics = cluster, group, topics
        self._settings, self._stall = settings(session_seconds), stall_seconds
        self._consumer: AIOKafkaConsumer | None = None
        self._closed = False
        self._next: dict[Partition, int] = {}
        self._waiting: dict[Partition, tuple[int, float]] = {}
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
            raise BusUnavailable(reason(error)) from error
        deliveries = [self._delivery(record) for records in received.values() for record in records]
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
            place = self._cluster.place(delivery.partition)
            if place in mine:
                offsets[place] = max(offsets.get(place, 0), delivery.offset + 1)
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError):
            log.info("the group was divided anew; what was not acknowledged comes again")
        except LOST as error:
            raise BusUnavailable(reason(error)) from error

    async def close(self) -> None:
        """Leave the group at once."""
        self._closed = True
        await self._discard()

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the subscription is closed")

    async def _consuming(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            topics = [self._cluster.named(topic) for topic in self._topics]
            group = self._cluster.named(self._group)
            consumer = AIOKafkaConsumer(*topics, group_id=group, **self._cluster.client, **self._settings)
            try:
                async with asyncio.timeout(JOIN_SECONDS):
                    await whole(consumer.start)()
            except BaseException:
                await stop(consumer)
                raise
            self._consumer = consumer
        return self._consumer

    async def _discard(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._next.clear()
        self._waiting.clear()
        if consumer is not None:
            await stop(consumer)

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        """Make the client anew where messages have waited for the stall time while it was asked and gave none.

        It can lose its place in the group, or a fetch, for good, and says nothing. So the cluster is asked over
        another connection; where that has no answer either, there is nothing to be known.
        """
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + self._stall / 6
        try:
            waiting = await self._not_received(consumer)
        except BusUnavailable:
            return
        self._waiting = {
            place: self._waiting[place] if self._waiting.get(place, (-1, now))[0] == offset else (offset, now)
            for place, offset in waiting.items()
        }
        if any(now - since >= self._stall for _, since in self._waiting.values()):
            log.error("received nothing while messages waited; the consumer is made anew")
            self.healthy = False
            await self._discard()
        elif not self._waiting:
            self.healthy = True

    async def _not_received(self, consumer: AIOKafkaConsumer) -> Mapping[Partition, int]:
        """The partitions that hold more than was received, each with the offset that should come next."""
        ends = await self._cluster.ends(self._topics)
        acknowledged = await self._cluster.positions(self._group, self._topics)
        # With nothing assigned, others may hold everything: then the group's progress counts.
        mine = [self._cluster.partition(*place) for place in consumer.assignment()] or list(ends)
        expected = {place: max(self._next.get(place, 0), acknowledged.get(place, 0)) for place in mine}
        return {place: offset for place, offset in expected.items() if offset < ends.get(place, 0)}

    def _delivery(self, record: ConsumerRecord) -> Delivery:
        place = self._cluster.partition(record.topic, record.partition)
        headers = {name: (text or b"").decode(errors="replace") for name, text in record.headers}
        key = (record.key or b"").decode(errors="replace")
        return Delivery(place, record.offset, Message(place.topic, key, record.value or b"", headers))
