"""The command line: `python -m services …` runs the suite and keeps its data in order.

The services are imported by the commands that need them: whoever is told that a port is taken need not wait for them.
"""

# ruff: noqa: E402
import gc
import signal

# Nothing of what is imported is garbage, and looking for some takes a quarter of the start; `in_loop` ends it.
gc.disable()

# Until there is something to stop in good order, Ctrl-C ends the process without a word.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from shared import embedded, startup
from shared.bus import BusUnavailable
from shared.startup import CannotStart, Mendable
from shared.steps import Steps

if TYPE_CHECKING:
    from shared.service import Runtime, Service
    from shared.settings import Settings

Name = Annotated[str, typer.Argument(help="The service.")]
Noun = Annotated[str, typer.Argument(help="What of the service's.")]
Data = Annotated[Path, typer.Option(help="The folder of an embedded installation.")]
Port = Annotated[int, typer.Option(help="The port of the whole suite; 0: any that is free.")]
HERE = Path("var")
signal.signal(signal.SIGINT, signal.default_int_handler)
PORT = 8000

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console(stderr=True, highlight=False, soft_wrap=True)
steps = Steps(console)


@cli.command()
def run(service: Name, data: Data = HERE, port: Port = PORT) -> None:
    """Run one service, or `all` in one process: on embedded PostgreSQL unless SAFER_DATABASE_URL is set."""
    startup.require_fast_server()
    # While requests are served these stop in good order; before, they end the start as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if service == "all":
        with startup.listen("127.0.0.1", port) as listener:
            from services import composition

            composition.run_all(data, listener, steps, lambda settings: greet(settings, data))
    else:
        from services import composition

        composition.run_one(composition.service_of(service))


def greet(settings: "Settings", data: Path) -> None:
    """Say where the suite is and, in a sandbox, three calls to copy."""
    port = "" if settings.listen_port == PORT else f" PORT={settings.listen_port}"
    call = f'curl -H "Authorization: Bearer $TOKEN" {settings.public_url}'
    calls = (
        f"TOKEN=$(make token AGENCY=council{port})",
        f"{call}/governance/v1/agencies",
        f"{call}/escalations/v1/escalations",
    )
    if not settings.sandbox:
        console.print(f"\nThe suite runs on {settings.public_url}. Ctrl-C stops it.\n")
        return
    console.print(f"\nThe suite runs on {settings.public_url}. Ctrl-C stops it and keeps the data in {data}.\n")
    console.print("\n".join(f"  {line}" for line in calls), "\n", markup=False)


@cli.command()
def token(
    agency: Annotated[
        str, typer.Option(help="police, icb, council, or another of the sandbox's agencies.")
    ] = "council",
    role: Annotated[str, typer.Option(help="A role that a person there may hold.")] = "agency_lead",
    system: Annotated[
        bool, typer.Option("--system", help="As the agency's registered system, not as a person.")
    ] = False,
    port: Port = PORT,
) -> None:
    """Print an access token of the running sandbox, got by its real sign-in."""
    from services.gateway.sandbox import token as sandbox

    url = os.environ.get("SAFER_PUBLIC_URL", f"http://127.0.0.1:{port}")
    print(asyncio.run(sandbox.token(url, agency, role, system=system)))


@cli.command()
def migrate(data: Data = HERE) -> None:
    """Create roles and schemas, where SAFER_ADMIN_DATABASE_URL may, and bring every schema to this version."""
    from services import composition

    with steps.step("Schemas"):
        composition.migrate(data)


@cli.command()
def load(
    service: Annotated[str, typer.Argument(help="The service; none: all reference data that the suite brings.")] = "",
    noun: Annotated[str, typer.Argument(help="What is in the file.")] = "",
    file: Annotated[Path | None, typer.Argument(help="A CSV file or spreadsheet; none: the suite's own.")] = None,
    data: Data = HERE,
) -> None:
    """Bring records in from a file: all of them or, where anything in it is wrong, none. May be repeated."""
    from services import composition

    wanted = [composition.service_of(service)] if service else list(composition.SERVICES.values())
    nouns = [(each, name) for each in wanted for name in each.loads if noun in ("", name)]
    if not nouns:
        offered = [f"{each.name} {name}" for each in composition.SERVICES.values() for name in each.loads]
        raise CannotStart(f"Nothing of that name can be loaded; what can: {', '.join(offered)}.")
    for each, name in nouns:
        if source := file or each.loads[name].own:
            console.print(_load(each, name, source, data), markup=False)


def _load(service: "Service", noun: str, file: Path, data: Path) -> str:
    from services import composition
    from shared import migrations

    async def work(runtime: "Runtime") -> str:
        with steps.step(f"{service.name} {noun} from {file.name}") as progress:
            said = await service.loads[noun].run(runtime.database, runtime.settings, file, progress)
        if runtime.settings.owner_database_url:
            await migrations.analyse(runtime.settings.owner_database_url)
        return said

    return composition.at_rest(service, data, work)


@cli.command()
def invite(
    agency: Annotated[str, typer.Option(help="The id of her agency in the register.")],
    role: Annotated[str, typer.Option(help="platform_admin, or at the council business_unit.")],
    name: Annotated[str, typer.Option(help="Her name.")],
    email: Annotated[str, typer.Option(help="Her address, by which she signs in.")],
    data: Data = HERE,
) -> None:
    """Invite who administers the partnership: print the address at which she, once, sets her account up."""
    from services import composition
    from services.gateway import beginning

    async def work(runtime: "Runtime") -> beginning.Invitation:
        return await beginning.invite(runtime.database, runtime.settings, agency, role, name, email)

    invitation = composition.at_rest(composition.service_of("gateway"), data, work)
    console.print(invitation.said, markup=False)
    if invitation.address:
        print(invitation.address)


