"""What proofs about every operation ask for: the suite, filled, on a copy of one database for each module."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from tests.postgres import Databases, OwnDatabase, run
from tests.service.doors.running import Doors, Filled, doors, install


@pytest.fixture(scope="session")
def installed(databases: Databases) -> Filled:
    """A database with the partnership's register and the council's records."""
    return run(install(databases.create()))


@pytest.fixture(scope="module")
def filled(databases: Databases, installed: Filled) -> Iterator[Filled]:
    """A copy for one module."""
    with databases.lent(installed.database.name) as copy:
        yield replace(installed, database=copy)


@pytest.fixture(scope="module")
def database(filled: Filled) -> OwnDatabase:
    """The module's database."""
    return filled.database


@pytest.fixture(scope="module")
async def suite(filled: Filled) -> AsyncIterator[Doors]:
    """Every service, answering."""
    async with doors(filled) as started:
        yield started
