"""What tests of governance ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import Databases, OwnDatabase
from tests.service.governance.running import Running, install, running


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A migrated database of one's own."""
    with databases.installed(install) as copy:
        yield copy


@pytest.fixture
async def suite(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service with the partnership's register, answering, on Wednesday 7 October 2026 at noon."""
    async with running(database) as started:
        yield started
