"""What a service keeps of others' records can be made again from their events, which are all still on the bus."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Table, delete, text

from shared import cloudevents
from shared.bus import Bus, Message
from shared.db import Database, Tx
from shared.dead_letters import Handler
from shared.events import Envelope, Event, topic_of

BATCH = 500
WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class ReadModel:
    """Tables that nothing but the handlers of these events fill, and that these alone fill again."""

    tables: Sequence[Table]
    events: Sequence[type[Event]]
    many: Callable[[Tx, Sequence[Envelope]], Awaitable[None]] | None = None
    """Handles many events at once, where there are so many that one at a time would take too long."""


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
                batch = []
                for delivery in await subscription.receive(BATCH, WAIT_SECONDS):
                    if delivery.offset >= ends[delivery.partition]:
                        continue
                    if delivery.message.headers.get("ce_type", "") in wanted:
                        batch.append(delivery.message)
                    if delivery.offset + 1 == ends[delivery.partition]:
                        del left[delivery.partition]
                handled += await _handled(tx, batch, wanted, model)
                progress(handled, total)
        finally:
            await subscription.close()
    return handled


async def _handled(tx: Tx, messages: Sequence[Message], handlers: Mapping[str, Handler], model: ReadModel) -> int:
    """Handle what is an event among the messages; the consumer has set the others aside when they came. How many."""
    envelopes = [envelope for message in messages if (envelope := _envelope(message))]
    if model.many:
        if envelopes:
            await model.many(tx, envelopes)
        return len(envelopes)
    handled = 0
    for envelope in envelopes:
        try:
            event = cloudevents.event_of(envelope)
        except cloudevents.Malformed:
            continue
        if event is not None:
            await handlers[envelope.type](tx, event, envelope)
            handled += 1
    return handled


def _envelope(message: Message) -> Envelope | None:
    try:
        return cloudevents.envelope_of(message)
    except cloudevents.Malformed:
        return None
