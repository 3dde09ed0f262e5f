"""The benches' PostgreSQL keeps what is committed, as a real one does: a figure without that would flatter."""

from collections.abc import Iterator

import pytest

from shared.embedded import Address, EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A PostgreSQL as embedded installations have it."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as address:
        yield address
