"""A gateway on a database of its own, with made-up clients of real agencies, and one small service behind it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest

from services.gateway.app import SERVICE
from shared import installation
from tests.postgres import Databases, OwnDatabase, run
from tests.service.gateway.running import Running, environment, running
from tests.service.gateway.sandbox import Sandbox, sandbox


@contextmanager
def prepared(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with the gateway's schema."""
    with databases.lent() as database:
        run(installation.prepare([SERVICE], environment(database)))
        yield database


@pytest.fixture(scope="package")
def template(databases: Databases) -> Iterator[OwnDatabase]:
    """A database to be copied."""
    with prepared(databases) as database:
        yield database


@pytest.fixture
def database(databases: Databases, template: OwnDatabase) -> Iterator[OwnDatabase]:
    """The gateway's database for one test."""
    with databases.lent(template.name) as own:
        yield own


@pytest.fixture
async def gateway(database: OwnDatabase) -> AsyncIterator[Running]:
    """A running gateway."""
    async with running(database) as started:
        yield started


@pytest.fixture
def http(gateway: Running) -> httpx.AsyncClient:
    """Calls the gateway."""
    return gateway.http


@pytest.fixture
async def box(database: OwnDatabase) -> AsyncIterator[Sandbox]:
    """A running sandbox."""
    async with sandbox(database) as started:
        yield started
