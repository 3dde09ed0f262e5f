"""What was answered is committed, and what was not committed is not answered: over a real socket, on failing databases."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import func, select

from services.escalations.challenges.schemas import EXAMPLE
from services.escalations.escalations.models import Escalation, HistoryEntry
from tests.postgres import Databases, OwnDatabase
from tests.service.escalations.running import COUNCIL, POLICE, Person, Running, install, running
from tests.service.sockets import over_a_socket

pytestmark = pytest.mark.anyio

ESCALATIONS = "/escalations/v1/escalations"
AT_ONCE = 20
FAILS_AT_COMMIT = """
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused at commit'; END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON escalations.escalation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.refuse();
"""


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A migrated database of one's own."""
    with databases.installed(install) as copy:
        yield copy


@pytest.fixture
async def suite(database: OwnDatabase) -> AsyncIterator[Running]:
    """The escalations service behind a real socket."""
    async with listening(database) as started:
        yield started


@asynccontextmanager
async def listening(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service, whose people call it over a socket."""
    async with running(database) as started, over_a_socket(started.app) as client:
        yield Running(started.app, started.tokens, client)


async def command(database: OwnDatabase, statements: str) -> None:
    """Do something to the database that the service may not."""
    connection = await asyncpg.connect(database.url())
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def count(suite: Running, table: Any) -> int:
    """How many rows a table has."""
    async with suite.runtime.database.reading() as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))


async def together(*requests: Any) -> list[httpx.Response]:
    """The answers to requests sent at the same time."""
    return list(await asyncio.gather(*requests))


async def test_a_commit_that_fails_is_never_a_success(suite: Running, database: OwnDatabase) -> None:
    """The handler has finished, its answer is serialised, and then the commit fails: 500, and nothing has happened."""
    await command(database, FAILS_AT_COMMIT)
    answer = await suite.person(POLICE).raise_(key="the key")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "refused" not in answer.text
    assert await suite.outbox() == []
    assert await count(suite, Escalation) == 0
    assert await count(suite, suite.runtime.database.plumbing.idempotency) == 0
    await command(database, "DROP TRIGGER refuse ON escalations.escalation")
    again = await suite.person(POLICE).raise_(key="the key")
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


async def test_a_move_whose_commit_fails_is_never_a_success(suite: Running, database: OwnDatabase) -> None:
    """The same of a write that is no creation."""
    matter = await suite.person(POLICE).raised()
    await command(database, FAILS_AT_COMMIT)
    answer = await suite.person(COUNCIL).does(matter, "acknowledge")
    assert answer.status_code == 500
    assert (await suite.person(POLICE).get(f"{ESCALATIONS}/{matter['id']}")).json()["status"] == "open"
    assert await suite.outbox() == ["escalation.raised.v1"]


@pytest.mark.parametrize(("scope", "expected"), [(None, 200), ("function", 500)])
async def test_why_the_scope_of_a_transaction_is_function(scope: Any, expected: int) -> None:
    """FastAPI leaves a dependency of its default scope after the answer: a commit that fails there has said 200."""

    async def failing() -> AsyncIterator[None]:
        yield
        raise RuntimeError("the commit failed")

    app = FastAPI()

    @app.post("/")
    async def write(_: Annotated[None, Depends(failing, scope=scope)]) -> dict[str, str]:
        return {"written": "yes"}

    async with over_a_socket(app) as client:
        assert (await client.post("/")).status_code == expected


async def test_what_cannot_be_recorded_is_not_shown(suite: Running, database: OwnDatabase) -> None:
    """Without its access record no case is shown, whether read, listed, changed or refused."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    await command(database, "REVOKE INSERT ON escalations.access_record FROM escalations_runtime")
    path = f"{ESCALATIONS}/{matter['id']}"
    answers = {
        "read": await officer.get(path),
        "list": await officer.get(ESCALATIONS),
        "raise": await officer.raise_(),
        "change": await worker.does(matter, "acknowledge", etag='"1"'),
        "refused": await officer.get(f"{ESCALATIONS}/{uuid4()}"),
    }
    assert {what: answer.status_code for what, answer in answers.items()} == dict.fromkeys(answers, 503)
    for answer in answers.values():
        assert answer.headers["retry-after"]
        assert str(EXAMPLE["summary"]) not in answer.text
        assert matter["reference"] not in answer.text
    assert await suite.outbox() == ["escalation.raised.v1"]


async def test_twenty_times_the_same_at_once(suite: Running) -> None:
    """Identical requests at the same time: one is done, the others are answered as it was or told to wait."""
    officer = suite.person(POLICE)
    answers = await together(*(officer.raise_(key="the key") for _ in range(AT_ONCE)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert len([answer for answer in done if "idempotency-replayed" not in answer.headers]) == 1
    assert len({answer.json()["id"] for answer in done}) == 1
    assert await count(suite, Escalation) == 1
    assert await suite.outbox() == ["escalation.raised.v1"]
    again = await officer.raise_(key="the key")
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")


async def test_two_answers_at_the_same_time(suite: Running) -> None:
    """Of those who answer the same version at once, one does; the others are told that it has changed."""
    matter = await suite.person(POLICE).raised()
    people: list[Person] = [suite.person(COUNCIL, subject=f"worker-{number}") for number in range(5)]
    answers = await together(
        *(
            one.does(matter, "respond", etag='"1"', text=f"Answer {number}.", seniority="practitioner")
            for number, one in enumerate(people)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: len(people) - 1}
    assert (await suite.outbox()).count("escalation.responded.v1") == 1
    assert await count(suite, HistoryEntry) == 2


async def test_an_answer_is_forgotten_after_a_day(database: OwnDatabase) -> None:
    """It was kept for whoever sends the same again, and may have been about a child."""
    connection = await asyncpg.connect(database.url())
    try:
        await connection.execute(
            "INSERT INTO escalations.idempotency (key, payload, status, headers, body, shown, stored_at)"
            " SELECT (hours || ' hours')::bytea, '', 200, '{}', '', '[]', now() - make_interval(hours => hours)"
            " FROM unnest(ARRAY[23, 25, 99]) AS hours"
        )
        async with running(database), asyncio.timeout(60):
            while len(kept := await connection.fetch("SELECT key FROM escalations.idempotency")) == 3:  # noqa: ASYNC110 - another task deletes them
                await asyncio.sleep(0.02)
    finally:
        await connection.close()
    assert [row["key"] for row in kept] == [b"23 hours"]
