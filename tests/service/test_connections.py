"""Connections as they are lent to a real PostgreSQL's: used again while they are sound, and never otherwise."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from shared import connections
from shared.connections import Connections
from shared.turns import Crowded
from tests.postgres import OwnDatabase

pytestmark = pytest.mark.anyio

PROCESS = "SELECT pg_backend_pid()"
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
END = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
async def two(empty_database: OwnDatabase) -> AsyncIterator[Connections]:
    """Two at most."""
    kept = Connections(lambda: asyncpg.connect(empty_database.url()), 2)
    yield kept
    await kept.close()


@pytest.fixture
async def beside(empty_database: OwnDatabase) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection that is none of them."""
    connection = await asyncpg.connect(empty_database.url())
    yield connection
    await connection.close()


async def process(two: Connections) -> Any:
    """Whose connection is lent now."""
    async with two.lent("a") as connection:
        return await connection.fetchval(PROCESS)


async def test_one_is_enough_for_those_who_come_one_after_the_other(two: Connections, beside: Any) -> None:
    assert len({await process(two) for _ in range(5)}) == 1
    assert await beside.fetchval(OPEN) == 1


async def test_each_has_its_own_at_one_time_and_no_more_are_opened_than_there_may_be(
    two: Connections, beside: Any
) -> None:
    async def used(kind: str) -> Any:
        async with two.lent(kind) as connection:
            await connection.fetchval("SELECT pg_sleep(0.02)")
            return await connection.fetchval(PROCESS)

    assert len(set(await asyncio.gather(*(used(kind) for kind in "abcabc")))) == 2
    assert await beside.fetchval(OPEN) == 2


async def test_a_refused_statement_costs_nobody_a_connection(two: Connections) -> None:
    before = await process(two)
    with pytest.raises(asyncpg.UndefinedTableError):
        async with two.lent("a") as connection:
            await connection.fetch("SELECT * FROM nowhere")
    assert await process(two) == before


async def test_one_whose_statement_was_cancelled_is_not_lent_again(two: Connections) -> None:
    before = await process(two)

    async def slow() -> None:
        async with two.lent("a") as connection:
            await connection.fetch("SELECT pg_sleep(30)")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(slow(), 0.1)
    async with asyncio.timeout(2):
        assert await process(two) != before


async def test_one_that_is_left_within_a_transaction_is_not_lent_again(two: Connections, beside: Any) -> None:
    before = await process(two)
    async with two.lent("a") as connection:
        await connection.execute("BEGIN")
    assert await beside.fetchval(OPEN) == 0
    assert await process(two) != before


async def test_those_whose_server_has_ended_them_are_not_lent_again(two: Connections, beside: Any) -> None:
    before = await process(two)
    await beside.execute(END)
    await asyncio.sleep(0.05)
    assert await process(two) != before


async def test_where_none_can_be_opened_the_turn_is_given_back() -> None:
    async def nowhere() -> Any:
        raise ConnectionRefusedError

    kept = Connections(nowhere, 1)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await process(kept)


async def test_who_waits_too_long_is_told(two: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two.turns, "_longest", 0.05)
    async with two.lent("a"), two.lent("b"):
        with pytest.raises(Crowded):
            await process(two)
    assert await process(two)


async def test_what_nobody_has_used_for_long_is_closed(
    two: Connections, beside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two.lent("a"), two.lent("b"):
        pass
    assert await beside.fetchval(OPEN) == 2
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.0)
    await process(two)
    await asyncio.sleep(0.05)
    assert await beside.fetchval(OPEN) == 1


async def test_closing_waits_for_what_is_under_way_and_leaves_none(two: Connections, beside: Any) -> None:
    async def used() -> Any:
        async with two.lent("a") as connection:
            return await connection.fetchval("SELECT 1 FROM pg_sleep(0.2)")

    await process(two)
    under_way = asyncio.create_task(used())
    await asyncio.sleep(0.05)
    await two.close()
    assert await under_way == 1
    assert await process(two)  # who comes late is served, and keeps nothing open
    await asyncio.sleep(0.05)
    assert await beside.fetchval(OPEN) == 0
