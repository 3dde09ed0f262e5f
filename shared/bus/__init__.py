"""What carries events between services: topics of keyed messages, read by groups that each keep their own place.

Two adapters do exactly the same to their callers: `shared.bus.kafka` for an installation that runs Kafka, and
`shared.bus.postgres`, a log table that behaves as a Kafka topic of one partition, for one that runs only PostgreSQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Partition(NamedTuple):
    """One ordered log of a topic. All messages with one key are in one partition."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Message:
    """What is published. Messages of one topic with the same key keep their order."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it arrives, with its place in the log."""

    partition: Partition
    offset: int
    message: Message


class BusUnavailable(Exception):
    """The bus cannot be reached, or did not confirm in time. Trying again later is the cure."""


class NotPublished(BusUnavailable):
    """Some messages are not known to be on the bus; `published` are the indexes of those that are."""

    def __init__(self, reason: str, published: Sequence[int] = ()) -> None:
        super().__init__(reason)
        self.published = tuple(published)


class Subscription(Protocol):
    """One member of a group: it receives from some of the topics' partitions, and no other member does from these."""

    @property
    def healthy(self) -> bool:
        """False while messages wait in the log that this member should receive and does not."""

    async def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """Up to `limit` next messages in the order of their partition; none after `timeout` seconds without any.

        BusUnavailable may be raised at any time; calling again reconnects. RuntimeError when closed.
        """

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Have the group begin after these when it resumes. What is not acknowledged comes again after a restart."""

    async def close(self) -> None:
        """Leave the group at once, so that another member can go on. A waiting `receive` returns nothing."""


class Bus(Protocol):
    """Topics that never expire, publishers that are confirmed, and groups that each receive everything once or more."""

    async def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those of the topics that are missing."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish in the given order and return when all are stored durably; NotPublished says which are.

        Whoever publishes again from the first that failed keeps the order per key: first occurrences are in order.
        """

    def subscribe(self, group: str, topics: Iterable[str]) -> Subscription:
        """Join a group; a group seen for the first time begins at the start of each topic."""

    async def ends(self, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset that the next message will get."""

    async def positions(self, group: str, topics: Iterable[str]) -> Mapping[Partition, int]:
        """Of every partition, the offset after the last that the group acknowledged; 0 where there is none."""

    async def healthy(self) -> bool:
        """Whether the bus answers at this moment."""

    async def close(self) -> None:
        """Close every connection; subscriptions are closed by those who opened them."""
