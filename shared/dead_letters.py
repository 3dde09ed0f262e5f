"""Events that a consumer could not handle: set aside whole, so that the rest can go on, and brought back when mended."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared import cloudevents
from shared.bus import Delivery
from shared.db import Database, Tx
from shared.events import Envelope, Event
from shared.observe import where
from shared.prepared import Prepared
from shared.problems import Problem

log = logging.getLogger(__name__)

Handler = Callable[[Tx, Any, Envelope], Awaitable[None]]


class Unhandled(Exception):
    """No handler takes the event, or the message is none."""


async def seen_first(tx: Tx, consumer: str, event_id: Any, event_type: str) -> bool:
    """Note in the inbox that the consumer handles this event now; False where it has already."""
    row = {"event_id": event_id, "consumer": consumer, "type": event_type, "handled_at": tx.wall}
    return bool(await tx.fetch(_noting(tx.plumbing.inbox), row))


@cache
def _noting(inbox: Table) -> Prepared:
    row = insert(inbox).values({column.name: bindparam(column.name, type_=column.type) for column in inbox.c})
    return Prepared(row.on_conflict_do_nothing().returning(inbox.c.event_id))


async def bury(tx: Tx, consumer: str, delivery: Delivery, failure: BaseException, attempts: int) -> bool:
    """Set a message aside and count it as handled; False where it has been handled meanwhile."""
    event_id = cloudevents.identity(delivery)
    if not await seen_first(tx, consumer, event_id, delivery.message.headers.get("ce_type", "unreadable")[:200]):
        return False
    row = {
        "event_id": event_id,
        "consumer": consumer,
        "envelope": cloudevents.stored(delivery.message),
        "error": described(failure),
        "attempts": attempts,
        "dead_at": tx.wall,
    }
    await tx.add(tx.plumbing.dead_letter, row)
    return True


async def waiting(database: Database, consumer: str) -> int:
    """How many of the consumer's dead letters have not been brought back."""
    dead = database.plumbing.dead_letter
    async with database.reading() as tx:
        count = select(func.count()).where(dead.c.consumer == consumer, dead.c.redelivered_at.is_(None))
        return int(await tx.scalar(count))


async def redeliver(
    database: Database, consumer: str, handlers: Mapping[type[Event], Handler], ids: Sequence[int] | None = None
) -> tuple[int, int]:
    """Hand dead letters, all or those of `ids`, to their handlers in their order: how many were handled, how many not.

    What fails again stays, with its new error. Later events of the same record have been handled meanwhile: handlers
    that take the older event for news would turn the record back, so they compare what the event says with the row.
    """
    dead = database.plumbing.dead_letter
    chosen = [dead.c.consumer == consumer, dead.c.redelivered_at.is_(None)]
    if ids is not None:
        chosen.append(dead.c.id.in_(ids))
    async with database.reading() as tx:
        letters = [row.id for row in await tx.rows(select(dead.c.id).where(*chosen).order_by(dead.c.id))]
    outcomes = [await _bring_back(database, letter, handlers) for letter in letters]
    return outcomes.count(True), outcomes.count(False)


async def _bring_back(database: Database, letter: int, handlers: Mapping[type[Event], Handler]) -> bool | None:
    """Handle one letter; None where another process is at it, or has been."""
    dead = database.plumbing.dead_letter
    mine = select(dead).where(dead.c.id == letter, dead.c.redelivered_at.is_(None)).with_for_update(skip_locked=True)
    try:
        async with database.transaction() as tx:
            row = await tx.row(mine)
            if row is None:
                return None
            await _handle(tx, row, handlers)
            await tx.execute(update(dead).where(dead.c.id == letter).values(redelivered_at=tx.wall))
        return True
    except Exception as failure:
        log.exception("a dead letter failed again", extra={"service": database.service, "letter": letter})
        async with database.transaction() as tx:
            again = {"error": described(failure), "attempts": dead.c.attempts + 1}
            await tx.execute(update(dead).where(dead.c.id == letter).values(again))
        return False


async def _handle(tx: Tx, row: Row[Any], handlers: Mapping[type[Event], Handler]) -> None:
    envelope = cloudevents.envelope_of(cloudevents.restored(row.envelope))
    tx.traceparent = envelope.traceparent
    event = cloudevents.event_of(envelope)
    handler = handlers.get(type(event)) if event else None
    if event is None or handler is None:
        raise Unhandled(f"nothing handles {envelope.type}")
    await handler(tx, event, envelope)


def described(failure: BaseException) -> str:
    """What failed and where, without the values that an error's own text may quote."""
    kind = f"{type(failure).__name__} {failure.code}" if isinstance(failure, Problem) else type(failure).__name__
    said = f": {failure}" if isinstance(failure, cloudevents.Malformed | Unhandled) else ""
    return f"{kind}{said} ({where(failure)})"
