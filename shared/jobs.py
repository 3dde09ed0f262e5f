"""Work that time causes: due dates, reminders, silence; swept by one process at a time under an advisory lock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Counter
from sqlalchemy import func, select

from shared.db import Database, Tx

log = logging.getLogger(__name__)

MOST_BATCHES_IN_ONE_GO = 200
UNENDED = Counter(
    "safer_sweeps_unended_total", "Sweeps that were broken off with something still due.", ["service", "job"]
)


NextDue = Callable[[Tx], Awaitable[datetime | None]]


async def follows(tx: Tx) -> None:
    """The sweep brings into step what was done already, and waits for no instant."""


async def by_the_wall(tx: Tx) -> None:
    """The sweep is of real time, which no sandbox moves."""


@dataclass(frozen=True)
class Job:
    """A sweep: `run` handles a batch of what is due at `tx.now` in one transaction and says how many; nought ends it.

    `next_due` is the earliest business instant after `tx.now` at which `run` will have something to do, for the sandbox
    clock, which stops at each; `follows` or `by_the_wall` where no such instant is.
    """

    name: str
    every: timedelta
    run: Callable[[Tx], Awaitable[int]]
    next_due: NextDue


async def sweep(database: Database, job: Job) -> int:
    """Run a job until nothing is due; how many were handled. Nought where another process sweeps already.

    A job that leaves due what it has handled would go on for ever: it is broken off after so many batches, and told of.
    What is left of a large backlog is for the next round.
    """
    handled = 0
    for _ in range(MOST_BATCHES_IN_ONE_GO):
        async with database.transaction() as tx:
            name = f"{database.service}:{job.name}"
            if not await tx.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))):
                return handled
            batch = await job.run(tx)
        handled += batch
        if not batch:
            return handled
    UNENDED.labels(database.service, job.name).inc()
    log.error("sweep broken off with something still due", extra={"job": job.name, "handled": handled})
    return handled


async def sweep_all(database: Database, jobs: Sequence[Job]) -> int:
    """Run every job once, in order."""
    return sum([await sweep(database, job) for job in jobs])


async def next_due(database: Database, jobs: Sequence[Job]) -> datetime | None:
    """The earliest business instant at which any job has something to do."""
    async with database.reading() as tx:
        instants = [await job.next_due(tx) for job in jobs]
    return min((instant for instant in instants if instant), default=None)


async def keep_sweeping(database: Database, job: Job) -> None:
    """Sweep for ever, every so often; an error is logged and the next round tries again."""
    while True:
        try:
            await sweep(database, job)
        except Exception:
            log.exception("sweep failed", extra={"job": job.name})
        await asyncio.sleep(job.every.total_seconds())
