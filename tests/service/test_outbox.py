"""Events out: in the command's transaction or not at all, on the bus in order, by one relay at a time."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from shared.bus import Bus, Delivery, Message, NotPublished
from shared.bus.kafka import KafkaBus
from shared.cloudevents import envelope_of
from shared.db import Database
from shared.events import Cause
from shared.outbox import Relay, emit
from tests.eventing import Changed, Heard, Place, Services, change, running
from tests.postgres import OwnDatabase

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
async def bus(bus_place: Place) -> AsyncIterator[Bus]:
    """A bus of each kind."""
    bus = bus_place.bus()
    yield bus
    await bus.close()


async def published(bus: Bus, number: int) -> list[Delivery]:
    """The first `number` messages that alpha published."""
    await bus.ensure_topics(["alpha.events"])
    subscription = bus.subscribe("probe", ["alpha.events"])
    got: list[Delivery] = []
    try:
        async with asyncio.timeout(30):
            while len(got) < number:
                got += await subscription.receive(100, 1.0)
    finally:
        await subscription.close()
    return got


def numbers(deliveries: Sequence[Delivery]) -> dict[str, list[int]]:
    """Each subject with its numbers in the order of the bus."""
    found: dict[str, list[int]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.message.key, []).append(json.loads(delivery.message.value)["number"])
    return found


def metric(name: str, service: str = "alpha") -> float:
    """A sample of this process."""
    return REGISTRY.get_sample_value(name, {"service": service}) or 0.0


async def waiting(alpha: Database) -> int:
    """How many events are not published."""
    outbox = alpha.plumbing.outbox
    async with alpha.reading() as tx:
        return int(await tx.scalar(select(func.count()).where(outbox.c.published_at.is_(None))))


async def test_event_reaches_the_bus_whole(services: Services, bus: Bus) -> None:
    causes = [Cause("reviews.incident", "7"), Cause("reviews.incident", "7"), Cause("training.course", "ü")]
    async with services.alpha.transaction(TRACE) as tx:
        await emit(tx, Changed(subject="s-1", number=3), causes)
        now = tx.now
    async with running(Relay(services.alpha, bus).run()):
        [delivery] = await published(bus, 1)
    envelope = envelope_of(delivery.message)
    assert delivery.message.key == envelope.subject == "s-1"
    assert envelope.event() == Changed(subject="s-1", number=3)
    assert envelope.causes == (Cause("reviews.incident", "7"), Cause("training.course", "ü"))
    assert (envelope.type, envelope.source, envelope.time) == ("alpha.thing.changed.v1", "/alpha", now)
    assert delivery.message.headers["traceparent"] == TRACE == envelope.traceparent


async def test_others_read_it_as_a_cloudevent(services: Services, bus: Bus) -> None:
    async with services.alpha.transaction() as tx:
        await emit(tx, Changed(subject="s-1", number=3), [Cause("reviews.incident", "7")])
    async with running(Relay(services.alpha, bus).run()):
        [delivery] = await published(bus, 1)
    headers = {name: text.encode() for name, text in delivery.message.headers.items()}
    event = from_binary_event(KafkaMessage(headers, delivery.message.key.encode(), delivery.message.value))
    assert event.get_specversion() == "1.0"
    assert event.get_subject() == "s-1"
    assert event.get_type() == "alpha.thing.changed.v1"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_data() == {"subject": "s-1", "number": 3}
    assert json.loads(event.get_extension("causes")) == [{"type": "reviews.incident", "id": "7"}]


async def test_rolled_back_command_emits_nothing(services: Services, bus: Bus) -> None:
    async def failing() -> None:
        async with services.alpha.transaction() as tx:
            await emit(tx, Changed(subject="s-1", number=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    await change(services.alpha, "s-1", 2)
    relay = Relay(services.alpha, bus)
    async with running(relay.run()):
        assert await relay.drain() == 1
        assert numbers(await published(bus, 1)) == {"s-1": [2]}


async def test_what_may_not_be_emitted(services: Services) -> None:
    async with services.alpha.transaction() as tx:
        with pytest.raises(ValueError, match="beta's"):
            await emit(tx, Heard(subject="s-1"))
        with pytest.raises(ValueError, match="thinly"):
            await emit(tx, Changed(subject="s" * 70_000, number=1))
    async with services.alpha.reading() as tx:
        with pytest.raises(RuntimeError, match="reading"):
            await emit(tx, Changed(subject="s-1", number=1))
    assert await waiting(services.alpha) == 0


async def test_concurrent_commands_keep_order_per_subject_across_relays(services: Services, bus: Bus) -> None:
    async def command(subject: str) -> None:
        for number in range(40):
            await change(services.alpha, subject, number)

    subjects = [f"s-{index}" for index in range(9)]
    relays = [Relay(services.alpha, bus, batch=20) for _ in range(3)]
    async with running(*(relay.run() for relay in relays)):
        await asyncio.gather(*(command(subject) for subject in subjects))
        await relays[0].drain()
        got = await published(bus, 360)
    assert numbers(got) == {subject: list(range(40)) for subject in subjects}
    assert len(got) == 360


async def test_rolled_back_rows_leave_gaps_that_do_not_stop_the_relay(services: Services, bus: Bus) -> None:
    """A row that commits after a later one was published is published too: by its flag, not by a cursor."""
    relay = Relay(services.alpha, bus)
    async with running(relay.run()):
        async with services.alpha.transaction() as slow:
            await emit(slow, Changed(subject="slow", number=1))
            await change(services.alpha, "quick", 1)
            await relay.drain()
        await relay.drain()
        assert numbers(await published(bus, 2)) == {"quick": [1], "slow": [1]}


async def test_relay_is_rung_for(services: Services, bus: Bus) -> None:
    relay = Relay(services.alpha, bus, poll_seconds=20.0)
    async with running(relay.run()):
        await change(services.alpha, "s-1", 0)
        await relay.drain()
        await asyncio.sleep(1.0)
        for number in range(1, 4):
            started = time.monotonic()
            await change(services.alpha, "s-1", number)
            async with asyncio.timeout(5):
                while await waiting(services.alpha):  # noqa: ASYNC110 - the database tells, not this process
                    await asyncio.sleep(0.01)
            assert time.monotonic() - started < 2.0


async def test_one_relay_at_a_time_and_another_takes_over(
    services: Services, bus: Bus, service_database: OwnDatabase
) -> None:
    relays = [Relay(services.alpha, bus, poll_seconds=0.2) for _ in range(2)]
    async with running(*(relay.run() for relay in relays)):
        await change(services.alpha, "s-1", 0)
        await relays[0].drain()
        connection = await asyncpg.connect(service_database.url())
        leaders = await connection.fetch("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert len(leaders) == 1
        await connection.fetch("SELECT pg_terminate_backend($1)", leaders[0]["pid"])
        await change(services.alpha, "s-1", 1)
        await relays[0].drain()
        successors = await connection.fetch("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
        await connection.close()
        assert len(successors) == 1
        assert successors != leaders
        assert numbers(await published(bus, 2)) == {"s-1": [0, 1]}
    assert metric("safer_outbox_relaying") == 0


class Faltering:
    """A bus that is away for a while, or takes a part of a batch; everything that it takes is on the real one."""

    def __init__(self, bus: Bus, *takes: int | None) -> None:
        self._bus, self._takes = bus, list(takes)

    def __getattr__(self, name: str) -> object:
        return getattr(self._bus, name)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Take the next number of messages; all when nothing more is planned."""
        if not self._takes:
            await self._bus.publish(messages)
            return
        taken = self._takes.pop(0) or 0
        await self._bus.publish(messages[:taken])
        raise NotPublished("as planned", range(taken))


