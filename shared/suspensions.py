"""Who is suspended, as the gateway last said, over a service's own table: for doors that ask for no token.

The gateway's own door refuses whoever is suspended from the next request on. A link in a letter and the address of a
calendar come past it without a token: their service declares the table, makes one `Suspensions` of it, adds
`handlers()` to what it consumes, and asks here whom a link or an address stands for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from shared.contracts.gateway import ALL, SuspensionEvent
from shared.db import ServiceBase, Tx, table_of
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.read_models import ReadModel


class ToldSuspension:
    """How one agency or person stands of whom the gateway has told: `class Suspension(ToldSuspension, Base)`."""

    __tablename__ = "suspension"

    id: Mapped[str] = mapped_column(primary_key=True)  # the agency's, or the person's
    suspended: Mapped[bool]
    told_at: Mapped[datetime]


class Suspensions:
    """Keeps and reads who is suspended."""

    def __init__(self, table: type[ServiceBase]) -> None:
        self._table = table_of(table)

    def of(self, *ids: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """The clause that one of these agencies and people is suspended."""
        return exists().where(self._table.c.id.in_(ids), self._table.c.suspended)

    async def any_of(self, tx: Tx, *ids: str | None) -> bool:
        """Whether one of these agencies and people is suspended; None is nobody."""
        return bool(await tx.scalar(select(self.of(*map(literal, filter(None, ids))))))

    def handlers(self) -> Mapping[type[Event], Handler]:
        """What to do with the gateway's events of suspensions."""

        async def stands(tx: Tx, event: SuspensionEvent, envelope: Envelope) -> None:
            await self.keep(tx, event, envelope.time)

        return dict.fromkeys(ALL, stands)

    async def keep(self, tx: Tx, event: SuspensionEvent, told_at: datetime) -> None:
        """Keep how it now stands. What was told before that changes nothing: a redelivered `resume` would open a door."""
        facts = {"suspended": event.suspended, "told_at": told_at}
        statement = insert(self._table).values(id=event.subject, **facts)
        newer = self._table.c.told_at <= statement.excluded.told_at
        await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts, where=newer))

    def read_model(self) -> ReadModel:
        """The table, as `rebuild` makes it again."""
        return ReadModel(tables=(self._table,), events=ALL)
