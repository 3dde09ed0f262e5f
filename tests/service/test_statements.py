"""Statements as commands write them, on their way to the driver: lists, rows, defaults, JSON, counts, and refusals."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import delete, func, insert, select, text, true, update

from shared.db import Database, Tx, gathered, new_id
from shared.prepared import Prepared
from tests.eventing import Services, install_services
from tests.postgres import Databases, OwnDatabase, run

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def installed(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with two services' plumbing."""
    with databases.lent() as database:
        run(install_services(database))
        yield database


@pytest.fixture
async def alpha(installed: OwnDatabase) -> AsyncIterator[Database]:
    """One of them, whose table of dead letters the tests write to and empty."""
    services = Services.on(installed)
    yield services.alpha
    async with services.alpha.transaction() as tx:
        await tx.execute(delete(tx.plumbing.dead_letter))
        await tx.execute(delete(tx.plumbing.business_clock))
    await services.close()


def letter(database: Database, **values: Any) -> dict[str, Any]:
    """A row of dead letters."""
    row = {"event_id": new_id(), "consumer": "a", "envelope": {"n": [1, None]}, "error": "e", "attempts": 1}
    return row | {"dead_at": database.clock.now()} | values


async def test_rows_of_one_statement_and_lists_of_any_length(alpha: Database) -> None:
    table = alpha.plumbing.dead_letter
    async with alpha.transaction() as tx:
        await tx.execute(insert(table), [letter(alpha, attempts=number) for number in range(5)])
    async with alpha.reading() as tx:
        for wanted in ([0], [1, 2, 3], [], [0, 4]):
            found = await tx.rows(select(table.c.attempts).where(table.c.attempts.in_(wanted)).order_by(table.c.id))
            assert [row.attempts for row in found] == wanted


async def test_one_shape_with_other_values(alpha: Database) -> None:
    """What was compiled for the first is used for the second, with the second's values."""
    table = alpha.plumbing.dead_letter
    async with alpha.transaction() as tx:
        await tx.execute(insert(table), [letter(alpha, consumer="a"), letter(alpha, consumer="b")])
        for consumer in ("a", "b", "c"):
            count = select(func.count()).select_from(table).where(table.c.consumer == consumer)
            assert await tx.scalar(count) == (0 if consumer == "c" else 1)


async def test_json_there_and_back(alpha: Database) -> None:
    table = alpha.plumbing.dead_letter
    values: list[Any] = [{"a": {"é": [1, 2.5, None, True]}}, [], "a text", None]
    for value in values:
        async with alpha.transaction() as tx:
            made = await tx.execute(insert(table).returning(table.c.id), letter(alpha, envelope=value))
            row = await tx.row(select(table.c.envelope).where(table.c.id == made.one().id))
        assert row is not None
        assert row.envelope == value


async def test_how_many(alpha: Database) -> None:
    table = alpha.plumbing.dead_letter
    async with alpha.transaction() as tx:
        await tx.execute(insert(table), [letter(alpha) for _ in range(3)])
        assert (await tx.execute(update(table).values(attempts=9))).rowcount == 3
        assert (await tx.execute(delete(table).where(table.c.attempts == 8))).rowcount == 0
        assert (await tx.execute(delete(table).returning(table.c.id))).rowcount == 3
        assert await tx.row(select(table.c.id)) is None


async def test_what_a_column_holds_where_nothing_is_said(alpha: Database) -> None:
    clock = alpha.plumbing.business_clock
    async with alpha.transaction() as tx:
        await tx.execute(insert(clock), {"offset": timedelta(days=1)})
        assert await tx.scalar(select(clock.c.one)) is True


async def test_refusals_are_the_drivers_and_undo_what_was_done(alpha: Database) -> None:
    table, clock = alpha.plumbing.dead_letter, alpha.plumbing.business_clock
    async with alpha.transaction() as tx:
        await tx.execute(insert(clock), {"offset": timedelta()})
        with pytest.raises(asyncpg.UniqueViolationError):
            await _twice(alpha, tx)
        assert await tx.scalar(select(func.count()).select_from(table)) == 0
        assert await tx.scalar(select(func.count()).select_from(clock)) == 1


async def _twice(alpha: Database, tx: Tx) -> None:
    async with tx.savepoint():
        await tx.execute(insert(alpha.plumbing.dead_letter), letter(alpha))
        await tx.execute(insert(alpha.plumbing.business_clock), {"offset": timedelta()})


async def test_what_a_transaction_sets_ends_with_it(alpha: Database) -> None:
    """Connections go back as they came, for nothing resets them."""
    for _ in range(2):
        async with alpha.transaction() as tx:
            assert await tx.scalar(select(func.current_setting("lock_timeout"))) == "5s"
            await tx.execute(text("SET LOCAL lock_timeout = '1s'"))
            assert await tx.scalar(select(func.current_setting("lock_timeout"))) == "1s"


async def test_a_reading_changes_nothing(alpha: Database) -> None:
    async with alpha.reading() as tx:
        with pytest.raises(RuntimeError, match="changes nothing"):
            await tx.execute(delete(alpha.plumbing.dead_letter))


@pytest.mark.parametrize("way", ["fetch", "prepared", "built", "alone", "reading"])
async def test_a_column_that_a_migration_adds_meanwhile(installed: OwnDatabase, alpha: Database, way: str) -> None:
    """A process of the version before reads whole rows still, though the driver had learnt how they were made."""
    table = alpha.plumbing.dead_letter

    class Letters:
        __table__ = table

    built = select(gathered(Letters, true(), table.c.id).label("letters"))
    whole = Prepared(built)

    async def read() -> list[str]:
        if way == "alone":
            (row,) = await alpha.alone(whole, {})
        else:
            async with alpha.reading() if way == "reading" else alpha.transaction() as tx:
                found = tx.fetch(whole, {}) if way == "fetch" else tx.rows(built if way == "built" else whole)
                (row,) = await found
        return [letter["consumer"] for letter in row["letters"]]

    async with alpha.transaction() as tx:
        await tx.execute(insert(table), letter(alpha))
    assert await read() == ["a"]
    owner = await asyncpg.connect(installed.owner_url("alpha"))
    await owner.execute("ALTER TABLE alpha.dead_letter ADD COLUMN added text")
    try:
        assert await read() == ["a"]
        async with alpha.transaction() as tx:
            await tx.execute(insert(table), letter(alpha, consumer="b"))
        assert await read() == ["a", "b"]
    finally:
        await owner.execute("ALTER TABLE alpha.dead_letter DROP COLUMN added")
        await owner.close()
