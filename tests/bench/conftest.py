"""The benches' PostgreSQL keeps what is committed, as a real one does: a figure without that would flatter."""

import time
from collections.abc import Iterator

import pytest

from shared.embedded import Address, EmbeddedPostgres
from tests.bench.million import fill
from tests.postgres import Databases, OwnDatabase, run
from tests.service.escalations.running import install


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A PostgreSQL as embedded installations have it."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as address:
        yield address


@pytest.fixture(scope="session")
def filled(databases: Databases) -> Iterator[OwnDatabase]:
    """The escalations of a whole country, a million of two years; copied, and else untouched."""
    with databases.lent() as database:
        begun = time.perf_counter()
        run(install(database))
        run(fill(database.url(), 1_000_000))
        print(f"\na million escalations in {time.perf_counter() - begun:.0f} s")
        yield database


@pytest.fixture
def million(databases: Databases, filled: OwnDatabase) -> Iterator[OwnDatabase]:
    """A copy for one bench: another leaves hundreds of thousands of entries to be sealed, and tables as they were not planned for."""
    with databases.lent(filled.name) as copy:
        yield copy
