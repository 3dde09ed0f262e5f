"""A service's open connections of one use: so many at once, lent in turns, and kept open for whoever is next.

The driver has a pool, which for each loan makes a task, a future and two timers: a quarter of the time of a token's request.
Who may have a connection is settled by turns before any is looked for; what is left to do is to know which are open.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from shared.turns import Turns

CONNECT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 10.0  # for a connection, while others have them
IDLE_SECONDS = 300.0  # for so long one that nobody uses is kept open
CLOSE_SECONDS = 2.0
GONE = (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Connections:
    """At most `most`, opened by `connect` as they are needed; those of one kind wait for each other, not for other kinds."""

    def __init__(self, connect: Callable[[], Awaitable[Any]], most: int) -> None:
        self.turns = Turns(most, LONGEST_WAIT_SECONDS)
        self._connect = connect
        self._open: set[Any] = set()
        self._idle: deque[tuple[Any, float]] = deque()  # since when: what was used last stands last, and is lent first
        self._none_open = asyncio.Event()
        self._closed = False

    @asynccontextmanager
    async def lent(self, kind: str) -> AsyncIterator[Any]:
        """A connection for the length of a block. Crowded; TimeoutError, OSError or PostgresError where none can be opened.

        It is not lent again where the block is cancelled, with a statement perhaps on its way, or leaves a transaction open.
        """
        await self.turns.take(kind)
        try:
            connection = self._unused() or await self._opened()
            try:
                yield connection
            except Exception:
                await self._take_back(connection)
                raise
            except BaseException:
                await self._close(connection)
                raise
            await self._take_back(connection)
        finally:
            self.turns.give(kind)

    def each(self, do: Callable[[Any], None]) -> None:
        """Do something to every connection that is open."""
        for connection in self._open:
            do(connection)

    async def close(self) -> None:
        """Close all; those that are lent, when they are given back, or after a moment."""
        self._closed = True
        while self._idle:
            await self._close(self._idle.pop()[0])
        if self._open:
            self._none_open.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._none_open.wait()
            await asyncio.gather(*map(self._close, tuple(self._open)))

    def _unused(self) -> Any:
        while self._idle:
            connection, _ = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._open.discard(connection)
        return None

    async def _opened(self) -> Any:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await self._connect()
        self._open.add(connection)
        return connection

    async def _take_back(self, connection: Any) -> None:
        if self._closed or connection.is_closed() or connection.is_in_transaction():
            await self._close(connection)
            return
        now = time.monotonic()
        self._idle.append((connection, now))
        if now - self._idle[0][1] > IDLE_SECONDS:
            await self._close(self._idle.popleft()[0])

    async def _close(self, connection: Any) -> None:
        self._open.discard(connection)
        with suppress(*GONE):
            await connection.close(timeout=CLOSE_SECONDS)
        if not self._open:
            self._none_open.set()
