"""What tests of governance ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase, run
from tests.service.governance.running import Running, install, running


@pytest.fixture(scope="session")
def installed(databases: Databases) -> OwnDatabase:
    """A migrated database, from which each test takes a copy."""
    database = databases.create()
    run(install(database))
    return database


@pytest.fixture
def database(databases: Databases, installed: OwnDatabase) -> Iterator[OwnDatabase]:
    """A migrated database of one's own."""
    with databases.lent(installed.name) as copy:
        yield copy


@pytest.fixture
async def suite(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service with the partnership's register, answering, on Wednesday 7 October 2026 at noon."""
    async with running(database) as started:
        yield started
