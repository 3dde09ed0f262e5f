"""Seals anew, under the present key, what an earlier one has sealed, so that the earlier one can be forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from shared.db import Database
from shared.vault import KEY_ID, Vault

BATCH = 500


@dataclass(frozen=True)
class Sealed:
    """A column of sealed values; `bound_to` says, by the row's primary key, to what each is bound."""

    column: InstrumentedAttribute[Any]
    bound_to: Callable[[Row[Any]], str]


async def reseal(database: Database, vault: Vault, sealed: Sealed) -> int:
    """Seal a column's values anew, a batch in each transaction; how many. ValueError for one that no key opens."""
    count = 0
    while batch := await _batch(database, vault, sealed):
        count += batch
    return count


async def _batch(database: Database, vault: Vault, sealed: Sealed) -> int:
    column, keys = sealed.column, sealed.column.class_.__table__.primary_key.columns
    earlier = func.substring(column, 1, KEY_ID) != vault.key_id  # null, where nothing is sealed, is not chosen
    async with database.transaction() as tx:
        rows = await tx.rows(select(*keys, column.label("sealed")).where(earlier).limit(BATCH).with_for_update())
        for row in rows:
            bound_to = sealed.bound_to(row)
            anew = vault.seal(vault.open(row.sealed, bound_to), bound_to)
            own = [key == getattr(row, key.name) for key in keys]
            await tx.execute(update(column.class_).where(*own).values({column: anew}))
    return len(rows)
