"""Two made-up services for tests of events: alpha says that things changed, beta writes down what it heard."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Identity, MetaData, insert, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

from shared.bus import Bus
from shared.bus.kafka import KafkaBus
from shared.bus.postgres import PostgresBus, install
from shared.db import Database, ServiceBase, Tx
from shared.events import Cause, Envelope, Event
from shared.migrations import bootstrap, runtime
from shared.now import Clock
from shared.outbox import emit
from tests.postgres import OwnDatabase


class Alpha(ServiceBase, service="alpha"):
    """Alpha's tables: only those that every service has."""

    __abstract__ = True


class Beta(ServiceBase, service="beta"):
    """Beta's tables."""

    __abstract__ = True


class Changed(Event, type="alpha.thing.changed.v1"):
    """A thing of alpha's changed for the `number`th time."""

    number: int


class Renamed(Event, type="alpha.thing.renamed.v1"):
    """Something that beta does not listen to."""


class Heard(Event, type="beta.effect.heard.v1"):
    """Beta wrote down what it heard."""


class Effect(Beta):
    """What beta heard."""

    __tablename__ = "effect"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[UUID]
    subject: Mapped[str]
    number: Mapped[int]
    traceparent: Mapped[str | None]


@dataclass(frozen=True)
class Place:
    """Where a bus is, so that another process can be told."""

    kind: str
    address: str
    prefix: str
    session_seconds: float = 10.0

    def bus(self) -> Bus:
        """A connection to the bus, as a process of its own would make one."""
        if self.kind == "kafka":
            return KafkaBus(self.address, prefix=self.prefix, partitions=3, session_seconds=self.session_seconds)
        return PostgresBus(self.address)


async def install_bus(database: OwnDatabase) -> None:
    """Make the bus's tables, as their own role."""
    await bootstrap(database.url(), ["bus"])
    connection = await asyncpg.connect(database.owner_url("bus"))
    try:
        await install(connection, [runtime("bus")])
    finally:
        await connection.close()


async def install_services(database: OwnDatabase) -> None:
    """Make both services' tables, each as its own role."""
    await bootstrap(database.url(), ["alpha", "beta"])
    for metadata in (Alpha.metadata, Beta.metadata):
        await _create(database, metadata)


async def _create(database: OwnDatabase, metadata: MetaData) -> None:
    schema = str(metadata.schema)
    engine = create_async_engine(database.owner_url(schema).replace("postgresql://", "postgresql+asyncpg://"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            tables = f"ALL TABLES IN SCHEMA {schema}"
            await connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {runtime(schema)}")
    finally:
        await engine.dispose()


@dataclass(frozen=True)
class Services:
    """Both services' connections, as their runtime roles."""

    alpha: Database
    beta: Database

    @classmethod
    def on(cls, database: OwnDatabase) -> "Services":
        """The services whose tables are on `database`."""
        return cls.at(database.runtime_url("alpha"), database.runtime_url("beta"))

    @classmethod
    def at(cls, alpha: str, beta: str) -> "Services":
        """The services at these addresses."""
        return cls(Database("alpha", alpha, Alpha.plumbing, Clock()), Database("beta", beta, Beta.plumbing, Clock()))

    async def close(self) -> None:
        """Close the connections."""
        await self.alpha.close()
        await self.beta.close()


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have relays and consumers run for the length of a `with` block, as a service's lifespan does."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def change(alpha: Database, subject: str, number: int, causes: Sequence[Cause] = ()) -> None:
    """One command of alpha's."""
    async with alpha.transaction() as tx:
        await emit(tx, Changed(subject=subject, number=number), causes)


async def write_down(tx: Tx, event: Changed, envelope: Envelope) -> None:
    """Beta's handler."""
    row = {"event_id": envelope.id, "subject": event.subject, "number": event.number, "traceparent": tx.traceparent}
    await tx.execute(insert(Effect), row)


async def effects(beta: Database) -> dict[str, list[int]]:
    """What beta heard, by subject, in the order in which it did."""
    heard: dict[str, list[int]] = {}
    async with beta.reading() as tx:
        for row in await tx.rows(select(Effect.subject, Effect.number).order_by(Effect.id)):
            heard.setdefault(row.subject, []).append(row.number)
    return heard
