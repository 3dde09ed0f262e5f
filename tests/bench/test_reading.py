"""Reading and listing escalations, against FastAPI and asyncpg by hand with the same statements, record and model."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from shared.migrations import runtime
from shared.policy import Role
from tests.bench.load import Measured, best, load
from tests.bench.report import told
from tests.bench.serving import served
from tests.postgres import Databases, run
from tests.service.escalations.running import COUNCIL, POLICE, install, running
from tests.tokens import ISSUER, Tokens

ROUNDS, REQUESTS = 4, 1500
MATTERS = 120


@pytest.fixture(scope="module")
def given(databases: Databases) -> Iterator[dict[str, Any]]:
    """A database with matters, keys, and what both applications are told."""
    with databases.lent() as database:
        tokens = Tokens()
        run(_filled(database))
        url = database.url(runtime("escalations"))
        found = {"url": url, "issuer": ISSUER, "keys": run(tokens.fetch_keys())}
        ids = run(_ids(url))
        yield {"settings": found, "headers": tokens.bearer(*POLICE, [Role.PRACTITIONER]), "ids": ids}


async def _filled(database: Any) -> None:
    await install(database)
    async with running(database) as suite:
        officer = suite.person(POLICE)
        for _ in range(MATTERS):
            await officer.raised(receiving_agency_id=COUNCIL[0])


async def _ids(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT id FROM escalations.escalation")
    await connection.close()
    return [str(row["id"]) for row in rows]


def _compare(given: dict[str, Any], path: str) -> tuple[Measured, Measured]:
    with (
        served("tests.bench.ours", given["settings"]) as ours,
        served("tests.bench.by_hand", given["settings"]) as by_hand,
    ):
        rounds: dict[str, list[Measured]] = {ours: [], by_hand: []}
        for _ in range(ROUNDS):
            for url, done in rounds.items():
                done.append(asyncio.run(load(url + path, REQUESTS, headers=given["headers"])))
        return best(rounds[ours]), best(rounds[by_hand])


@pytest.mark.timeout(600)
def test_read_one(given: dict[str, Any]) -> None:
    """One escalation: token, policy, view, access record."""
    ours, by_hand = _compare(given, f"/escalations/v1/escalations/{given['ids'][0]}")
    told("read one escalation", ours, by_hand, reach=0.7)


@pytest.mark.timeout(600)
def test_list_50(given: dict[str, Any]) -> None:
    """Fifty, filtered and scoped, each with its access record."""
    ours, by_hand = _compare(given, "/escalations/v1/escalations?status=open&limit=50")
    told("list of 50, filtered and scoped", ours, by_hand, reach=0.7)
