"""Events in: handled once, in order, with what they change or not at all; the ones that cannot be are set aside."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, text

from shared.bus import Bus, BusUnavailable, Delivery, Message
from shared.bus.kafka import KafkaBus
from shared.cloudevents import message_of
from shared.db import Database, Tx, new_id
from shared.events import Cause, Envelope
from shared.inbox import Consumer, redeliver
from shared.moves import NotNow
from shared.outbox import Relay, emit
from tests.eventing import Changed, Effect, Heard, Place, Renamed, Services, change, effects, running, write_down
from tests.postgres import OwnDatabase

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]

QUICKLY = (0.01, 0.02)


@pytest.fixture
async def bus(bus_place: Place) -> AsyncIterator[Bus]:
    """A bus of each kind, on which alpha has its topic."""
    bus = bus_place.bus()
    await bus.ensure_topics(["alpha.events"])
    yield bus
    await bus.close()


def envelope(subject: str, number: int) -> Envelope:
    """An event of alpha's as it is sent."""
    return Envelope(
        id=new_id(),
        type="alpha.thing.changed.v1",
        source="/alpha",
        subject=subject,
        time=datetime(2026, 9, 1, 9, tzinfo=UTC),
        data={"subject": subject, "number": number},
        causes=(Cause("reviews.incident", "7"),),
        traceparent=f"00-4bf92f3577b34da6a3ce929d0e0e4736-{number:016x}-01",
    )


def counted(outcome: str) -> float:
    """How often this process's beta had an outcome."""
    labels = {"service": "beta", "outcome": outcome}
    return REGISTRY.get_sample_value("safer_inbox_events_total", labels) or 0.0


async def letters(beta: Database) -> Sequence[Any]:
    """Beta's dead letters."""
    dead = beta.plumbing.dead_letter
    async with beta.reading() as tx:
        return await tx.rows(select(dead).order_by(dead.c.id))


class Poisoned:
    """Beta's handler, which fails at some numbers after it has written; `failures` says how often each may."""

    def __init__(self, failures: dict[int, int], error: Exception | None = None) -> None:
        self.failures, self.error = Counter(failures), error or NotNow("said no")
        self.calls: list[int] = []

    async def __call__(self, tx: Tx, event: Changed, envelope: Envelope) -> None:
        """Handle, or fail."""
        self.calls.append(event.number)
        await write_down(tx, event, envelope)
        if self.failures[event.number]:
            self.failures[event.number] -= 1
            raise self.error


async def test_events_are_handled_in_order_with_their_trace(services: Services, bus: Bus) -> None:
    sent = [envelope(f"s-{number % 3}", number) for number in range(30)]
    await bus.publish([message_of(one) for one in sent])
    consumer = Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(consumer.run()):
        assert await consumer.drain() == 30
        assert await consumer.drain() == 0
        healthy = consumer.healthy
    assert (healthy, consumer.healthy) == (True, False)
    assert await effects(services.beta) == {f"s-{start}": list(range(start, 30, 3)) for start in range(3)}
    async with services.beta.reading() as tx:
        rows = await tx.rows(select(Effect.event_id, Effect.traceparent))
    assert {(row.event_id, row.traceparent) for row in rows} == {(one.id, one.traceparent) for one in sent}


async def test_duplicate_is_dropped(services: Services, bus: Bus) -> None:
    sent = [message_of(envelope("s-1", number)) for number in range(3)]
    repeated = counted("repeated")
    for batch in (sent, sent[1:], sent):
        await bus.publish(batch)
    consumer = Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(consumer.run()):
        await consumer.drain()
    assert await effects(services.beta) == {"s-1": [0, 1, 2]}
    assert counted("repeated") - repeated == 5


async def test_failed_handler_leaves_nothing_and_is_tried_again_in_its_place(services: Services, bus: Bus) -> None:
    await bus.publish([message_of(envelope("s-1", number)) for number in range(4)])
    handler = Poisoned({1: 3})
    consumer = Consumer(services.beta, bus, "beta", {Changed: handler}, retry_seconds=QUICKLY)
    async with running(consumer.run()):
        await consumer.drain()
    assert handler.calls == [0, 1, 0, 1, 1, 1, 2, 3]  # together with the others, and then each by itself
    assert await effects(services.beta) == {"s-1": [0, 1, 2, 3]}
    assert await letters(services.beta) == []


