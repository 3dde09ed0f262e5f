"""What tests of one service ask for: a bus of each kind."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from shared.migrations import runtime
from tests.eventing import Place, Services, install_bus, install_services
from tests.postgres import Databases, OwnDatabase, run


@pytest.fixture(params=["postgres", "kafka"])
def bus_place(request: pytest.FixtureRequest) -> Place:
    """Where a bus of one's own is: the test runs once on each kind, PostgreSQL's log table and a real Kafka broker."""
    if request.param == "kafka":
        return Place("kafka", request.getfixturevalue("kafka_servers"), prefix=f"{uuid4()}-")
    database: OwnDatabase = request.getfixturevalue("empty_database")
    run(install_bus(database))
    return Place("postgres", database.url(runtime("bus")), prefix="")


@pytest.fixture
async def services(service_database: OwnDatabase) -> AsyncIterator[Services]:
    """Two made-up services, alpha and beta, with tables of their own."""
    services = Services.on(service_database)
    yield services
    await services.close()


@pytest.fixture
def service_database(databases: Databases) -> Iterator[OwnDatabase]:
    """The database on which they are."""
    with databases.lent() as database:
        run(install_services(database))
        yield database
