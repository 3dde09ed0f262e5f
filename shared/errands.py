"""Work in the outside world that committed rows ask for: taken up in one transaction, done in none, reported in another.

What was done and could not be reported is done again: whoever receives it must know it by its id.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Row

from shared.db import Database, Tx
from shared.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 4
R = TypeVar("R")


@dataclass(frozen=True)
class Errand(Generic[R]):
    """One kind of such work.

    `take` leases a batch of what is due, so that no other process takes it at the same time; nothing ends the round.
    `do` does one with no transaction open, and says how it went; `report` writes that down.
    """

    name: str
    every: timedelta
    take: Callable[[Tx, Settings], Awaitable[Sequence[Row[Any]]]]
    do: Callable[[Row[Any], Settings], Awaitable[R]]
    report: Callable[[Tx, Row[Any], R], Awaitable[None]]


async def run(database: Database, settings: Settings, errand: Errand[Any]) -> int:
    """Do all that is due; how many were done, well or not."""
    done = 0
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row[Any]) -> None:
        async with gate:
            said = await errand.do(row, settings)
            async with database.transaction() as tx:
                await errand.report(tx, row, said)

    while True:
        async with database.transaction() as tx:
            taken = await errand.take(tx, settings)
        if not taken:
            return done
        await asyncio.gather(*(one(row) for row in taken))
        done += len(taken)


async def keep_running(database: Database, settings: Settings, errand: Errand[Any]) -> None:
    """Do what is due for ever, every so often; an error is logged and the next round tries again."""
    while True:
        try:
            await run(database, settings, errand)
        except Exception:
            log.exception("errand failed", extra={"errand": errand.name})
        await asyncio.sleep(errand.every.total_seconds())