async def test_poison_is_set_aside_and_brought_back(services: Services, bus: Bus) -> None:
    """One in a hundred: the others have their effects, there is one dead letter, and nothing waits."""
    sent = [envelope(f"s-{number % 7}", number) for number in range(100)]
    await bus.publish([message_of(one) for one in sent])
    handler = Poisoned({42: 99})
    consumer = Consumer(services.beta, bus, "beta", {Changed: handler}, retry_seconds=QUICKLY)
    async with running(consumer.run()):
        await consumer.drain()
        await bus.publish([message_of(sent[42])])
        await consumer.drain()
    heard = await effects(services.beta)
    assert sum(len(numbers) for numbers in heard.values()) == 99
    assert heard["s-0"] == [number for number in range(0, 100, 7) if number != 42]
    [letter] = await letters(services.beta)
    assert letter.attempts == 5
    assert handler.calls.count(42) == 6  # once together with others
    assert (letter.event_id, letter.redelivered_at) == (sent[42].id, None)
    assert letter.error.startswith("NotNow not_in_this_status (")
    assert "said no" not in letter.error
    assert await bus.positions("beta", ["alpha.events"]) == await bus.ends(["alpha.events"])

    assert await redeliver(services.beta, "beta", {Changed: handler}) == (0, 1)
    assert (await letters(services.beta))[0].attempts == 6
    assert await redeliver(services.beta, "beta", {}) == (0, 1)
    assert "nothing handles alpha.thing.changed.v1" in (await letters(services.beta))[0].error
    assert await redeliver(services.beta, "another", {Changed: write_down}) == (0, 0)
    assert await redeliver(services.beta, "beta", {Changed: write_down}, ids=[letter.id]) == (1, 0)
    assert await redeliver(services.beta, "beta", {Changed: write_down}) == (0, 0)
    assert (await effects(services.beta))["s-0"][-1] == 42


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (Message("alpha.events", "k", b"{}", {}), "ce_time is missing"),
        (Message("alpha.events", "", b"\x00\xff", {"ce_type": "alpha.thing.changed.v1"}), "ce_time is missing"),
        (
            message_of(envelope("s-1", 1)).__class__(
                "alpha.events", "k", b"[" * 100_000, message_of(envelope("s", 1)).headers
            ),
            "cannot be read",
        ),
        (Message("alpha.events", "k", b'{"number": 1}', message_of(envelope("s", 1)).headers), "is not a alpha.thing"),
        (Message("alpha.events", "k", b'{"\\u0000": 1}', message_of(envelope("s", 1)).headers), "is not a alpha.thing"),
    ],
)
async def test_what_is_no_event_is_set_aside_at_once(services: Services, bus: Bus, broken: Message, why: str) -> None:
    await bus.publish([broken, message_of(envelope("s-1", 1))])
    consumer = Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(consumer.run()):
        await consumer.drain()
    assert await effects(services.beta) == {"s-1": [1]}
    [letter] = await letters(services.beta)
    assert why in letter.error
    assert letter.attempts == 1
    assert await redeliver(services.beta, "beta", {Changed: write_down}) == (0, 1)


async def test_what_nobody_listens_to_is_skipped(services: Services, bus: Bus) -> None:
    async with services.alpha.transaction() as tx:
        await emit(tx, Renamed(subject="s-1"))
        await emit(tx, Changed(subject="s-1", number=1))
    future = Message("alpha.events", "s-1", b"?", {"ce_type": "alpha.thing.vanished.v9"})
    await bus.publish([future])
    relay = Relay(services.alpha, bus)
    consumer = Consumer(services.beta, bus, "beta", {Changed: write_down})
    skipped = counted("skipped")
    async with running(relay.run(), consumer.run()):
        await relay.drain()
        assert await consumer.drain() == 3
    assert counted("skipped") - skipped == 2
    assert await effects(services.beta) == {"s-1": [1]}
    assert await letters(services.beta) == []


async def test_handler_may_emit_and_says_why(services: Services, bus: Bus) -> None:
    async def pass_on(tx: Tx, event: Changed, envelope: Envelope) -> None:
        await write_down(tx, event, envelope)
        await emit(tx, Heard(subject=event.subject), [*envelope.causes, Cause("alpha.thing", event.subject)])

    await bus.publish([message_of(envelope("s-1", 1))])
    consumer, relay = Consumer(services.beta, bus, "beta", {Changed: pass_on}), Relay(services.beta, bus)
    async with running(consumer.run(), relay.run()):
        await consumer.drain()
        assert await relay.drain() == 1
    async with services.beta.reading() as tx:
        row = await tx.row(select(tx.plumbing.outbox))
    assert row is not None
    assert row.causes == [{"type": "reviews.incident", "id": "7"}, {"type": "alpha.thing", "id": "s-1"}]
    assert row.traceparent == envelope("s-1", 1).traceparent


