"""The suite put together: which services there are, all of them in one process, or one alone."""

import asyncio
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import uvloop

from services.escalations.app import SERVICE as ESCALATIONS
from services.gateway.app import SERVICE as GATEWAY
from services.gateway.app import create_gateway
from services.governance.app import SERVICE as GOVERNANCE
from services.reviews.app import SERVICE as REVIEWS
from services.training.app import SERVICE as TRAINING
from shared import installation, keyring, migrations, observe, serving, startup
from shared.embedded import EmbeddedPostgres
from shared.service import Runtime, Service, create_app, restore_clock
from shared.settings import Settings, unknown
from shared.startup import CannotStart
from shared.steps import Steps
from shared.suite import Suite, bus_of

log = logging.getLogger(__name__)

T = TypeVar("T")
WATCH_SECONDS = 1.0
# Each after those whose events it reads.
SERVICES: Mapping[str, Service] = {
    service.name: service for service in (GOVERNANCE, GATEWAY, ESCALATIONS, REVIEWS, TRAINING)
}


def service_of(name: str) -> Service:
    """The service of that name."""
    if name not in SERVICES:
        raise CannotStart(f"There is no service {name!r}; there are: {', '.join(SERVICES)}.")
    return SERVICES[name]


def suite_of(environment: Mapping[str, str]) -> Suite:
    """All services in this process, behind the gateway, with the settings that the environment says."""
    settings = {name: Settings.read(name, environment) for name in SERVICES}
    bus = bus_of(Settings.read(installation.BUS, environment))
    behind = {
        name: create_app(service, settings[name], bus, lambda: gateway.state.fetch_keys())
        for name, service in SERVICES.items()
        if service is not GATEWAY
    }
    gateway = create_gateway(settings[GATEWAY.name], bus, behind)
    return Suite(bus, {name: behind.get(name, gateway) for name in SERVICES})


def suite_at_rest(more: Mapping[str, str] | None = None) -> Suite:
    """All services without a database, for their descriptions; `more` settings where they say what is offered."""
    address = {"SAFER_DATABASE_URL": "postgresql://nobody@/nowhere"}
    return suite_of({**address, **dict.fromkeys(keyring.VARIABLES, "0" * 64), **(more or {})})


def run_all(data: Path, listener: socket, steps: Steps, greet: Callable[[Settings], None]) -> None:
    """Run every service on one database, embedded unless the environment names one, until told to stop."""
    with ExitStack() as stack:
        environment: Mapping[str, str] = os.environ
        postgres = None
        if not installation.brings_its_own_database(environment):
            postgres = EmbeddedPostgres(data / "postgres")
            with steps.step(f"PostgreSQL in {data / 'postgres'}"):
                address = stack.enter_context(postgres)
            environment = installation.embedded_environment(address, data, listener.getsockname()[1])
        settings = Settings.read(GATEWAY.name, environment)
        observe.start_logging(settings.log_level)
        _warn_of_unknown(os.environ)
        stack.enter_context(serving.metrics(settings.metrics_host, settings.metrics_port))
        in_loop(_everything(environment, listener, steps, postgres, lambda: greet(settings)))


async def _everything(
    environment: Mapping[str, str],
    listener: socket,
    steps: Steps,
    postgres: EmbeddedPostgres | None,
    started: Callable[[], None],
) -> None:
    with steps.step("Schemas"):
        await installation.prepare(list(SERVICES.values()), environment)
    suite = suite_of(environment)
    watch = asyncio.create_task(_keep_alive(postgres))
    try:
        with installation.explaining():
            async with suite.alive():
                await suite.fill(steps)
                await suite.ready()
                await serving.serve(suite.apps[GATEWAY.name], listener, started)
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _keep_alive(postgres: EmbeddedPostgres | None) -> None:
    """Start embedded PostgreSQL again when it has ended by itself."""
    while postgres:
        await asyncio.sleep(WATCH_SECONDS)
        with suppress(CannotStart):
            await asyncio.to_thread(postgres.revive)


def run_one(service: Service) -> None:
    """Run one service on the PostgreSQL and the bus that its settings name, until told to stop."""
    settings = Settings.read(service.name)
    if not settings.database_url:
        raise CannotStart("SAFER_DATABASE_URL is needed: PostgreSQL as the service's own role, {service}_runtime.")
    if service is GATEWAY:
        _check_upstreams(settings.upstreams)
    observe.start_logging(settings.log_level)
    _warn_of_unknown(os.environ)
    port = settings.metrics_port if service is GATEWAY else 0  # the others' `/metrics` is on their own
    with (
        startup.listen(settings.listen_host, settings.listen_port, f"{service.name.upper()}_LISTEN_PORT") as listener,
        serving.metrics(settings.metrics_host, port),
    ):
        in_loop(_one(service, settings, listener))


async def _one(service: Service, settings: Settings, listener: socket) -> None:
    await installation.check(service, settings)
    bus = bus_of(Settings.read(installation.BUS))
    app = create_gateway(settings, bus) if service is GATEWAY else create_app(service, settings, bus)
    async with Suite(bus, {service.name: app}).alive():
        await serving.serve(app, listener)


def _check_upstreams(upstreams: str) -> None:
    """CannotStart where the gateway would stand before nothing, or before what it does not know."""
    named = {pair.partition("=")[0].strip() for pair in upstreams.split(",")} - {""}
    behind = SERVICES.keys() - {GATEWAY.name}
    if not named or named - behind:
        raise CannotStart(f"GATEWAY_UPSTREAMS must say where each service is; there are: {', '.join(sorted(behind))}.")


def _warn_of_unknown(environment: Mapping[str, str]) -> None:
    for sentence in unknown(environment):
        log.warning(sentence)


def migrate(data: Path) -> None:
    """Bring the database of the installation at hand to this version."""
    with installation.opened(data) as environment:
        in_loop(installation.prepare(list(SERVICES.values()), environment))


def revise(service: Service, about: str) -> Path | None:
    """Write the service's next migration, from what its tables are more than its migrations make; None where nothing."""
    from shared import revising

    async def written(owner_url: str, admin_url: str) -> Path | None:
        await installation.create_roles(admin_url, [service])
        await migrations.migrate(owner_url, service.name, service.migrations)
        return await revising.revise(owner_url, service.name, service.base.metadata, service.migrations, about)

    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False) as address:
        return in_loop(written(address.url(migrations.owner(service.name)), address.url()))


def at_rest(service: Service, data: Path, work: Callable[[Runtime], Awaitable[T]]) -> T:
    """Do some work with what a service stands on, without its relay, consumer and sweeps."""

    async def worked(environment: Mapping[str, str]) -> T:
        bus = bus_of(Settings.read(installation.BUS, environment))
        runtime: Runtime = create_app(service, Settings.read(service.name, environment), bus).state.runtime
        try:
            await restore_clock(runtime)
            return await work(runtime)
        finally:
            await runtime.database.close()
            await bus.close()

    with installation.opened(data) as environment:
        try:
            return in_loop(worked(environment))
        except Exception as error:
            if said := installation.refusal(error):
                raise CannotStart(said) from error
            raise


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run on uvloop; what was imported until now is never looked through for garbage again."""
    gc.freeze()
    gc.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