async def test_nothing_is_lost_or_out_of_order_while_the_bus_falters(services: Services, bus: Bus) -> None:
    for number in range(30):
        await change(services.alpha, f"s-{number % 3}", number)
    failures = metric("safer_outbox_failed_total")
    relay = Relay(services.alpha, Faltering(bus, 0, 7, 0, 11), batch=20)  # type: ignore[arg-type]
    async with running(relay.run()):
        assert await relay.drain() == 30
        got = await published(bus, 30)
    assert numbers(got) == {f"s-{start}": list(range(start, 30, 3)) for start in range(3)}
    assert metric("safer_outbox_failed_total") - failures == 4


async def test_age_of_the_oldest_waiting_event_is_seen(services: Services, bus: Bus) -> None:
    await change(services.alpha, "s-1", 0)
    relay = Relay(services.alpha, Faltering(bus, *[0] * 4))  # type: ignore[arg-type]
    async with running(relay.run()):
        await asyncio.sleep(0.8)
        assert metric("safer_outbox_relaying") == 1
        assert 0.7 < metric("safer_outbox_oldest_seconds") < 30
        await relay.drain()
        await asyncio.sleep(0.1)
        assert metric("safer_outbox_oldest_seconds") == 0


async def test_drain_tells_when_it_is_in_vain(services: Services) -> None:
    await change(services.alpha, "s-1", 0)
    bus = KafkaBus("127.0.0.1:9")
    relay = Relay(services.alpha, bus)
    async with running(relay.run()):
        with pytest.raises(TimeoutError):
            await relay.drain(timeout=1.0)
    await bus.close()
    assert await waiting(services.alpha) == 1


async def test_relay_stops_promptly(services: Services, bus: Bus) -> None:
    async with running(Relay(services.alpha, bus, poll_seconds=30).run()):
        await asyncio.sleep(0.3)
        started = time.monotonic()
    assert time.monotonic() - started < 1.0
