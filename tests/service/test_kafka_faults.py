"""Kafka with faults: brokers that do not answer, refuse, move or go away, and a client that is stuck."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from shared.bus import BusUnavailable, Message, NotPublished, Subscription
from shared.bus.kafka import KafkaBus
from shared.inbox import Consumer
from shared.outbox import Relay
from tests.eventing import Changed, Place, Services, change, effects, running, write_down
from tests.kafka.broker import Broker, own_broker
from tests.kafka.mock_cluster import (
    NOT_ALLOWED,
    NOT_LEADER,
    PRODUCE,
    REQUEST_TIMED_OUT,
    MockCluster,
    mock_cluster,
)

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

TOPIC, GROUP = "things.events", "group"
LEADER, COORDINATOR = 1, 2


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    """Two brokers: one leads the topic's two partitions, the other coordinates the group."""
    with mock_cluster(2) as cluster:
        cluster.create(TOPIC, partitions=2, leader=LEADER)
        cluster.coordinate(GROUP, COORDINATOR)
        yield cluster


@pytest.fixture
async def publisher(cluster: MockCluster) -> AsyncIterator[KafkaBus]:
    """A bus on these brokers."""
    bus = KafkaBus(cluster.servers)
    yield bus
    await bus.close()


def numbered(start: int, stop: int, size: int = 0) -> list[Message]:
    """Messages of five keys in turn, filled up to `size` bytes."""
    return [Message(TOPIC, f"key{number % 5}", str(number).encode().ljust(size), {}) for number in range(start, stop)]


async def received_within(subscription: Subscription, seconds: float) -> tuple[bytes | None, bool]:
    """The next message, or None; and whether the subscription said meanwhile that it is not healthy."""
    unhealthy, until = False, time.monotonic() + seconds
    while time.monotonic() < until:
        got = await subscription.receive(1, 0.3)
        unhealthy |= not subscription.healthy
        if got:
            await subscription.acknowledge(got)
            return got[0].message.value, unhealthy
    return None, unhealthy


@pytest.mark.long
async def test_watchdog_frees_a_stuck_consumer(cluster: MockCluster, publisher: KafkaBus) -> None:
    """A fetch that is never answered: without the watchdog nothing comes until its request times out."""
    bus = KafkaBus(cluster.servers, stall_seconds=2.0)
    subscription = bus.subscribe(GROUP, [TOPIC])
    await publisher.publish([Message(TOPIC, "a", b"first", {})])
    assert await received_within(subscription, 20) == (b"first", False)

    cluster.delay(LEADER, 600_000)
    assert await received_within(subscription, 1.5) == (None, False)
    cluster.delay(LEADER, 0)
    other = KafkaBus(cluster.servers)
    await other.publish([Message(TOPIC, "a", b"second", {})])

    assert await received_within(subscription, 25) == (b"second", True)
    assert subscription.healthy
    await publisher.publish([Message(TOPIC, "a", b"third", {})])
    assert await received_within(subscription, 10) == (b"third", False)
    await subscription.close()
    await bus.close()
    await other.close()


async def test_watchdog_leaves_an_idle_consumer_alone(cluster: MockCluster, publisher: KafkaBus) -> None:
    bus = KafkaBus(cluster.servers, stall_seconds=0.6)
    subscription = bus.subscribe(GROUP, [TOPIC])
    await publisher.publish([Message(TOPIC, "a", b"first", {})])
    assert await received_within(subscription, 20) == (b"first", False)
    assert await received_within(subscription, 3) == (None, False)
    await publisher.publish([Message(TOPIC, "a", b"second", {})])
    assert await received_within(subscription, 5) == (b"second", False)
    await subscription.close()
    await bus.close()


