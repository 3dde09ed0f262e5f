"""What a service keeps of others' records can be made again from their events, which are all still on the bus."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Table, delete, text

from shared import cloudevents
from shared.bus import Bus, Message
from shared.db import Database, Tx
from shared.dead_letters import Handler
from shared.events import Event, topic_of

BATCH = 500
WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class ReadModel:
    """Tables that nothing but the handlers of these events fill, and that these alone fill again."""

    tables: Sequence[Table]
    events: Sequence[type[Event]]


async def rebuild(
    database: Database,
    bus: Bus,
    model: ReadModel,
    handlers: Mapping[type[Event], Handler],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Empty the tables and handle every event from the first on again, in one transaction; how many events it took.

    Readers see the old rows until the end. The service may be at work: its consumer waits for the tables, and what it
    handles then is newer. The bus is read within the transaction, or an event between the two would be lost.
    """
    wanted = {event.type: handlers[event] for event in model.events}
    topics = sorted({topic_of(event.service()) for event in model.events})
    handled = 0
    async with database.transaction() as tx:
        for table in model.tables:
            await tx.execute(text(f"LOCK TABLE {table.fullname} IN EXCLUSIVE MODE"))
        for table in reversed(model.tables):
            await tx.execute(delete(table))
        ends = await bus.ends(topics)
        total, left = sum(ends.values()), {place: end for place, end in ends.items() if end}
        subscription = bus.subscribe(f"{database.service}-rebuild-{uuid4()}", topics)
        try:
            while left:
                for delivery in await subscription.receive(BATCH, WAIT_SECONDS):
                    if delivery.offset >= ends[delivery.partition]:
                        continue
                    handler = wanted.get(delivery.message.headers.get("ce_type", ""))
                    if handler and await _handled(tx, delivery.message, handler):
                        handled += 1
                    if delivery.offset + 1 == ends[delivery.partition]:
                        del left[delivery.partition]
                progress(handled, total)
        finally:
            await subscription.close()
    return handled


async def _handled(tx: Tx, message: Message, handler: Handler) -> bool:
    """Handle one event; False for a message that is none, which the consumer has set aside when it came."""
    try:
        envelope = cloudevents.envelope_of(message)
        event = cloudevents.event_of(envelope)
    except cloudevents.Malformed:
        return False
    if event is None:
        return False
    await handler(tx, event, envelope)
    return True
