"""The command line: `python -m services …` runs the suite and keeps its data in order."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import socket
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from shared import (
    contract_documents,
    dead_letters,
    embedded,
    installation,
    keyring,
    observe,
    read_models,
    serving,
    startup,
)
from shared.bus import BusUnavailable
from shared.embedded import EmbeddedPostgres
from shared.loading import BadFile
from shared.service import Runtime, Service, create_app, restore_clock
from shared.settings import BadSetting, Settings
from shared.startup import CannotStart
from shared.steps import Steps
from shared.suite import Suite, bus_of

ALL, GATEWAY = "all", "gateway"
WATCH_SECONDS = 1.0

T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="The service.")]
Noun = Annotated[str, typer.Argument(help="What of the service's.")]
Data = Annotated[Path, typer.Option(help="The folder of an embedded installation.")]
Port = Annotated[int, typer.Option(help="The port of `all`; 0: any that is free.")]
HERE = Path("var")

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console(stderr=True, highlight=False, soft_wrap=True)
steps = Steps(console)


def services() -> dict[str, Service]:
    """The services by name, each after those whose events it reads; imported when they are needed."""
    from services.escalations.app import SERVICE as ESCALATIONS
    from services.gateway.app import SERVICE as THE_GATEWAY
    from services.governance.app import SERVICE as GOVERNANCE

    return {service.name: service for service in (GOVERNANCE, THE_GATEWAY, ESCALATIONS)}


def chosen(name: str) -> Service:
    """The service of that name."""
    if name not in services():
        raise CannotStart(f"There is no service {name!r}; there are: {', '.join(services())}.")
    return services()[name]


def suite_of(environment: Mapping[str, str]) -> Suite:
    """All services in this process, behind the gateway, with the settings that the environment says."""
    from services.gateway.app import create_gateway

    settings = {name: Settings.read(name, environment) for name in services()}
    bus = bus_of(Settings.read(installation.BUS, environment))
    behind = {
        name: create_app(service, settings[name], bus, lambda: gateway.state.fetch_keys())
        for name, service in services().items()
        if name != GATEWAY
    }
    gateway = create_gateway(settings[GATEWAY], bus, behind)
    return Suite(bus, {name: behind.get(name, gateway) for name in services()})


@cli.command()
def run(service: Name, data: Data = HERE, port: Port = 8000) -> None:
    """Run one service, or `all` in one process: on embedded PostgreSQL unless SAFER_DATABASE_URL is set."""
    startup.require_fast_server()
    # Until requests are served, which has its own way of stopping, these stop as Ctrl-C does: in good order.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if service == ALL:
        run_all(data, port)
    else:
        run_one(chosen(service))


def run_all(data: Path, port: int) -> None:
    """Run every service on one database, behind the gateway."""
    with ExitStack() as stack:
        listener = stack.enter_context(startup.listen("127.0.0.1", port))
        environment: Mapping[str, str] = os.environ
        postgres = None
        if not installation.brings_its_own_database(environment):
            postgres = EmbeddedPostgres(data / "postgres")
            with steps.step(f"PostgreSQL in {data / 'postgres'}"):
                address = stack.enter_context(postgres)
            environment = installation.embedded_environment(address, data, listener.getsockname()[1])
        observe.start_logging(Settings.read(GATEWAY, environment).log_level)
        in_loop(everything(environment, listener, data, postgres))


async def everything(
    environment: Mapping[str, str], listener: socket, data: Path, postgres: EmbeddedPostgres | None
) -> None:
    """Prepare the database, fill it, and serve until told to stop."""
    with steps.step("Schemas"):
        await installation.prepare(list(services().values()), environment)
    suite = suite_of(environment)
    watch = asyncio.create_task(keep_alive(postgres))
    try:
        async with suite.alive():
            await suite.fill(steps)
            await serving.serve(suite.apps[GATEWAY], listener, lambda: greet(environment, data))
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def keep_alive(postgres: EmbeddedPostgres | None) -> None:
    """Start embedded PostgreSQL again when it has ended by itself."""
    while postgres:
        await asyncio.sleep(WATCH_SECONDS)
        with suppress(CannotStart):
            await asyncio.to_thread(postgres.revive)


def greet(environment: Mapping[str, str], data: Path) -> None:
    """Say where the suite is, and three calls to copy."""
    settings = Settings.read(GATEWAY, environment)
    port = "" if settings.listen_port == 8000 else f" PORT={settings.listen_port}"
    call = f'curl -H "Authorization: Bearer $TOKEN" {settings.public_url}'
    calls = (
        f"TOKEN=$(make token AGENCY=council{port})",
        f"{call}/governance/v1/agencies",
        f"{call}/escalations/v1/escalations",
    )
    console.print(f"\nThe suite runs on {settings.public_url}. Ctrl-C stops it and keeps the data in {data}.\n")
    console.print("\n".join(f"  {line}" for line in calls), "\n", markup=False)


def run_one(service: Service) -> None:
    """Run one service on the PostgreSQL and the bus that its settings name."""
    settings = Settings.read(service.name)
    if not settings.database_url:
        raise CannotStart("SAFER_DATABASE_URL is needed: PostgreSQL as the service's own role, {service}_runtime.")
    observe.start_logging(settings.log_level)
    with startup.listen(settings.listen_host, settings.listen_port) as listener:
        in_loop(one(service, settings, listener))


async def one(service: Service, settings: Settings, listener: socket) -> None:
    """Serve one service until told to stop."""
    from services.gateway.app import create_gateway

    await installation.check_sandbox(settings)
    bus = bus_of(Settings.read(installation.BUS))
    app = create_gateway(settings, bus) if service.name == GATEWAY else create_app(service, settings, bus)
    async with Suite(bus, {service.name: app}).alive():
        await serving.serve(app, listener)


@cli.command()
def migrate(data: Data = HERE) -> None:
    """Create roles and schemas, where SAFER_ADMIN_DATABASE_URL may, and bring every schema to this version."""
    with installation.opened(data) as environment:
        in_loop(installation.prepare(list(services().values()), environment))


@cli.command()
def load(
    service: Annotated[str, typer.Argument(help="The service; none: all reference data that the suite brings.")] = "",
    noun: Annotated[str, typer.Argument(help="What is in the file.")] = "",
    file: Annotated[Path | None, typer.Argument(help="A CSV file or spreadsheet; none: the suite's own.")] = None,
    data: Data = HERE,
) -> None:
    """Bring records in from a file: all of them or, where anything in it is wrong, none. May be repeated."""
    wanted = [chosen(service)] if service else list(services().values())
    nouns = [(each, name) for each in wanted for name in each.loads if noun in ("", name)]
    if not nouns:
        offered = ", ".join(f"{each.name} {name}" for each in services().values() for name in each.loads)
        raise CannotStart(f"Nothing of that name can be loaded; what can: {offered}.")
    for each, name in nouns:
        source = file or each.loads[name].own
        if source is None:
            continue

        async def work(runtime: Runtime, each: Service = each, name: str = name, source: Path = source) -> str:
            with steps.step(f"{each.name} {name} from {source}") as progress:
                return await each.loads[name].run(runtime.database, runtime.settings, source, progress)

        console.print(at_rest(each, data, work), markup=False)


@cli.command()
def restate(service: Name, noun: Noun, data: Data = HERE) -> None:
    """Tell the present state of every record again, for readers that need a field which older events lack."""
    described = chosen(service)
    if noun not in described.restates:
        raise CannotStart(f"{service} can restate: {', '.join(described.restates) or 'nothing'}.")

    async def work(runtime: Runtime) -> int:
        async with runtime.database.transaction() as tx:
            return await described.restates[noun](tx)

    console.print(f"{at_rest(described, data, work)} told again.")


@cli.command()
def redeliver(service: Name, data: Data = HERE) -> None:
    """Hand the events that could not be handled to their handlers again."""
    described = chosen(service)

    async def work(runtime: Runtime) -> tuple[int, int]:
        return await dead_letters.redeliver(runtime.database, service, described.consumes)

    handled, failed = at_rest(described, data, work)
    console.print(f"{handled} handled, {failed} failed again.")
    if failed:
        raise typer.Exit(1)


@cli.command()
def rebuild(service: Name, data: Data = HERE) -> None:
    """Make what the service keeps of others' records again, from all their events on the bus."""
    described = chosen(service)

    async def work(runtime: Runtime) -> list[int]:
        with steps.step(f"Read models of {service}") as progress:
            return [
                await read_models.rebuild(runtime.database, runtime.bus, model, described.consumes, progress)
                for model in described.read_models
            ]

    console.print(f"{sum(at_rest(described, data, work)):,} events handled again.")


@cli.command()
def contracts() -> None:
    """Write what others build on into docs/contracts: OpenAPI, AsyncAPI, JSON Schema of the events, state diagrams."""
    nowhere = {"SAFER_DATABASE_URL": "postgresql://nobody@/nowhere", **dict.fromkeys(keyring.VARIABLES, "0" * 64)}
    console.print(f"{contract_documents.write(suite_of(nowhere))} files in {contract_documents.FOLDER}.")


@cli.command()
def reset(data: Data = HERE) -> None:
    """Delete the data of an embedded installation, and its keys."""
    removed = embedded.remove(data / "postgres")
    (data / "keys.env").unlink(missing_ok=True)
    console.print(f"The data in {data} are deleted." if removed else f"There are no data in {data}.")


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
        return in_loop(worked(environment))


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run on uvloop."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def main() -> int:
    """Run the command; what a person can mend is told in one sentence."""
    try:
        cli()
    except (CannotStart, BadFile, BadSetting, BusUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
