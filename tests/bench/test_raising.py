"""Raising an escalation over HTTP, against asyncpg that sends the same statements by hand, without HTTP or any decision."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.escalations.challenges.schemas import EXAMPLE
from shared.db import ON_CONNECT
from shared.migrations import runtime
from shared.policy import Role
from tests.bench.heard import Anew, Statement, heard, sent_by_hand
from tests.bench.load import Measured, in_turns, load, posted
from tests.bench.report import told
from tests.bench.serving import served
from tests.postgres import Databases, OwnDatabase, run
from tests.service.escalations.running import COUNCIL, POLICE, install, running
from tests.tokens import ISSUER, Tokens

ROUNDS, REQUESTS = 15, 120
CONNECTIONS = 8
PATH = "/escalations/v1/escalations"
CHALLENGE = {**EXAMPLE, "receiving_agency_id": COUNCIL[0]}


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with the service's schema."""
    with databases.lent() as lent:
        run(install(lent))
        yield lent


async def _heard(database: OwnDatabase) -> Anew:
    """What one challenge sends, about a child that is known from an earlier one."""
    sent: list[list[Statement]] = []
    async with running(database) as suite:
        await suite.at(datetime.now(UTC))  # what is raised today is not overdue, and keeps no sweep busy
        officer = suite.person(POLICE)
        await officer.raised(**CHALLENGE)
        for _ in range(2):
            async with heard(suite.runtime.database, "transactions") as statements:
                await officer.raised(**CHALLENGE)
            sent.append(list(statements))
    return Anew(*sent)


async def _by_hand(pool: "asyncpg.Pool[asyncpg.Record]", anew: Anew) -> Measured:
    """One slice of the same statements, over as many connections."""
    raised = iter([anew.statements() for _ in range(REQUESTS)])
    times: list[float] = []

    async def one() -> None:
        async with pool.acquire() as connection:
            for statements in raised:
                started = time.perf_counter()
                await sent_by_hand(connection, statements)
                times.append(time.perf_counter() - started)

    begun, computed = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    elapsed = time.perf_counter() - begun
    return Measured(REQUESTS, elapsed, times, (time.process_time() - computed) / elapsed)


@pytest.fixture(scope="module")
def anew(database: OwnDatabase) -> Anew:
    """What one challenge sends."""
    return run(_heard(database))


@pytest.mark.timeout(600)
async def test_raise(database: OwnDatabase, anew: Anew) -> None:
    """Idempotent, locked, with its clocks, letters, event and access record."""
    tokens, url = Tokens(), database.url(runtime("escalations"))
    given: dict[str, Any] = {"service": "escalations", "url": url, "issuer": ISSUER, "keys": await tokens.fetch_keys()}
    headers = tokens.bearer(*POLICE, [Role.PRACTITIONER])
    pool = asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings=ON_CONNECT)
    with served("tests.bench.ours", given) as ours:
        async with pool as connections:
            raised = partial(load, ours + PATH, lambda _: _challenge(headers), REQUESTS, expected=201)
            slices = await in_turns(ROUNDS, raised, partial(_by_hand, connections, anew))
    # The reference computes in the bench's own process: how busy that is says nothing of the load generator.
    told("raise an escalation", *slices, reach=0.5, more={"statements": len(anew.statements())})


def _challenge(headers: dict[str, str]) -> bytes:
    return posted(PATH, headers | {"idempotency-key": str(uuid4())}, CHALLENGE)