async def test_database_away_is_no_reason_to_set_aside(
    services: Services, bus: Bus, service_database: OwnDatabase
) -> None:
    """More interruptions than attempts: each ends the handler's connection after it has written."""
    interruptions = 0

    async def interrupted(tx: Tx, event: Changed, envelope: Envelope) -> None:
        nonlocal interruptions
        await write_down(tx, event, envelope)
        if event.number == 1 and interruptions < 8:
            interruptions += 1
            administrator = await asyncpg.connect(service_database.url())
            pid = await tx.scalar(text("SELECT pg_backend_pid()"))
            await administrator.fetch("SELECT pg_terminate_backend($1, 1000)", pid)
            await administrator.close()

    await bus.publish([message_of(envelope("s-1", number)) for number in range(3)])
    consumer = Consumer(services.beta, bus, "beta", {Changed: interrupted}, retry_seconds=QUICKLY)
    async with running(consumer.run()):
        await consumer.drain()
    assert interruptions == 8
    assert await effects(services.beta) == {"s-1": [0, 1, 2]}
    assert await letters(services.beta) == []


async def test_two_members_handle_each_event_once(bus_place: Place, services: Services, bus: Bus) -> None:
    other = bus_place.bus()
    consumers = [Consumer(services.beta, one, "beta", {Changed: write_down}) for one in (bus, other)]
    async with running(*(consumer.run() for consumer in consumers)):
        for start in range(0, 90, 30):
            batch = [envelope(f"s-{number % 9}", number) for number in range(start, start + 30)]
            await bus.publish([message_of(one) for one in batch])
            await consumers[0].drain()
    await other.close()
    assert await effects(services.beta) == {f"s-{start}": list(range(start, 90, 9)) for start in range(9)}


class Forgetful:
    """A bus whose acknowledgements fail a few times, as while the coordinator is away."""

    def __init__(self, bus: Bus, failures: int) -> None:
        self._bus, self.failures = bus, failures

    def __getattr__(self, name: str) -> object:
        return getattr(self._bus, name)

    def subscribe(self, group: str, topics: Sequence[str]) -> "Forgetful":
        """Join."""
        self._subscription = self._bus.subscribe(group, topics)
        return self

    healthy = True

    async def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """Receive."""
        return await self._subscription.receive(limit, timeout)

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge, or not."""
        if self.failures:
            self.failures -= 1
            raise BusUnavailable("as planned")
        await self._subscription.acknowledge(deliveries)

    async def close(self) -> None:
        """Leave."""
        await self._subscription.close()


async def test_last_event_is_acknowledged_though_the_bus_was_away(services: Services, bus: Bus) -> None:
    await bus.publish([message_of(envelope("s-1", 1))])
    forgetful = Forgetful(bus, 2)
    consumer = Consumer(services.beta, forgetful, "beta", {Changed: write_down})  # type: ignore[arg-type]
    async with running(consumer.run()):
        await consumer.drain()
    assert forgetful.failures == 0
    assert await bus.positions("beta", ["alpha.events"]) == await bus.ends(["alpha.events"])


async def test_gauges_tell_lag_and_dead_letters(services: Services, bus: Bus) -> None:
    await bus.publish([message_of(envelope("s-1", number)) for number in range(5)])
    held = asyncio.Event()

    async def hold(_tx: Tx, _event: Changed, _envelope: Envelope) -> None:
        await held.wait()

    consumer = Consumer(services.beta, bus, "beta", {Changed: hold})
    async with running(consumer.run()):
        async with asyncio.timeout(20):
            while REGISTRY.get_sample_value("safer_inbox_lag", {"service": "beta"}) != 5:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        held.set()
        await consumer.drain()


async def test_consumer_without_a_bus_says_so_and_stops_promptly(services: Services) -> None:
    bus = KafkaBus("127.0.0.1:9")
    consumer = Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(consumer.run()):
        await asyncio.sleep(0.5)
        assert not consumer.healthy
        assert not await bus.healthy()
        with pytest.raises(BusUnavailable):
            await consumer.drain()
        started = time.monotonic()
    await bus.close()
    assert time.monotonic() - started < 3.0


async def test_story_from_command_to_effect_is_quick(services: Services, bus: Bus) -> None:
    relay, consumer = Relay(services.alpha, bus), Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(relay.run(), consumer.run()):
        await change(services.alpha, "s-1", 0)
        await relay.drain()
        await consumer.drain()
        started = time.monotonic()
        await change(services.alpha, "s-1", 1)
        await relay.drain()
        await consumer.drain()
        assert time.monotonic() - started < 1.0
    assert await effects(services.beta) == {"s-1": [0, 1]}
