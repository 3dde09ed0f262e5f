"""What tests of reviews ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase, run
from tests.service.reviews.running import Running, install, running


@pytest.fixture(scope="session")
def installed(databases: Databases) -> OwnDatabase:
    """A migrated database with a small register and the published reviews, from which copies are taken."""
    database = databases.create()
    run(install(database))
    return database


@pytest.fixture
def database(databases: Databases, installed: OwnDatabase) -> Iterator[OwnDatabase]:
    """A copy for one test: each moves time, and is told what it caused alone."""
    with databases.lent(installed.name) as copy:
        yield copy


@pytest.fixture
async def suite(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service, answering, from the sandbox's first instant, Wednesday 7 October 2026 in the morning."""
    async with running(database) as started:
        yield started
