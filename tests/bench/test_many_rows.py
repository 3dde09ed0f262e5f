"""Lists and readings over a million escalations, against the same over a thousand: who has many waits no longer."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import asyncpg
import pytest

from shared.policy import AgencyType, Role
from tests.bench.load import Slice, in_turns, load, p50, p95, request
from tests.bench.million import fill
from tests.bench.report import keep
from tests.bench.serving import served
from tests.postgres import Databases, OwnDatabase, run
from tests.service.escalations.running import COUNCIL, install
from tests.tokens import ISSUER, Tokens

ROUNDS, REQUESTS, CONNECTIONS = 15, 120, 4
PATH = "/escalations/v1/escalations"
# Two in ten matters of what `fill` makes are received by this one, so that a thousand are enough for whole pages.
SCHOOL = ("agency-201", AgencyType.SCHOOL_MAINTAINED)


@pytest.fixture
def thousand(databases: Databases) -> Iterator[OwnDatabase]:
    """A partnership's first year or so."""
    with databases.lent() as database:
        run(install(database))
        run(fill(database.url(), 1000))
        yield database


async def _ids(database: OwnDatabase) -> list[str]:
    connection = await asyncpg.connect(database.url())
    rows = await connection.fetch(
        "SELECT escalation_id FROM escalations.party WHERE agency_id = $1 ORDER BY escalation_id LIMIT 150", SCHOOL[0]
    )
    await connection.close()
    return [str(row["escalation_id"]) for row in rows]


@pytest.mark.timeout(1200)
async def test_many_rows(thousand: OwnDatabase, million: OwnDatabase) -> None:
    """A party's own list, the business unit's list of all, and one matter, each row with its access record."""
    tokens = Tokens()
    school, unit = tokens.bearer(*SCHOOL, [Role.PRACTITIONER]), tokens.bearer(*COUNCIL, [Role.BUSINESS_UNIT])
    few, many = [await _given(database, tokens) for database in (thousand, million)]
    with served("tests.bench.ours", few) as at_few, served("tests.bench.ours", many) as at_many:
        for what, headers, path in (
            ("own list of 50", school, f"{PATH}?status=closed&limit=50"),
            ("list of 50 of all", unit, f"{PATH}?status=closed&limit=50"),
            ("read one", school, ""),
        ):
            at = ((at_few, few["ids"]), (at_many, many["ids"]))
            slices = await in_turns(ROUNDS, *(_reads(url, headers, path, ids) for url, ids in at))
            line = {"p95 ms, a million": p95(slices[1]), "p95 ms, a thousand": p95(slices[0])}
            line |= {"p50 ms, a million": p50(slices[1]), "p50 ms, a thousand": p50(slices[0])}
            told: dict[str, float | str] = {"p95 ratio": round(p95(slices[1]) / p95(slices[0]), 2), "to reach": "≤ 1.2"}
            keep(f"{what}, 10⁶ rows against 10³", told | {name: round(value, 2) for name, value in line.items()})


async def _given(database: OwnDatabase, tokens: Tokens) -> dict[str, Any]:
    url = database.runtime_url("escalations")
    return {
        "service": "escalations",
        "url": url,
        "issuer": ISSUER,
        "keys": await tokens.fetch_keys(),
        "ids": await _ids(database),
    }


def _reads(url: str, headers: dict[str, str], path: str, ids: list[str]) -> Slice:
    """Slices of one path, or of one matter after another."""
    if path:
        return partial(load, url, request(path, headers), REQUESTS, connections=CONNECTIONS)
    numbers = count()
    each = [request(f"{PATH}/{one}", headers) for one in ids]
    return partial(load, url, lambda _: each[next(numbers) % len(each)], REQUESTS, connections=CONNECTIONS)
