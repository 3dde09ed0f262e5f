"""What is kept of others' records is made again from their events, while the service is at work, on both buses."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from sqlalchemy import Table, delete, insert

from shared import read_models
from shared.bus import Bus
from shared.db import Tx, new_id
from shared.dead_letters import Handler
from shared.events import Envelope, Event
from shared.inbox import Consumer
from shared.outbox import Relay
from shared.read_models import ReadModel, rebuild
from tests.eventing import Changed, Effect, Place, Services, change, effects, running, write_down

pytestmark = pytest.mark.timeout(90)
TABLE = Effect.__table__
assert isinstance(TABLE, Table)
MODEL = ReadModel(tables=(TABLE,), events=(Changed,))
HANDLERS: Mapping[type[Event], Handler] = {Changed: write_down}


@pytest.fixture
async def bus(bus_place: Place) -> AsyncIterator[Bus]:
    """A bus of each kind, on which alpha has its topic."""
    bus = bus_place.bus()
    await bus.ensure_topics(["alpha.events"])
    yield bus
    await bus.close()


@pytest.mark.parametrize("at_once", [read_models.BATCH, 7])
async def test_made_again_as_it_was(
    services: Services, bus: Bus, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(read_models, "BATCH", at_once)
    consumer = Consumer(services.beta, bus, "beta", HANDLERS)
    relay = Relay(services.alpha, bus)
    async with running(relay.run(), consumer.run()):
        for number in range(40):
            await change(services.alpha, f"s-{number % 3}", number)
        await relay.drain()
        await consumer.drain()
        before = await effects(services.beta)
        async with services.beta.transaction() as tx:
            await tx.execute(delete(Effect).where(Effect.subject == "s-1"))
            await tx.execute(insert(Effect), {"event_id": new_id(), "subject": "wrong", "number": 1})
        counted: list[tuple[int, int]] = []
        assert await rebuild(services.beta, bus, MODEL, HANDLERS, lambda *so_far: counted.append(so_far)) == 40
        assert counted[-1] == (40, 40)
        assert await effects(services.beta) == before
        await change(services.alpha, "s-0", 40)
        await relay.drain()
        await consumer.drain()
    assert (await effects(services.beta))["s-0"][-1] == 40


async def test_what_fails_leaves_the_old_rows(services: Services, bus: Bus) -> None:
    async with running((relay := Relay(services.alpha, bus)).run()):
        for number in range(3):
            await change(services.alpha, "s-1", number)
        await relay.drain()
    async with running((consumer := Consumer(services.beta, bus, "beta", HANDLERS)).run()):
        await consumer.drain()

    async def refuses(tx: Tx, event: Changed, envelope: Envelope) -> None:
        await write_down(tx, event, envelope)
        if event.number == 2:
            raise LookupError

    with pytest.raises(LookupError):
        await rebuild(services.beta, bus, MODEL, {Changed: refuses})
    assert await effects(services.beta) == {"s-1": [0, 1, 2]}


async def test_events_that_come_meanwhile_wait_and_are_not_lost(services: Services, bus: Bus) -> None:
    paused, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx, event: Changed, envelope: Envelope) -> None:
        paused.set()
        await go_on.wait()
        await write_down(tx, event, envelope)

    consumer, relay = Consumer(services.beta, bus, "beta", HANDLERS), Relay(services.alpha, bus)
    async with running(relay.run(), consumer.run()):
        await change(services.alpha, "s-1", 0)
        await relay.drain()
        await consumer.drain()
        rebuilding = asyncio.create_task(rebuild(services.beta, bus, MODEL, {Changed: slow}))
        await paused.wait()
        await change(services.alpha, "s-1", 1)
        await relay.drain()
        assert await effects(services.beta) == {"s-1": [0]}
        go_on.set()
        await rebuilding
        await consumer.drain()
    assert await effects(services.beta) == {"s-1": [0, 1]}


async def test_nothing_to_read(services: Services, bus: Bus) -> None:
    assert await rebuild(services.beta, bus, MODEL, HANDLERS) == 0