async def test_order_per_key_survives_every_fault(cluster: MockCluster, publisher: KafkaBus) -> None:
    """Published as the relay does it: what is not known to be on the bus is published again, in order."""

    async def relay(start: int, stop: int) -> int:
        # So large that one call of `publish` takes several batches of a partition.
        failures, left = 0, numbered(start, stop, size=20_000)
        while left:
            try:
                await publisher.publish(left[:20])
                left = left[20:]
            except NotPublished as error:
                failures += 1
                left = [message for index, message in enumerate(left) if index not in error.published]
                await asyncio.sleep(0.2)
        return failures

    assert await relay(0, 100) == 0
    cluster.refuse(PRODUCE, NOT_LEADER, NOT_ALLOWED, REQUEST_TIMED_OUT, NOT_ALLOWED, NOT_ALLOWED, NOT_LEADER)
    assert await relay(100, 200) > 0
    cluster.lead(TOPIC, 0, COORDINATOR)
    await relay(200, 300)
    cluster.lead(TOPIC, 0, LEADER)
    cluster.down(LEADER)
    publishing = asyncio.create_task(relay(300, 400))
    await asyncio.sleep(3)
    assert not publishing.done()
    cluster.up(LEADER)
    await publishing

    subscription, got = publisher.subscribe(GROUP, [TOPIC]), list[tuple[str, int]]()
    async with asyncio.timeout(30):
        while len(set(got)) < 400:
            got += [(one.message.key, int(one.message.value)) for one in await subscription.receive(500, 1.0)]
    await subscription.close()
    for key in range(5):
        firsts = list(dict.fromkeys(number for name, number in got if name == f"key{key}"))
        assert firsts == list(range(key, 400, 5))


async def test_coordinator_away_and_back(cluster: MockCluster, publisher: KafkaBus) -> None:
    subscription = publisher.subscribe(GROUP, [TOPIC])
    await publisher.publish(numbered(0, 1))
    assert await received_within(subscription, 20) == (b"0", False)
    cluster.down(COORDINATOR)
    await publisher.publish(numbered(1, 2))
    [delivery] = await subscription.receive(10, 5.0)
    acknowledging = asyncio.create_task(subscription.acknowledge([delivery]))
    await asyncio.sleep(3)
    cluster.up(COORDINATOR)
    try:
        await acknowledging
    except BusUnavailable:
        await subscription.acknowledge([delivery])
    await publisher.publish(numbered(2, 3))
    assert (await received_within(subscription, 30))[0] == b"2"
    await subscription.close()


async def test_close_is_prompt_while_no_broker_answers(cluster: MockCluster) -> None:
    bus = KafkaBus(cluster.servers)
    await bus.publish(numbered(0, 5))
    subscription = bus.subscribe(GROUP, [TOPIC])
    assert (await received_within(subscription, 20))[0] is not None
    for broker in (LEADER, COORDINATOR):
        cluster.down(broker)
    publishing = asyncio.create_task(bus.publish(numbered(5, 10)))
    await asyncio.sleep(0.5)
    started = time.monotonic()
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)
    await subscription.close()
    await bus.close()
    assert time.monotonic() - started < 12


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A real broker of one's own, to be killed."""
    with own_broker() as broker:
        yield broker


@pytest.mark.long
async def test_killed_broker_loses_nothing_and_stops_no_command(broker: Broker, services: Services) -> None:
    bus = Place("kafka", broker.servers, prefix="").bus()
    relay, consumer = Relay(services.alpha, bus), Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(relay.run(), consumer.run()):
        await change(services.alpha, "s-1", 0)
        await relay.drain()
        await consumer.drain()
        await asyncio.to_thread(broker.kill)
        for number in range(1, 20):
            await change(services.alpha, "s-1", number)
            await asyncio.sleep(0.1)
        assert not await bus.healthy()
        await asyncio.to_thread(broker.start)
        await relay.drain()
        async with asyncio.timeout(60):
            while sum(map(len, (await effects(services.beta)).values())) < 20:  # noqa: ASYNC110 - the database tells
                await asyncio.sleep(0.2)
    await bus.close()
    assert await effects(services.beta) == {"s-1": list(range(20))}
