"""A service's PostgreSQL: its own schema, its runtime role's connections, and the transaction that a request runs in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import uuid_utils.compat
from prometheus_client import Gauge
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    Executable,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import NULLTYPE

from shared.connections import CONNECT_SECONDS, Connections
from shared.now import Clock, wall
from shared.plumbing import Plumbing, plumbing
from shared.prepared import Prepared, Record, Result, fetched, inserting, send, set_codecs

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
TRANSACTIONS, READINGS = "transactions", "readings"
WAITING = Gauge("safer_database_waiting", "Requests and events that wait for a connection.", ["service", "use"])


def one_of(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """A constraint that a column holds one of the codes, or nothing."""
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def gathered(table: type[Any], of: ColumnElement[bool], *order: Any) -> ColumnElement[Any]:
    """The rows of a table as one column, in their order: what belongs to a record comes in the same round trip, null for none."""
    row = aggregate_order_by(table.__table__.table_valued(), *order)
    return select(func.array_agg(row, type_=NULLTYPE)).where(of).scalar_subquery()


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


def table_of(declared: type[ServiceBase]) -> Table:
    """The table that a class declares."""
    table = declared.__table__
    assert isinstance(table, Table)
    return table


def new_id() -> UUID:
    """A version 7 UUID: unique, and in the order of its making."""
    return uuid_utils.compat.uuid7()


@dataclass(slots=True)
class Tx:
    """One transaction, or one reading in autocommit, on a connection of the driver's: explicit statements in, rows out.

    `now` is the business instant at which it opened, `wall` the real one; both stay fixed throughout.
    """

    plumbing: Plumbing
    service: str
    now: datetime
    wall: datetime
    traceparent: str | None
    writable: bool
    raw: Any

    async def execute(
        self,
        statement: Executable | Prepared,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> Result:
        """Run a statement. RuntimeError for anything but a `select` in a reading."""
        built = statement.statement if isinstance(statement, Prepared) else statement
        if not self.writable and not isinstance(built, Select):
            raise RuntimeError("a reading changes nothing")
        return await send(self.raw, statement, values)

    async def add(self, table: Any, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Insert a row, or several of the same columns in one round trip. RuntimeError in a reading."""
        rows = [rows] if isinstance(rows, Mapping) else rows
        if rows:
            declared = table if isinstance(table, Table) else table.__table__
            await self.execute(inserting(declared, tuple(rows[0])), rows)

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """All rows of a prepared statement. RuntimeError for anything but a `select` in a reading."""
        if not self.writable and not isinstance(prepared.statement, Select):
            raise RuntimeError("a reading changes nothing")
        return await fetched(self.raw, prepared.statement, prepared.sql, prepared.arguments(values))

    @asynccontextmanager
    async def one_instant(self) -> AsyncIterator[None]:
        """All that a reading reads within is as it stood when it first read there."""
        async with self.raw.transaction(isolation="repeatable_read", readonly=True):
            yield

    async def batches(
        self, prepared: Prepared, values: Mapping[str, Any], size: int
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """The rows of a `select`, so many at a time, by a cursor: within a transaction, or `one_instant` of a reading."""
        cursor = await self.raw.cursor(prepared.sql, *prepared.arguments(values))
        while rows := await cursor.fetch(size):
            yield rows

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What is done within is undone where it raises, and the transaction can go on."""
        async with self.raw.transaction():
            yield

    async def copy(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Write many rows that are new, each in the order of the table's columns: half the work of an `INSERT`."""
        await self.raw.copy_records_to_table(
            table.name, schema_name=table.schema, columns=[column.name for column in table.columns], records=rows
        )

    async def append(self, prepared: Prepared, values: Mapping[str, Any]) -> None:
        """Write an access record: the one thing that a reading, too, writes."""
        await self.raw.fetch(prepared.sql, *prepared.arguments(values))

    async def rows(
        self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """All rows."""
        return (await self.execute(statement, values)).records

    async def row(self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None) -> Row[Any] | None:
        """The one row, or None. ValueError for several."""
        found = await self.rows(statement, values)
        if not found:
            return None
        (row,) = found
        return row

    async def scalar(self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.execute(statement, values)).scalar()


class Database:
    """The connections of one service's runtime role: some for transactions, some for readings, opened as needed.

    Where there are fewer than are wanted, those of one kind (an operation's requests, the service's own work) have them in
    the order in which they came, and the kinds one after the other. Crowded for whoever would wait, or has waited, too long.
    """

    def __init__(
        self, service: str, url: str, tables: Plumbing, clock: Clock, *, pool_size: int = 10, direct_url: str = ""
    ) -> None:
        self.service, self.plumbing, self.clock = service, tables, clock
        self._url, self._direct_url = url, direct_url or url
        self.connections = {use: Connections(self._connect, pool_size) for use in (TRANSACTIONS, READINGS)}
        for use, connections in self.connections.items():
            WAITING.labels(service, use).set_function(connections.turns.waiting)

    @asynccontextmanager
    async def transaction(self, traceparent: str | None = None, kind: str = "") -> AsyncIterator[Tx]:
        """A read-write transaction, committed at the end of the block and rolled back by any exception."""
        async with self.connections[TRANSACTIONS].lent(kind) as raw, raw.transaction():
            yield self._tx(traceparent, raw, writable=True)

    @asynccontextmanager
    async def reading(self, traceparent: str | None = None, kind: str = "") -> AsyncIterator[Tx]:
        """Reads in autocommit: each statement sees what is committed as it starts."""
        async with self.connections[READINGS].lent(kind) as raw:
            yield self._tx(traceparent, raw, writable=False)

    async def alone(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """One statement that is a transaction of its own, in one round trip; the rows that it returns."""
        async with self.connections[READINGS].lent("alone") as raw:
            return await fetched(raw, prepared.statement, prepared.sql, prepared.arguments(values))

    def _tx(self, traceparent: str | None, raw: Any, *, writable: bool) -> Tx:
        return Tx(self.plumbing, self.service, self.clock.now(), wall(), traceparent, writable, raw)

    async def _connect(self) -> "asyncpg.Connection[Record]":
        settings = ON_CONNECT | {"application_name": self.service}
        connection = await asyncpg.connect(self._url, record_class=Record, server_settings=settings)
        await set_codecs(connection)
        return connection

    async def direct(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of its own for advisory locks and LISTEN, which a pooler between would break."""
        settings = ON_CONNECT | {"application_name": f"{self.service} direct", "statement_timeout": "0"}
        return await asyncpg.connect(self._direct_url, timeout=CONNECT_SECONDS, server_settings=settings)

    async def close(self) -> None:
        """Close every connection that was opened for others' use."""
        for connections in self.connections.values():
            await connections.close()
