"""What tests of training ask for: one started service for each module, and for each test its own instant."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase
from tests.service.training.running import Running, install, running


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A copy for one test: each moves time, and is told what it caused alone."""
    with databases.installed(install) as copy:
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
