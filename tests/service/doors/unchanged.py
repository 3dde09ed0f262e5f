"""Whether anything at all was written: a digest of every row of every service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.composition import SERVICES
from tests.postgres import OwnDatabase
from tests.service.doors.running import Doors

# Refusals are written down, and every minute what was written down is sealed, and told.
MAY_CHANGE = {"access_record", "sealed_entry", "tree_node", "tree_head"}
SEALED = ".access_record.sealed."  # the event that tells, wherever it is kept


@asynccontextmanager
async def nothing_written(suite: Doors, database: OwnDatabase) -> AsyncIterator[None]:
    """What happens within leaves every row as it was, apart from the record of refusals."""
    await suite.settle()
    before = await _digests(database)
    assert len(before) > 40
    yield
    await suite.settle()
    after = await _digests(database)
    assert {name for name, digest in before.items() if after[name] != digest} == set()


async def _digests(database: OwnDatabase) -> dict[str, str]:
    connection = await asyncpg.connect(database.url())
    try:
        tables = await connection.fetch(
            "SELECT table_schema || '.' || table_name AS name, table_name AS short FROM information_schema.tables"
            " WHERE table_schema = ANY($1) AND table_type = 'BASE TABLE'",
            list(SERVICES),
        )
        return {
            table["name"]: await connection.fetchval(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table['name']} t"
                f" WHERE t::text NOT LIKE '%{SEALED}%'"
            )
            for table in tables
            if table["short"] not in MAY_CHANGE
        }
    finally:
        await connection.close()
