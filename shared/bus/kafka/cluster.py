"""What is asked of a Kafka cluster beside publishing and receiving: its topics, their ends, a group's positions."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from shared.bus import BusUnavailable, Partition

PROBE_MS = 5_000
NEVER_EXPIRE = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
MOST_REPLICAS = 3
CLOSE_SECONDS = 5.0
LOST = (KafkaError, OSError, TimeoutError)


P = ParamSpec("P")
T = TypeVar("T")


def whole(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Work that goes on for a while when its caller is cancelled.

    The client leaves a connection open for good when it is interrupted while it makes one, and an event loop with one
    such may not end.
    """

    @wraps(work)
    async def guarded(*values: P.args, **named: P.kwargs) -> T:
        task = asyncio.ensure_future(work(*values, **named))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task], timeout=CLOSE_SECONDS)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise

    return guarded


class Cluster:
    """A cluster, the names that this installation gives to things on it, and connections apart from all traffic."""

    def __init__(self, servers: str, prefix: str, partitions: int, security: Mapping[str, Any]) -> None:
        self.client: Mapping[str, Any] = {"bootstrap_servers": servers.split(",")} | dict(security)
        self._prefix, self._partitions = prefix, partitions
        self._using = asyncio.Lock()
        self._probes: tuple[AIOKafkaAdminClient, AIOKafkaConsumer] | None = None

    def named(self, name: str) -> str:
        """The cluster's name of a topic or group of ours."""
        return self._prefix + name

    def place(self, place: Partition) -> TopicPartition:
        """The cluster's name of a partition of ours."""
        return TopicPartition(self.named(place.topic), place.number)

    def partition(self, topic: str, number: int) -> Partition:
        """Our name of a partition of the cluster's."""
        return Partition(topic.removeprefix(self._prefix), number)

    @whole
    async def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those of the topics that are missing."""
        async with self._probing() as (admin, _):
            described = await admin.describe_topics([self.named(topic) for topic in topics])
            missing = [one["topic"] for one in described if one["error_code"] == UnknownTopicOrPartitionError.errno]
            if not missing:
                return
            replicas = min(MOST_REPLICAS, len((await admin.describe_cluster())["brokers"]))
            wanted = [NewTopic(name, self._partitions, replicas, topic_configs=NEVER_EXPIRE) for name in missing]
            answer = await admin.create_topics(wanted, timeout_ms=PROBE_MS)
            for _, code, *_ in answer.topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise for_code(code)()
            # Brokers hear of a new topic, and of its leaders, some time after the controller has made it.
            while not all(map(_led, await admin.describe_topics(missing))):  # noqa: ASYNC110 - the brokers tell
                await asyncio.sleep(0.02)

    @whole
    async def ends(self, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset that the next message will get."""
        async with self._probing() as (admin, probe):
            ends = await probe.end_offsets(await self._places(admin, topics))
        return {self.partition(*place): offset for place, offset in ends.items()}

    @whole
    async def positions(self, group: str, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset after the last that the group acknowledged."""
        async with self._probing() as (admin, _):
            places = await self._places(admin, topics)
            committed = await admin.list_consumer_group_offsets(self.named(group), partitions=places)
        # A broker may leave out partitions of which the group has acknowledged nothing yet.
        begun = {place: found.offset for place, found in committed.items()}
        return {self.partition(*place): max(0, begun.get(place, 0)) for place in places}

    @whole
    async def healthy(self) -> bool:
        """Whether a broker answers."""
        try:
            async with self._probing() as (admin, _):
                await admin.describe_cluster()
        except BusUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Close the connections, when nobody uses them."""
        async with self._using:
            await self._discard()

    @asynccontextmanager
    async def _probing(self) -> AsyncIterator[tuple[AIOKafkaAdminClient, AIOKafkaConsumer]]:
        """Clients apart from those that publish and receive, which may be stuck; one asks at a time.

        BusUnavailable where nobody answers; the next who asks gets new clients.
        """
        async with self._using:
            try:
                async with asyncio.timeout(2 * PROBE_MS / 1000):
                    if self._probes is None:
                        self._probes = (
                            AIOKafkaAdminClient(**self.client, request_timeout_ms=PROBE_MS),
                            AIOKafkaConsumer(**self.client, request_timeout_ms=PROBE_MS),
                        )
                        for client in self._probes:
                            await client.start()
                    yield self._probes
            except BaseException as error:
                await self._discard()
                if isinstance(error, LOST):
                    raise BusUnavailable(reason(error)) from error
                raise

    async def _discard(self) -> None:
        probes, self._probes = self._probes, None
        if probes is not None:
            admin, consumer = probes
            await stop(consumer)
            with suppress(*LOST):
                await admin.close()

    async def _places(self, admin: AIOKafkaAdminClient, topics: Iterable[str]) -> list[TopicPartition]:
        described = await admin.describe_topics([self.named(topic) for topic in topics])
        for topic in described:
            if topic["error_code"]:
                raise for_code(topic["error_code"])(topic["topic"])
        return [TopicPartition(topic["topic"], one["partition"]) for topic in described for one in topic["partitions"]]


def _led(topic: Mapping[str, Any]) -> bool:
    return not topic["error_code"] and all(one["leader"] >= 0 for one in topic["partitions"])


async def stop(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stop a client, within a few seconds also where no broker answers."""
    with suppress(*LOST):
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.stop()


def reason(error: BaseException) -> str:
    """What the client says, in one line."""
    return f"Kafka: {type(error).__name__} {error}".rstrip()
