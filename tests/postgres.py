"""Databases for tests: made from a template in some thirty milliseconds, on one PostgreSQL for each test process."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg

from shared.embedded import Address
from shared.migrations import owner, runtime

T = TypeVar("T")


@dataclass(frozen=True)
class OwnDatabase:
    """A database that nobody else uses, on the tests' PostgreSQL."""

    address: Address
    name: str

    def url(self, role: str = "postgres") -> str:
        """Its address as any role; without one, as the superuser."""
        return self.address.url(role, self.name)

    def runtime_url(self, service: str) -> str:
        """Its address as a service runs on it."""
        return self.url(runtime(service))

    def owner_url(self, service: str) -> str:
        """Its address as a service's schema is migrated."""
        return self.url(owner(service))


Install = Callable[[OwnDatabase], Coroutine[Any, Any, None]]


class Databases:
    """Makes and drops databases; safe to use from fixtures of synchronous and of asynchronous tests."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._numbers = itertools.count(1)
        self._installed: dict[Install, OwnDatabase] = {}

    def create(self, template: str = "template1") -> OwnDatabase:
        """A new database, a copy of `template`."""
        database = OwnDatabase(self.address, f"test_{next(self._numbers)}")
        # Copying files is three times as fast as logging their content where nothing need survive a crash.
        self._execute(f"CREATE DATABASE {database.name} TEMPLATE {template} STRATEGY file_copy")
        return database

    def drop(self, database: OwnDatabase) -> None:
        """Drop a database, ending whatever sessions a test left."""
        self._execute(f"DROP DATABASE {database.name} WITH (FORCE)")

    @contextmanager
    def lent(self, template: str = "template1") -> Iterator[OwnDatabase]:
        """A new database for the length of a `with` block."""
        database = self.create(template)
        try:
            yield database
        finally:
            self.drop(database)

    @contextmanager
    def installed(self, install: Install) -> Iterator[OwnDatabase]:
        """A copy, for the length of a `with` block, of the database in which `install` has put what it puts there, once."""
        if install not in self._installed:
            database = self.create()
            run(install(database))
            self._installed[install] = database
        with self.lent(self._installed[install].name) as copy:
            yield copy

    def _execute(self, statement: str) -> None:
        run(self._executed(statement))

    async def _executed(self, statement: str) -> None:
        connection = await asyncpg.connect(self.address.url(database="postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine from a fixture that is not asynchronous."""
    return asyncio.run(work)
