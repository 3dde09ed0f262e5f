"""What tests of training ask for: one started service for each module, and for each test its own instant."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase, run
from tests.service.training.running import Running, install, running


@pytest.fixture(scope="session")
def installed(databases: Databases) -> OwnDatabase:
    """A migrated database with the published programme."""
    database = databases.create()
    run(install(database))
    return database


@pytest.fixture
def database(databases: Databases, installed: OwnDatabase) -> Iterator[OwnDatabase]:
    """A copy for one test: each moves time, and is told what it caused alone."""
    with databases.lent(installed.name) as copy:
        yield copy


@pytest.fixture
async def started(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service, answering."""
    async with running(database) as started:
        yield started


@pytest.fixture
async def suite(started: Running) -> Running:
    """The same on Wednesday 7 October 2026 at noon, as if nothing had been told yet."""
    await started.begin()
    return started
