"""The statements that one request sends, heard on their way, and sent again by hand with values of their own."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from asyncpg.connection import LoggedQuery

from shared.db import Database

REFERENCE = re.compile(r"ESC-\d{4}-\d+")
NUMBERS = count(1_000_000)


@dataclass(frozen=True)
class Statement:
    """One statement as the driver was given it; `many` where its values are several rows'."""

    sql: str
    values: Sequence[Any]
    many: bool


@asynccontextmanager
async def heard(database: Database, use: str) -> AsyncIterator[list[Statement]]:
    """The statements that reach the database meanwhile over the connections of one use, without those that begin and end."""
    sent: list[Statement] = []

    def hear(query: LoggedQuery) -> None:
        if query.query not in ("BEGIN;", "COMMIT;"):
            sent.append(Statement(query.query, query.args, isinstance(query.args, list)))

    connections = database.connections[use]
    connections.each(lambda connection: connection.add_query_logger(hear))
    yield sent
    await asyncio.sleep(0)  # the last is told when the loop comes round
    connections.each(lambda connection: connection.remove_query_logger(hear))


async def sent_by_hand(connection: asyncpg.Connection[asyncpg.Record], statements: Sequence[Statement]) -> None:
    """Send them in one transaction."""
    async with connection.transaction():
        for one in statements:
            if one.many:
                await connection.executemany(one.sql, one.values)
            else:
                await connection.fetch(one.sql, *one.values)


class Anew:
    """Makes of two hearings of the same request the statements of a third: what differed between them is new each time.

    What is the same in both, a child known before or a ladder, stays; ids, references and keys of the request are its own.
    """

    def __init__(self, first: Sequence[Statement], second: Sequence[Statement]) -> None:
        assert [one.sql for one in first] == [one.sql for one in second]
        common = set(_owned(first)) & set(_owned(second))
        self._statements = second
        self._own = [value for value in dict.fromkeys(_owned(second)) if value not in common]

    def statements(self) -> list[Statement]:
        """The statements with ids, references and keys that nobody has used."""
        new = {value: _new(value) for value in self._own}
        texts = {str(value): str(now) for value, now in new.items() if isinstance(value, UUID | str)}
        anywhere = re.compile("|".join(map(re.escape, texts)))
        return [Statement(one.sql, _replaced(one.values, new, texts, anywhere), one.many) for one in self._statements]


def _owned(statements: Sequence[Statement]) -> Iterator[Any]:
    """The ids, keys and references among the values, in order."""
    for value in _flat([one.values for one in statements]):
        if isinstance(value, UUID | bytes) or (isinstance(value, int) and abs(value) >> 40):
            yield value  # an id, a key's hash, the number of its lock
        if isinstance(value, str) and REFERENCE.fullmatch(value):
            yield value


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one)
    else:
        yield value


def _new(value: Any) -> Any:
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, bytes):
        return secrets.token_bytes(len(value))
    return secrets.randbits(60) if isinstance(value, int) else f"ESC-0000-{next(NUMBERS)}"


def _replaced(value: Any, new: Mapping[Any, Any], texts: Mapping[str, str], anywhere: re.Pattern[str]) -> Any:
    if isinstance(value, list | tuple):
        return [_replaced(one, new, texts, anywhere) for one in value]
    if isinstance(value, str):
        return anywhere.sub(lambda found: texts[found[0]], value)
    return new.get(value, value)
