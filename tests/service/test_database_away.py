"""The database goes away and comes back: callers are told so at once, nothing is lost, and the service mends itself."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.embedded import EmbeddedPostgres
from tests.postgres import Databases, OwnDatabase, run
from tests.service.escalations.running import COUNCIL, POLICE, Person, install, running

pytestmark = pytest.mark.anyio

ESCALATIONS = "/escalations/v1/escalations"


@contextmanager
def own_postgres(folder: Path) -> Iterator[tuple[EmbeddedPostgres, OwnDatabase]]:
    """A PostgreSQL that a test may stop, with the service installed."""
    server = EmbeddedPostgres(folder)
    try:
        database = Databases(server.start()).create()
        run(install(database))
        yield server, database
    finally:
        server.stop()


async def _seconds_until_served(person: Person) -> float:
    begun = time.monotonic()
    while (await person.get(ESCALATIONS)).status_code != 200:
        assert time.monotonic() - begun < 20
        await asyncio.sleep(0.05)
    return time.monotonic() - begun


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[tuple[EmbeddedPostgres, OwnDatabase]]:
    """The same, for a test."""
    with own_postgres(tmp_path / "postgres") as found:
        yield found


async def test_the_database_away(stoppable: tuple[EmbeddedPostgres, OwnDatabase]) -> None:
    """Every request is told within three seconds to come again, and is served within five of the database's return."""
    server, database = stoppable
    async with running(database) as suite:
        officer = suite.person(POLICE)
        matter = await officer.raised()
        assert server._server is not None
        server._server.kill()  # and not stopped, which would take its address with it
        server._server.wait()
        begun = time.monotonic()
        answers = await asyncio.gather(
            officer.raise_(),
            officer.get(ESCALATIONS),
            officer.get(f"{ESCALATIONS}/{matter['id']}"),
            suite.person(COUNCIL).does(matter, "acknowledge", etag='"1"'),
        )
        took = time.monotonic() - begun
        assert [answer.status_code for answer in answers] == [503] * len(answers)
        assert all(answer.headers["retry-after"] == "2" for answer in answers)
        assert took < 3
        assert server.revive()
        assert await _seconds_until_served(officer) < 5
        assert (await officer.get(f"{ESCALATIONS}/{matter['id']}")).json()["status"] == "open"
        begun = time.monotonic()
        assert (await suite.person(COUNCIL).does(matter, "acknowledge")).status_code == 200
        async with asyncio.timeout(10):
            await suite.runtime.relay.drain()
        assert await suite.outbox() == ["escalation.raised.v1", "escalation.acknowledged.v1"]
