"""Publishing to Kafka such that the order per key holds through every failure."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from shared.bus import Message, NotPublished, Partition
from shared.bus.kafka.cluster import LOST, Cluster, reason, stop, whole

REQUEST_SECONDS = 15.0
METADATA_SECONDS = 5.0
PRODUCER: Mapping[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "max_batch_size": 128 * 1024,
    "request_timeout_ms": int(REQUEST_SECONDS * 1000),
}
Places = Mapping[Partition, list[tuple[int, Message]]]


class Publisher:
    """One idempotent producer, made anew after every failure.

    Batches are built here and sent one by one. The producer's own queue would send the next batch of a partition after
    one that timed out, and so put a key's later event before the earlier one.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._partition_of = DefaultPartitioner()
        self._opening = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish in order, and return when all in-sync replicas have all of it; NotPublished says what they have."""
        try:
            async with asyncio.timeout(2 * REQUEST_SECONDS):
                producer = await self._producing()
                places = await self._placed(producer, messages)
                sent = await asyncio.gather(*(self._send(producer, place, batch) for place, batch in places.items()))
        except LOST as error:
            await self.close()
            raise NotPublished(reason(error)) from error
        failures = [error for _, error in sent if error is not None]
        if failures:
            await self.close()
            raise NotPublished(reason(failures[0]), [index for published, _ in sent for index in published])

    async def close(self) -> None:
        """Close the producer; one that failed has a gap in its sequence numbers, and the next begins its own."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop(producer)

    async def _producing(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(**self._cluster.client, **PRODUCER)
                try:
                    await whole(producer.start)()
                except BaseException:
                    await stop(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _placed(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> Places:
        async with asyncio.timeout(METADATA_SECONDS):
            numbers = {
                topic: sorted(await producer.partitions_for(self._cluster.named(topic)))
                for topic in {message.topic for message in messages}
            }
        places: dict[Partition, list[tuple[int, Message]]] = defaultdict(list)
        for index, message in enumerate(messages):
            known = numbers[message.topic]
            places[Partition(message.topic, self._partition_of(message.key.encode(), known, known))].append(
                (index, message)
            )
        return places

    async def _send(
        self, producer: AIOKafkaProducer, place: Partition, messages: Sequence[tuple[int, Message]]
    ) -> tuple[list[int], Exception | None]:
        """Send to one partition, batch after confirmed batch: the indexes sent, and what stopped the rest."""
        topic, published = self._cluster.named(place.topic), list[int]()
        builder, building = producer.create_batch(), list[int]()
        try:
            for index, message in messages:
                if not _append(builder, message):
                    await (await producer.send_batch(builder, topic, partition=place.number))
                    published += building
                    builder, building = producer.create_batch(), []
                    _append(builder, message)  # the first always fits
                building.append(index)
            await (await producer.send_batch(builder, topic, partition=place.number))
        except LOST as error:
            return published, error
        return published + building, None


def _append(builder: Any, message: Message) -> bool:
    headers = [(name, text.encode()) for name, text in message.headers.items()]
    return builder.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers) is not None
