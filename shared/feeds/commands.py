"""Makes and revokes the addresses of feeds."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from shared.db import Tx, new_id
from shared.feeds.models import FeedColumns
from shared.suspensions import Suspensions


class Feeds:
    """The feeds of one service, in its own table."""

    def __init__(self, table: type[FeedColumns], suspensions: Suspensions) -> None:
        self._table = table
        self._open = ~suspensions.of(table.subject, table.agency_id)
        self._live = table.revoked_at.is_(None)

    async def of(self, tx: Tx, subject: str) -> Row[Any] | None:
        """The feed that somebody has now, or None."""
        return await self._one(tx, self._table.subject == subject)

    async def live(self, tx: Tx, feed_id: UUID) -> Row[Any] | None:
        """A feed by its id, unless it was revoked, or she or her agency is suspended."""
        return await self._one(tx, self._table.id == feed_id, self._open)

    async def make(self, tx: Tx, subject: str, agency_id: str) -> None:
        """A new address; the one before is none any more."""
        await self.revoke(tx, subject)
        await tx.add(self._table, {"id": new_id(), "subject": subject, "agency_id": agency_id, "made_at": tx.now})

    async def revoke(self, tx: Tx, subject: str) -> None:
        """Nobody reads it by its address any more."""
        mine = update(self._table).where(self._table.subject == subject, self._live)
        await tx.execute(mine.values(revoked_at=tx.now))

    async def _one(self, tx: Tx, *which: Any) -> Row[Any] | None:
        columns = (self._table.id, self._table.subject, self._table.made_at)
        return await tx.row(select(*columns).where(*which, self._live))
