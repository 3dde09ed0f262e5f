"""The bus of an installation that runs Kafka, with the safe settings that its Python client has not by default."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.bus import Message, Partition
from shared.bus.kafka.cluster import Cluster
from shared.bus.kafka.publisher import Publisher
from shared.bus.kafka.subscription import KafkaSubscription

SESSION_SECONDS = 10.0
STALL_SECONDS = 30.0


class KafkaBus:
    """The bus on the cluster at `servers` (`host:port,host:port`).

    `prefix` goes before the names of topics and groups, where installations share a cluster. `partitions` counts for
    topics that are created here; a topic that exists keeps its own, for a key would move with the number.
    A member that is not heard of for `session_seconds` loses its partitions to the others; one that receives nothing
    for `stall_seconds` while messages wait is made anew. `security` holds what the client needs to sign in:
    `security_protocol`, `ssl_context`, `sasl_…`.
    """

    def __init__(
        self,
        servers: str,
        *,
        prefix: str = "",
        partitions: int = 6,
        session_seconds: float = SESSION_SECONDS,
        stall_seconds: float = STALL_SECONDS,
        security: Mapping[str, Any] | None = None,
    ) -> None:
        self._cluster = Cluster(servers, prefix, partitions, security or {})
        self._publisher = Publisher(self._cluster)
        self._session_seconds, self._stall_seconds = session_seconds, stall_seconds

    async def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those of the topics that are missing, to be kept for ever and on up to three brokers."""
        await self._cluster.ensure_topics(topics)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish in order; each partition has one batch in flight, and nothing is sent there after one that failed."""
        await self._publisher.publish(messages)

    def subscribe(self, group: str, topics: Iterable[str]) -> KafkaSubscription:
        """Join a group, whose members share the partitions."""
        return KafkaSubscription(self._cluster, group, sorted(topics), self._session_seconds, self._stall_seconds)

    async def ends(self, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset that the next message will get."""
        return await self._cluster.ends(topics)

    async def positions(self, group: str, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset after the last that the group acknowledged."""
        return await self._cluster.positions(group, topics)

    async def healthy(self) -> bool:
        """Whether a broker answers."""
        return await self._cluster.healthy()

    async def close(self) -> None:
        """Close every connection."""
        await self._publisher.close()
        await self._cluster.close()
