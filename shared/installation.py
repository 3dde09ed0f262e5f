"""One installation's database: where it is, and how it comes to this version of the suite."""

import logging
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from socket import gaierror
from urllib.parse import unquote, urlsplit

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from shared import keyring, migrations
from shared.bus import postgres as bus
from shared.connections import CONNECT_SECONDS
from shared.embedded import Address, EmbeddedPostgres, serving
from shared.plumbing import append_only
from shared.service import Service
from shared.settings import Settings
from shared.startup import CannotStart

log = logging.getLogger(__name__)

BUS = "bus"
MARK = "safer.sandbox"
AWAY = (ConnectionError, TimeoutError, gaierror, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError)


def brings_its_own_database(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a PostgreSQL, so that none is embedded."""
    return bool(environment.get("SAFER_DATABASE_URL"))


def embedded_environment(address: Address, data: Path, port: int) -> dict[str, str]:
    """An installation on embedded PostgreSQL is nothing but these settings; what the environment says still wins."""
    return {
        "SAFER_DATABASE_URL": address.url(migrations.runtime("{service}")),
        "SAFER_OWNER_DATABASE_URL": address.url(migrations.owner("{service}")),
        "SAFER_ADMIN_DATABASE_URL": address.url(),
        "SAFER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SAFER_LISTEN_PORT": str(port),
        "SAFER_SANDBOX": "true",
        "SAFER_LOG_LEVEL": "WARNING",
        "SAFER_POOL_SIZE": "5",  # of each of five services: all are one process, and each connection is three megabytes
        **keyring.kept(data / "keys.env"),
        **os.environ,
    }


@contextmanager
def opened(data: Path) -> Iterator[Mapping[str, str]]:
    """The settings of the installation at hand, its database running: the environment's, or else the one in `data`.

    An embedded one that the suite runs on at this moment is used as it is; otherwise it runs as long as the block.
    """
    if brings_its_own_database(os.environ):
        yield os.environ
        return
    running = serving(data / "postgres")
    if running:
        yield embedded_environment(running, data, 8000)
        return
    with EmbeddedPostgres(data / "postgres") as address:
        yield embedded_environment(address, data, 8000)


async def prepare(services: Sequence[Service], environment: Mapping[str, str]) -> None:
    """Create roles and schemas if a role that may is named, and bring every schema to this version.

    CannotStart where the data are of a newer version, or a sandbox is wanted over real data; nothing is changed then.
    """
    settings = {name: Settings.read(name, environment) for name in _schemas(services)}
    admin = settings[BUS].admin_database_url
    try:
        async with _alone(admin or _owner_url(settings[services[0].name])):
            if admin:
                await _admit(admin, list(settings), sandbox=settings[BUS].sandbox)
                await create_roles(admin, services, _passwords(settings))
            for service in services:
                await migrate(service, _owner_url(settings[service.name]))
            if settings[BUS].bus == "postgres":
                await install_bus(_owner_url(settings[BUS]), services)
    except migrations.NewerData as error:
        raise CannotStart(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
        raise CannotStart(explained(error)) from error


async def create_roles(admin_url: str, services: Sequence[Service], passwords: Mapping[str, str] | None = None) -> None:
    """Create the roles and schemas of the services and of the bus where they are missing, as a role that may."""
    await migrations.bootstrap(admin_url, _schemas(services), passwords)


async def migrate(service: Service, owner_url: str) -> None:
    """Bring one service's schema to this version, as its owner. NewerData where it is ahead of it."""
    await migrations.migrate(owner_url, service.name, service.migrations, append_only(service.base.metadata))


async def install_bus(owner_url: str, services: Sequence[Service]) -> None:
    """Create the embedded bus's tables, as the owner of its schema, and let every service use them."""
    connection = await asyncpg.connect(owner_url)
    try:
        await bus.install(connection, [migrations.runtime(name) for name in _schemas(services)])
    finally:
        await connection.close()


async def check(service: Service, settings: Settings) -> None:
    """CannotStart where the database refuses the service, was not migrated for this version, or is a sandbox's and may not be.

    One that does not answer is waited for by whoever needs it; only a sandbox must know at once on what it stands.
    """
    try:
        connection = await asyncpg.connect(settings.database_url, timeout=CONNECT_SECONDS)
        try:
            sandbox = await connection.fetchval("SELECT current_setting($1, true)", MARK) == "on"
            if sandbox != settings.sandbox:
                raise CannotStart(_OVER_REAL_DATA if settings.sandbox else _OVER_A_SANDBOX)
            version = await connection.fetchval(
                f"SELECT version_num FROM {service.name}.{migrations.VERSION_TABLE}"  # noqa: S608 - names of our own
            )
        finally:
            await connection.close()
    except Exception as error:
        if isinstance(error, AWAY) and not settings.sandbox:
            log.warning("PostgreSQL is away", extra={"service": service.name, "reason": explained(error)})
            return
        if said := refusal(error):
            raise CannotStart(said) from error
        raise
    if migrations.is_behind(service.name, service.migrations, version):
        raise CannotStart(_NOT_PREPARED)


@contextmanager
def explaining() -> Iterator[None]:
    """CannotStart, in a sentence, where the database fails while the suite starts on it."""
    try:
        yield
    except (*AWAY, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotStart(explained(error)) from error


def refusal(error: Exception) -> str | None:
    """One sentence for what a person can mend of the database: it is away, not prepared, or refuses us; None for the rest."""
    if isinstance(error, asyncpg.InvalidPasswordError):
        return f"{explained(error)[:-1]}: correct the address; `python -m services migrate` gives roles the passwords in theirs."
    if not_prepared(error):
        return _NOT_PREPARED
    return explained(error) if isinstance(error, (*AWAY, asyncpg.InvalidCatalogNameError)) else None


def explained(error: Exception) -> str:
    """One sentence about a database that failed us, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, asyncpg.DiskFullError) or isinstance(cause.__cause__, asyncpg.DiskFullError):
        return "The disk of PostgreSQL is full: make room and start again; what was saved is kept."
    said = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
    return f"PostgreSQL cannot be used: {said}."


def not_prepared(error: BaseException | None) -> bool:
    """Whether an error says that the roles, schemas or tables have not been made yet."""
    while error is not None:
        if isinstance(error, _MISSING):
            return True
        error = error.__cause__
    return False


_MISSING = (
    asyncpg.UndefinedTableError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
)


_NOT_PREPARED = "This database is not prepared for this version yet: run `python -m services migrate` first."
_OVER_A_SANDBOX = "This database holds a sandbox: name another one for real data."
_OVER_REAL_DATA = (
    "The sandbox cannot be switched on over this database, which was not made for one: set SAFER_SANDBOX=false, or name "
    "another database."
)


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[None]:
    """Have whoever prepares the same database at the same time wait until this is done."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('prepare the installation', 0))")
        yield
    finally:
        await connection.close()


async def _admit(admin_url: str, schemas: Sequence[str], *, sandbox: bool) -> None:
    """Mark a new database as a sandbox's or not, for good; CannotStart where the mark says otherwise."""
    connection = await asyncpg.connect(admin_url)
    try:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ANY($1))", schemas):
            marked = await connection.fetchval("SELECT current_setting($1, true)", MARK) == "on"
            if sandbox and not marked:
                raise CannotStart(_OVER_REAL_DATA)
            if marked and not sandbox:
                raise CannotStart(_OVER_A_SANDBOX)
        elif sandbox:
            name = await connection.fetchval("SELECT quote_ident(current_database())")
            await connection.execute(f"ALTER DATABASE {name} SET {MARK} = 'on'")
    finally:
        await connection.close()


def _schemas(services: Sequence[Service]) -> list[str]:
    return [*(service.name for service in services), BUS]


def _owner_url(settings: Settings) -> str:
    if not settings.owner_database_url:
        raise CannotStart(
            f"SAFER_OWNER_DATABASE_URL is needed: PostgreSQL as the role {migrations.owner(settings.service)}."
        )
    return settings.owner_database_url


def _passwords(settings: Mapping[str, Settings]) -> dict[str, str]:
    """The roles' passwords, from the very addresses under which the services will use them."""
    found = {}
    for name, of_service in settings.items():
        for role, url in (
            (migrations.owner(name), of_service.owner_database_url),
            (migrations.runtime(name), of_service.database_url),
        ):
            found[role] = unquote(urlsplit(url).password or "")
    return found
