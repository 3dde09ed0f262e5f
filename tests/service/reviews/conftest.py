"""What tests of reviews ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase
from tests.service.reviews.running import Running, install, running


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A copy for one test: each moves time, and is told what it caused alone."""
    with databases.installed(install) as copy:
        yield copy


@pytest.fixture
async def suite(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service, answering, from the sandbox's first instant, Wednesday 7 October 2026 in the morning."""
    async with running(database) as started:
        yield started
