"""Two hundred people book the last twenty places of a session at once: twenty have them, the others wait as they arrived."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shared.migrations import runtime
from shared.policy import Role
from tests.bench.load import LENGTH, posted
from tests.bench.report import keep
from tests.bench.serving import served
from tests.postgres import Databases, OwnDatabase, run
from tests.service.training.running import COUNCIL, POLICE, SESSION, V1, Running, install, running
from tests.tokens import ISSUER, Tokens

PEOPLE, PLACES, ROUNDS = 200, 20, 5
PATH = f"{V1}/bookings"


@dataclass(frozen=True)
class Answered:
    """One booking: when it was sent and answered, and with what."""

    sent: float
    answered: float
    status: int
    body: dict[str, Any]


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with the service's schema."""
    with databases.lent() as lent:
        run(install(lent))
        yield lent


async def _planned(suite: Running) -> str:
    """A session of today's next year, so that it is still to come whenever this is run."""
    year = datetime.now(UTC).year + 1
    times = {"starts_at": f"{year}-03-03T12:00:00Z", "ends_at": f"{year}-03-03T13:00:00Z"}
    return str((await suite.planned(**SESSION | times | {"places": PLACES}))["id"])


async def _at_once(url: str, requests: list[bytes]) -> list[Answered]:
    """All of them, each over a connection of its own that is open before the first is sent."""
    at, ready, told = urlsplit(url), asyncio.Barrier(len(requests)), []

    async def one(request: bytes) -> None:
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        try:
            await ready.wait()
            sent = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            assert found, head
            body = await reader.readexactly(int(found[1]))
            told.append(Answered(sent, time.perf_counter(), int(head[9:12]), json.loads(body)))
        finally:
            writer.close()
            await writer.wait_closed()

    await asyncio.gather(*map(one, requests))
    return told


def _request(tokens: Tokens, session_id: str, number: int) -> bytes:
    headers = tokens.bearer(*POLICE, [Role.PRACTITIONER], subject=f"person-{number}")
    said = {"session_id": session_id, "name": f"Person {number}", "email": f"person-{number}@police.example"}
    return posted(PATH, headers | {"idempotency-key": str(uuid4())}, said)


def _check(told: list[Answered]) -> None:
    """Twenty places, the others wait, no error; and the order of arrival is the one number that each was given, without a gap."""
    assert [one.status for one in told] == [201] * len(told), next(one.body for one in told if one.status != 201)
    bodies = sorted((one.body for one in told), key=lambda body: int(body["arrival"]))
    assert [body["arrival"] for body in bodies] == list(range(1, len(told) + 1))
    assert [body["status"] for body in bodies] == ["booked"] * PLACES + ["waiting"] * (len(told) - PLACES)
    assert [body["position"] for body in bodies[PLACES:]] == list(range(1, len(told) - PLACES + 1))
    for one in told:  # who was answered before another asked, arrived before her
        assert all(one.body["arrival"] < other.body["arrival"] for other in told if one.answered < other.sent)


@pytest.mark.timeout(600)
async def test_the_last_places(database: OwnDatabase) -> None:
    tokens, url = Tokens(), database.url(runtime("training"))
    given: dict[str, Any] = {"service": "training", "url": url, "issuer": ISSUER, "keys": await tokens.fetch_keys()}
    async with running(database, datetime.now(UTC)) as suite:
        sessions = [await _planned(suite) for _ in range(ROUNDS + 1)]
    measured: list[list[float]] = []
    with served("tests.bench.ours", given) as ours:
        first, *sessions = sessions
        for tens in range(5):  # unmeasured: pools fill, statements are prepared
            await _at_once(ours, [_request(tokens, first, number) for number in range(10 * tens, 10 * tens + 10)])
        for session_id in sessions:
            told = await _at_once(ours, [_request(tokens, session_id, number) for number in range(PEOPLE)])
            _check(told)
            measured.append([one.answered - one.sent for one in told])
    async with running(database, datetime.now(UTC)) as suite:
        waiting = await suite.person(COUNCIL, Role.TRAINING_MANAGER).read(f"/sessions/{sessions[-1]}/waiting")
    assert [one["position"] for one in waiting["items"]] == list(range(1, PEOPLE - PLACES + 1))
    line = {
        "people": PEOPLE,
        "places": PLACES,
        "ours p50 ms": round(median(median(one) for one in measured) * 1000),
        "ours p95 ms": round(median(quantiles(one, n=20)[-1] for one in measured) * 1000),
        "slowest ms": round(max(max(one) for one in measured) * 1000),
        "to reach: p95 ms": 1000,
    }
    keep("the last places of a session, at once", line)
