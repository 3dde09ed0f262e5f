"""Killed at any point between a command's commit and its effect elsewhere: nothing lost, nothing twice, order kept."""

import asyncio
import signal
import sys
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from shared.inbox import Consumer
from shared.outbox import Relay
from tests.eventing import Changed, Place, Services, change, effects, running, write_down
from tests.postgres import OwnDatabase
from tests.service.crashing import POINTS, SESSION_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

SUBJECTS, NUMBERS = 4, 15
KILLED_AFTER = (4, 9)


async def killed(place: Place, database: OwnDatabase, point: str, nth: int) -> None:
    """Run the process until it has killed itself at the point."""
    urls = (database.runtime_url("alpha"), database.runtime_url("beta"))
    arguments = (place.kind, place.address, place.prefix, *urls, point, str(nth))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.service.crashing", *arguments)
    try:
        async with asyncio.timeout(60):
            assert await process.wait() == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at(point: str, bus_place: Place, services: Services, service_database: OwnDatabase) -> None:
    for number in range(NUMBERS):
        for subject in range(SUBJECTS):
            await change(services.alpha, f"s-{subject}", number)
        if number in KILLED_AFTER:
            await killed(bus_place, service_database, point, nth=1)
    place = replace(bus_place, session_seconds=SESSION_SECONDS)
    before = REGISTRY.get_sample_value("safer_inbox_events_total", {"service": "beta", "outcome": "repeated"}) or 0.0
    bus = place.bus()
    relay, consumer = Relay(services.alpha, bus), Consumer(services.beta, bus, "beta", {Changed: write_down})
    async with running(relay.run(), consumer.run()):
        await relay.drain()
        await consumer.drain()
    repeated = REGISTRY.get_sample_value("safer_inbox_events_total", {"service": "beta", "outcome": "repeated"}) or 0.0
    on_the_bus = sum((await bus.ends(["alpha.events"])).values())
    await bus.close()

    assert await effects(services.beta) == {f"s-{subject}": list(range(NUMBERS)) for subject in range(SUBJECTS)}
    # The kill was where it should be: what was published and not marked is on the bus twice, and what was handled and
    # not acknowledged came again.
    if point == "before marking":
        assert on_the_bus > SUBJECTS * NUMBERS
    if point == "before acknowledging":
        assert repeated > before
