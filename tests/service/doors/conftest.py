"""What proofs about every operation ask for: the suite, filled, on a copy of one database for each module."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase, run
from tests.service.doors.running import Doors, doors, fill, install


@pytest.fixture(scope="session")
def installed(databases: Databases) -> OwnDatabase:
    """A database with the partnership's register."""
    database = databases.create()
    run(install(database))
    return database


@pytest.fixture(scope="module")
def database(databases: Databases, installed: OwnDatabase) -> Iterator[OwnDatabase]:
    """A copy for one module."""
    with databases.lent(installed.name) as copy:
        yield copy


@pytest.fixture(scope="module")
async def suite(database: OwnDatabase) -> AsyncIterator[Doors]:
    """Every service, answering, with the council's records."""
    async with doors(database) as started:
        await fill(started)
        yield started
