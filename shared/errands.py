"""Letters on their way: taken up in one transaction, sent over SMTP in none, noted in another.

A letter that has left and could not be noted is sent again, under the same `Message-ID`; none is lost.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, Table, and_, bindparam, select, update
from sqlalchemy.orm import Mapped

from shared import mail
from shared.db import Database, Tx
from shared.mail import NotDelivered, Undeliverable
from shared.settings import Settings

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=2)
BATCH, AT_ONCE = 20, 4
LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480, 960, 1920, 3600))
"""From each attempt that failed to the next; the last of them stays."""
TRIED_FOR = timedelta(hours=72)


class Mailed:
    """How far a letter has come, for its table: `class Letter(Mailed, Base)`. Real time throughout."""

    queued_at: Mapped[datetime]
    attempts: Mapped[int]
    attempt_at: Mapped[datetime | None]  # when it is tried next; null when it has left, or will not leave
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None]  # a code: why it has not left, at the last attempt


@dataclass(frozen=True)
class Errand:
    """What takes the letters of one table, a class of `Mailed`, to the mail server.

    `written` makes a letter of a row; `whole` reads such rows where more than the table is needed for that, or where
    something else must hold: it may name the instants `:now` and `:wall`. `over` are columns that change when a letter has
    left or never will.
    """

    table: type[Any]
    written: Callable[[Row[Any], Settings], mail.Letter]
    whole: Select[Any] | None = None
    over: Mapping[str, Any] = field(default_factory=dict)

    async def take(self, tx: Tx, settings: Settings) -> Sequence[Row[Any]]:
        """Some letters that are due to leave, leased so that nobody else sends them at the same time.

        None where no mail server is set, for then they are kept.
        """
        if not settings.smtp_url:
            return ()
        table: Table = self.table.__table__
        (key,) = table.primary_key
        whole = select(*table.c) if self.whole is None else self.whole
        due = whole.where(table.c.attempt_at <= bindparam("wall")).order_by(table.c.attempt_at, key).limit(BATCH)
        rows = await tx.rows(due.with_for_update(of=table, skip_locked=True), {"now": tx.now, "wall": tx.wall})
        if rows:
            leased = update(table).where(key.in_([getattr(row, key.name) for row in rows]))
            await tx.execute(leased.values(attempts=table.c.attempts + 1, attempt_at=tx.wall + LEASE))
        return rows

    async def send(self, row: Row[Any], settings: Settings) -> NotDelivered | None:
        """Send one; why it did not leave, or None."""
        return await mail.attempt(self.written(row, settings), settings.smtp_url, settings.mail_from)

    async def report(self, tx: Tx, row: Row[Any], failure: NotDelivered | None) -> None:
        """Note that it left; or why not, and when it is tried again, where it is wanted still."""
        table: Table = self.table.__table__
        (key,) = table.primary_key
        this = and_(key == getattr(row, key.name), table.c.queued_at == row.queued_at)  # none that has taken its place
        again = None
        if failure is None:
            noted: dict[str, Any] = {"sent_at": tx.wall, "attempt_at": None, "failure": None}
        else:
            if not isinstance(failure, Undeliverable):
                again = next_attempt(row.queued_at, row.attempts, tx.wall)
            noted = {"attempt_at": again, "failure": failure.reason}
            if "failed_at" in table.c:
                noted["failed_at"] = None if again else tx.wall
            this = and_(this, table.c.attempt_at.is_not(None))
        await tx.execute(update(table).where(this).values(noted if again else {**noted, **self.over}))


def queued(tx: Tx) -> dict[str, Any]:
    """The columns of a letter that is to leave now."""
    return {"queued_at": tx.wall, "attempts": 0, "attempt_at": tx.wall, "sent_at": None, "failure": None}


async def settle(tx: Tx, table: type[Mailed]) -> None:
    """Count all letters that wait as sent: those of a history that is made up went to nobody."""
    waiting = update(table).where(table.attempt_at.is_not(None))
    await tx.execute(waiting.values(attempt_at=None, sent_at=tx.wall))


def next_attempt(queued_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When a letter is tried again that did not leave after so many attempts before: later and later; None after three days."""
    if now - queued_at >= TRIED_FOR:
        return None
    return now + WAITS[min(attempts, len(WAITS) - 1)]


async def run(database: Database, settings: Settings, errand: Errand) -> int:
    """Send all that is due; how many were tried."""
    done = 0
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row[Any]) -> None:
        async with gate:
            failure = await errand.send(row, settings)
            async with database.transaction() as tx:
                await errand.report(tx, row, failure)

    while True:
        async with database.transaction() as tx:
            taken = await errand.take(tx, settings)
        if not taken:
            return done
        await asyncio.gather(*(one(row) for row in taken))
        done += len(taken)


async def keep_running(database: Database, settings: Settings, errand: Errand) -> None:
    """Send what is due for ever, every so often; an error is logged and the next round tries again."""
    while True:
        try:
            await run(database, settings, errand)
        except Exception:
            log.exception("errand failed", extra={"errand": errand.table.__tablename__})
        await asyncio.sleep(EVERY.total_seconds())
