"""Reading and listing escalations, against FastAPI and asyncpg by hand that give the same answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

import asyncpg
import pytest

from shared.migrations import runtime
from shared.policy import Role
from tests.bench.load import in_turns, load, rate, request
from tests.bench.report import told
from tests.bench.serving import served
from tests.postgres import Databases, run
from tests.service.escalations.running import COUNCIL, POLICE, install, running
from tests.tokens import ISSUER, Tokens

ROUNDS, REQUESTS = 15, 250
MATTERS = 60


@pytest.fixture(scope="module")
def given(databases: Databases) -> Iterator[dict[str, Any]]:
    """A database with matters, keys, and what all applications are told."""
    with databases.lent() as database:
        tokens = Tokens()
        run(_filled(database))
        url = database.url(runtime("escalations"))
        found = {"url": url, "issuer": ISSUER, "agency": POLICE[0], "keys": run(tokens.fetch_keys())}
        yield {"settings": found, "headers": tokens.bearer(*POLICE, [Role.PRACTITIONER]), "id": run(_one(url))}


async def _filled(database: Any) -> None:
    await install(database)
    async with running(database) as suite:
        await suite.at(datetime.now(UTC))  # what is raised today is not overdue, and keeps no sweep busy
        officer = suite.person(POLICE)
        for _ in range(MATTERS):
            await officer.raised(receiving_agency_id=COUNCIL[0])


async def _one(url: str) -> str:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("SELECT id FROM escalations.escalation LIMIT 1")
    await connection.close()
    return str(found)


async def _compare(what: str, given: dict[str, Any], path: str) -> None:
    with (
        served("tests.bench.ours", given["settings"]) as ours,
        served("tests.bench.by_hand", given["settings"]) as by_hand,
        served("tests.bench.bare", given["settings"]) as bare,
    ):
        assert _answer(ours + path, given) == _answer(by_hand + path, given)
        sent = request(path, given["headers"])
        slices = await in_turns(ROUNDS, *(partial(load, url, sent, REQUESTS) for url in (ours, by_hand, bare)))
        told(
            what,
            slices[0],
            slices[1],
            reach=0.7,
            more={"bare Starlette and asyncpg per second": round(rate(slices[2]), 1)},
        )


def _answer(url: str, given: dict[str, Any]) -> Any:
    """What is said there; cursors differ, for each is signed over its own filter."""
    with urlopen(Request(url, headers=given["headers"])) as answer:
        found = json.load(answer)
    return found | {"next": bool(found.get("next"))}


@pytest.mark.timeout(600)
async def test_read_one(given: dict[str, Any]) -> None:
    """One escalation: token, policy, view, access record."""
    await _compare("read one escalation", given, f"/escalations/v1/escalations/{given['id']}")


@pytest.mark.timeout(600)
async def test_list_50(given: dict[str, Any]) -> None:
    """Fifty, filtered and scoped, each with its access record."""
    await _compare("list of 50, filtered and scoped", given, "/escalations/v1/escalations?status=open&limit=50")