@cli.command()
def register(
    agency: Annotated[str, typer.Option(help="The id of the agency that answers for it.")],
    name: Annotated[str, typer.Option(help="What its users know it as.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Where they come back to; may be repeated.")],
    origin: Annotated[list[str] | None, typer.Option(help="Whence it calls from the browser; may be repeated.")] = None,
    data: Data = HERE,
) -> None:
    """Register a front end at which people of every agency sign in, and print its client id."""
    from services import composition
    from services.gateway import beginning

    async def work(runtime: "Runtime") -> str:
        return await beginning.register(runtime.database, agency, name, redirect_uri, origin or [])

    print(composition.at_rest(composition.service_of("gateway"), data, work))


@cli.command()
def restate(service: Name, noun: Noun, data: Data = HERE) -> None:
    """Tell the present state of every record again, for readers that need a field which older events lack."""
    from services import composition

    chosen = composition.service_of(service)
    if noun not in chosen.restates:
        raise CannotStart(f"{service} can restate: {', '.join(chosen.restates) or 'nothing'}.")

    async def work(runtime: "Runtime") -> int:
        async with runtime.database.transaction() as tx:
            return await chosen.restates[noun](tx)

    console.print(f"{composition.at_rest(chosen, data, work):,} told again.")


@cli.command()
def redeliver(service: Name, data: Data = HERE) -> None:
    """Hand the events that could not be handled to their handlers again."""
    from services import composition
    from shared import dead_letters

    chosen = composition.service_of(service)

    async def work(runtime: "Runtime") -> tuple[int, int]:
        return await dead_letters.redeliver(runtime.database, service, chosen.consumes)

    handled, failed = composition.at_rest(chosen, data, work)
    console.print(f"{handled:,} handled, {failed:,} failed again.")
    if failed:
        raise typer.Exit(1)


@cli.command()
def rebuild(service: Name, data: Data = HERE) -> None:
    """Make what the service keeps of others' records again, from all their events on the bus."""
    from services import composition
    from shared import read_models

    chosen = composition.service_of(service)

    async def work(runtime: "Runtime") -> int:
        handled = 0
        with steps.step(f"Read models of {service}") as progress:
            for model in chosen.read_models:
                handled += await read_models.rebuild(runtime.database, runtime.bus, model, chosen.consumes, progress)
        return handled

    console.print(f"{composition.at_rest(chosen, data, work):,} events handled again.")


@cli.command()
def check(
    service: Name,
    head: Annotated[Path | None, typer.Option(help="A signed head that was kept elsewhere, as JSON.")] = None,
    data: Data = HERE,
) -> None:
    """Compare the access record with what was sealed, and name the first entry that is not as it was."""
    from services import composition
    from shared import sealing

    kept = json.loads(head.read_text()) if head else None

    async def work(runtime: "Runtime") -> int:
        return await sealing.check(runtime.database, kept)

    console.print(
        f"{composition.at_rest(composition.service_of(service), data, work):,} entries are as they were sealed."
    )


@cli.command()
def reseal(data: Data = HERE) -> None:
    """Seal anew, under SAFER_SEAL_KEY, all that SAFER_OTHER_SEAL_KEYS have sealed. May be repeated, while services run."""
    from services import composition
    from shared.resealing import reseal as seal_anew
    from shared.vault import Vault

    async def work(runtime: "Runtime") -> int:
        vault = Vault(*runtime.settings.seal_keys)
        try:
            return sum([await seal_anew(runtime.database, vault, one) for one in runtime.service.sealed_columns])
        except ValueError as unopened:
            raise CannotStart(f"Something of {runtime.service.name} cannot be opened: {unopened}.") from None

    for name, service in composition.SERVICES.items():
        if service.sealed_columns:
            console.print(f"{name}: {composition.at_rest(service, data, work):,} sealed anew.")


@cli.command()
def rederive(data: Data = HERE) -> None:
    """Give every child's identifiers their pseudonyms under all keys. May be repeated, while services run."""
    from services import composition
    from shared.child_records.commands import FIRST, Place

    async def work(runtime: "Runtime") -> int:
        derived = 0
        place: Place | None = FIRST
        assert runtime.service.children
        while place:
            async with runtime.database.transaction() as tx:
                more, place = await runtime.service.children.rederive(tx, runtime.pseudonyms, place)
            derived += more
        return derived

    for name, service in composition.SERVICES.items():
        if service.children:
            console.print(f"{name}: {composition.at_rest(service, data, work):,} pseudonyms derived.")


@cli.command()
def contracts() -> None:
    """Write what others build on into docs/contracts: OpenAPI, AsyncAPI, JSON Schema of the events, state diagrams."""
    from services import composition
    from shared import contract_documents

    written = contract_documents.write(composition.suite_at_rest())
    console.print(f"{written} files in {contract_documents.FOLDER}.")


@cli.command()
def revise(service: Name, about: Annotated[str, typer.Argument(help="What it does, in a few words.")]) -> None:
    """Write a service's next migration, from the difference between its tables as declared and as migrated."""
    from services import composition

    written = composition.revise(composition.service_of(service), about)
    console.print(f"{written} is written: read it before you keep it." if written else "Nothing differs.", markup=False)


@cli.command()
def reset(data: Data = HERE) -> None:
    """Delete the data of an embedded installation, and its keys."""
    removed = embedded.remove(data / "postgres")
    (data / "keys.env").unlink(missing_ok=True)
    console.print(f"The data in {data} are deleted." if removed else f"There are no data in {data}.")


def main() -> int:
    """Run the command; what a person can mend is told in one sentence."""
    try:
        cli()
    except (Mendable, BusUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
