"""What tests of one service ask for: a bus of each kind."""

from uuid import uuid4

import pytest

from shared.migrations import runtime
from tests.eventing import Place, install_bus
from tests.postgres import OwnDatabase, run


@pytest.fixture(params=["postgres", "kafka"])
def bus_place(request: pytest.FixtureRequest) -> Place:
    """Where a bus of one's own is: the test runs once on each kind, PostgreSQL's log table and a real Kafka broker."""
    if request.param == "kafka":
        return Place("kafka", request.getfixturevalue("kafka_servers"), prefix=f"{uuid4()}-")
    database: OwnDatabase = request.getfixturevalue("empty_database")
    run(install_bus(database))
    return Place("postgres", database.url(runtime("bus")), prefix="")
