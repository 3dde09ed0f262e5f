"""A service's PostgreSQL: its own schema, its runtime role's connections, and the transaction that a request runs in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import uuid_utils.compat
from sqlalchemy import CheckConstraint, DateTime, Executable, MetaData, Row, Select, Text, Uuid
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from shared.now import Clock, wall
from shared.plumbing import Plumbing, plumbing
from shared.prepared import Prepared, Record, keep_session, set_codecs

CONSTRAINTS = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ON_CONNECT = {
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}
CONNECT_SECONDS = 2.0


def one_of(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """A constraint that a column holds one of the codes, or nothing."""
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class ServiceBase(DeclarativeBase):
    """The parent of one service's tables: `class Base(ServiceBase, service="escalations"): __abstract__ = True`.

    It has that service's own metadata: its schema, the naming rule, and the `plumbing` tables that every service has.
    """

    plumbing: ClassVar[Plumbing]
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), str: Text(), UUID: Uuid()}

    def __init_subclass__(cls, service: str = "", **more: Any) -> None:
        """Give the parent of a service's tables its metadata."""
        if service:
            cls.metadata = MetaData(schema=service, naming_convention=CONSTRAINTS)
            cls.plumbing = plumbing(cls.metadata)
        super().__init_subclass__(**more)


def new_id() -> UUID:
    """A version 7 UUID: unique, and in the order of its making."""
    return uuid_utils.compat.uuid7()


@dataclass(slots=True)
class Tx:
    """One transaction, or one reading in autocommit: explicit statements in, rows out.

    `now` is the business instant at which it opened, `wall` the real one; both stay fixed throughout. A reading has a
    connection of the driver's own, `raw`; one of SQLAlchemy's is opened when a statement that is not prepared asks.
    """

    plumbing: Plumbing
    service: str
    now: datetime
    wall: datetime
    traceparent: str | None
    writable: bool
    open: Callable[[], Awaitable[AsyncConnection]]
    raw: Any = None

    async def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement. RuntimeError for anything but a `select` in a reading."""
        if not self.writable and not isinstance(statement, Select):
            raise RuntimeError("a reading changes nothing")
        return await (await self.open()).execute(statement, values)

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """All rows of a prepared statement. RuntimeError for anything but a `select` in a reading."""
        if not self.writable and not isinstance(prepared.statement, Select):
            raise RuntimeError("a reading changes nothing")
        return await self._sent(prepared, values)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What is done within is undone where it raises, and the transaction can go on."""
        async with (await self.open()).begin_nested():
            yield

    async def append(self, prepared: Prepared, values: Mapping[str, Any]) -> None:
        """Write an access record: the one thing that a reading, too, writes."""
        await self._sent(prepared, values)

    async def _sent(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        if self.raw is not None:
            found: Sequence[Any] = await self.raw.fetch(prepared.sql, *prepared.arguments(values))
            return found
        result = await (await self.open()).execute(prepared.statement, values)
        return result.all() if result.returns_rows else []

    async def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """All rows."""
        return (await self.execute(statement, values)).all()

    async def row(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Row[Any] | None:
        """The one row, or None."""
        return (await self.execute(statement, values)).one_or_none()

    async def scalar(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.execute(statement, values)).scalar()


class Database:
    """The connections of one service's runtime role."""

    def __init__(
        self, service: str, url: str, tables: Plumbing, clock: Clock, *, pool_size: int = 10, direct_url: str = ""
    ) -> None:
        self.service, self.plumbing, self.clock = service, tables, clock
        self._url, self._direct_url, self._pool_size = url, direct_url or url, pool_size
        self._pool: asyncpg.Pool[Record] | None = None
        self._opening = asyncio.Lock()
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            hide_parameters=True,  # an error's text never carries what a statement was about
            connect_args={
                "timeout": CONNECT_SECONDS,
                "server_settings": ON_CONNECT | {"application_name": service},
            },
        )
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self, traceparent: str | None = None) -> AsyncIterator[Tx]:
        """A read-write transaction, committed at the end of the block and rolled back by any exception."""
        async with self.engine.begin() as connection:

            async def opened() -> AsyncConnection:
                return connection

            yield self._tx(traceparent, opened, writable=True)

    @asynccontextmanager
    async def reading(self, traceparent: str | None = None) -> AsyncIterator[Tx]:
        """Reads in autocommit: each statement sees what is committed as it starts."""
        async with AsyncExitStack() as stack:
            connections: list[AsyncConnection] = []

            async def opened() -> AsyncConnection:
                if not connections:
                    connections.append(await stack.enter_async_context(self._autocommit.connect()))
                return connections[0]

            raw = await stack.enter_async_context((await self._reads()).acquire(timeout=CONNECT_SECONDS))
            yield self._tx(traceparent, opened, writable=False, raw=raw)

    async def alone(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """One statement that is a transaction of its own, in one round trip; the rows that it returns."""
        pool = await self._reads()
        async with pool.acquire(timeout=CONNECT_SECONDS) as raw:
            rows: Sequence[Any] = await raw.fetch(prepared.sql, *prepared.arguments(values))
        return rows

    def _tx(
        self,
        traceparent: str | None,
        opened: Callable[[], Awaitable[AsyncConnection]],
        *,
        writable: bool,
        raw: Any = None,
    ) -> Tx:
        return Tx(self.plumbing, self.service, self.clock.now(), wall(), traceparent, writable, opened, raw)

    async def _reads(self) -> "asyncpg.Pool[Record]":
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._url,
                        min_size=0,
                        max_size=self._pool_size,
                        record_class=Record,
                        init=set_codecs,
                        reset=keep_session,
                        timeout=CONNECT_SECONDS,
                        server_settings=ON_CONNECT | {"application_name": self.service},
                    )
        return self._pool

    async def direct(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of its own for advisory locks and LISTEN, which a pooler between would break."""
        settings = ON_CONNECT | {"application_name": f"{self.service} direct", "statement_timeout": "0"}
        return await asyncpg.connect(self._direct_url, timeout=CONNECT_SECONDS, server_settings=settings)

    async def close(self) -> None:
        """Close every pooled connection."""
        if self._pool:
            try:
                await asyncio.wait_for(self._pool.close(), CONNECT_SECONDS)
            except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
                self._pool.terminate()
        await self.engine.dispose()
