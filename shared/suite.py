"""Several services in one process: at work together, filled with data, and asked whether all have heard everything."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from shared import migrations
from shared.bus import Bus
from shared.internal import ready
from shared.service import Runtime
from shared.settings import BadSetting, Settings
from shared.startup import CannotStart
from shared.steps import Steps

READY_SECONDS = 30.0


@dataclass(frozen=True)
class Suite:
    """The applications by their service's name, each after those whose events it reads, on one bus."""

    bus: Bus
    apps: Mapping[str, FastAPI]

    @property
    def runtimes(self) -> Mapping[str, Runtime]:
        """What each service stands on."""
        return {name: app.state.runtime for name, app in self.apps.items()}

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Every service at work. Each lifespan is entered here: that of an app within another is never run."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.bus.close)
            for app in self.apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def fill(self, steps: Steps) -> None:
        """Load the reference data that the suite brings, and fill the sandbox where it is on; may be repeated."""
        for name, runtime in self.runtimes.items():
            for noun, load in runtime.service.loads.items():
                if load.own:
                    with steps.step(f"Reference data: {noun} of {name}") as progress:
                        await load.run(runtime.database, runtime.settings, load.own, progress)
            await self.settle()
        for name, runtime in self.runtimes.items():
            if runtime.settings.sandbox and runtime.service.sandbox:
                with steps.step(f"Sandbox of {name}"):
                    await runtime.service.sandbox(runtime.database, runtime.settings)
                    await self.settle()
        for runtime in self.runtimes.values():
            if runtime.settings.owner_database_url:
                await migrations.analyse(runtime.settings.owner_database_url)

    async def settle(self) -> None:
        """Wait until every event, and every event that follows from one, has been handled everywhere."""
        moved = 1
        while moved:
            moved = sum([await runtime.relay.drain() for runtime in self.runtimes.values()])
            consumers = [runtime.consumer for runtime in self.runtimes.values() if runtime.consumer]
            moved += sum([await consumer.drain() for consumer in consumers])

    async def ready(self, within: float = READY_SECONDS) -> None:
        """Wait until every service has what it needs. CannotStart names one that has not, and what it lacks."""
        give_up = time.monotonic() + within
        for name, runtime in self.runtimes.items():
            while not all((checks := await ready(runtime)).values()):
                if time.monotonic() > give_up:
                    lacking = ", ".join(part for part, there in checks.items() if not there)
                    raise CannotStart(f"{name.capitalize()} does not get ready: {lacking}.")
                await asyncio.sleep(0.02)


def bus_of(settings: Settings) -> Bus:
    """The bus that the settings choose."""
    if settings.bus == "kafka":
        from shared.bus.kafka import KafkaBus

        return KafkaBus(settings.kafka_servers, partitions=settings.kafka_partitions, security=security_of(settings))
    from shared.bus.postgres import PostgresBus

    return PostgresBus(settings.database_url, direct_url=settings.direct_database_url)


def security_of(settings: Settings) -> Mapping[str, Any]:
    """How Kafka is reached and who we are there, in its client's words. BadSetting for a password that would be readable."""
    if settings.kafka_user and settings.kafka_mechanism == "PLAIN" and not settings.kafka_tls:
        raise BadSetting(
            "SAFER_KAFKA_MECHANISM=PLAIN would show the password to the network: set SAFER_KAFKA_TLS=true."
        )
    protocol = ("SASL_" if settings.kafka_user else "") + ("SSL" if settings.kafka_tls else "PLAINTEXT")
    signed_in = {
        "sasl_mechanism": settings.kafka_mechanism,
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": settings.kafka_password,
    }
    return {
        "security_protocol": protocol,
        **({"ssl_context": ssl.create_default_context()} if settings.kafka_tls else {}),
        **(signed_in if settings.kafka_user else {}),
    }
