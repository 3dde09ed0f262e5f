"""What a service keeps of others' records can be made again from their events, which are all still on the bus."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Table, delete, text

from shared import cloudevents
from shared.bus import Bus, Message, Partition, Subscription
from shared.db import Database, Tx
from shared.dead_letters import Handler
from shared.events import Envelope, Event, topic_of

BATCH = 8_000  # shared by the topics; each batch costs some milliseconds besides its events
WAIT_SECONDS = 1.0


Write = Callable[[Tx], Awaitable[None]]


@dataclass(frozen=True)
class ReadModel:
    """Tables that nothing but the handlers of these events fill, and that these alone fill again."""

    tables: Sequence[Table]
    events: Sequence[type[Event]]
    many: Callable[[Sequence[Envelope]], Write] | None = None
    """Handles many events at once, where there are so many that one at a time would take too long: what it hands back writes."""


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
    read = handled = 0
    async with database.transaction() as tx:
        for table in model.tables:
            await tx.execute(text(f"LOCK TABLE {table.fullname} IN EXCLUSIVE MODE"))
        for table in reversed(model.tables):
            await tx.execute(delete(table))
        ends = await bus.ends(topics)
        subscription = bus.subscribe(f"{database.service}-rebuild-{uuid4()}", topics)
        with _no_search_for_garbage():
            async with aclosing(_before(ends, subscription, wanted, model)) as batches:
                async for messages, events, write in batches:
                    await write(tx)
                    handled += events
                    read += messages
                    progress(read, sum(ends.values()))
    return handled


async def _before(
    ends: Mapping[Partition, int], subscription: Subscription, handlers: Mapping[str, Handler], model: ReadModel
) -> AsyncGenerator[tuple[int, int, Write]]:
    """What is on the bus before these ends: how many messages, how many events among them, and what writes them.

    While some of it is written, the next is read and understood.
    """
    left = {place for place, end in ends.items() if end}

    async def next_ones() -> tuple[int, int, Write]:
        received = await subscription.receive(BATCH, WAIT_SECONDS)
        left.difference_update(one.partition for one in received if one.offset + 1 == ends[one.partition])
        messages = [one.message for one in received if one.offset < ends[one.partition]]
        await asyncio.sleep(0)  # the writing goes on, here and below
        told = (_envelope(message) for message in messages if message.headers.get("ce_type", "") in handlers)
        envelopes = [envelope for envelope in told if envelope]
        await asyncio.sleep(0)
        return len(messages), *_understood(envelopes, handlers, model)

    coming = asyncio.create_task(next_ones()) if left else None
    try:
        while coming:
            found = await coming
            coming = asyncio.create_task(next_ones()) if left else None
            yield found
    finally:
        await subscription.close()
        if coming:
            await asyncio.gather(coming, return_exceptions=True)


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Many objects come and go, none of them in circles: the search for those takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _understood(envelopes: Sequence[Envelope], handlers: Mapping[str, Handler], model: ReadModel) -> tuple[int, Write]:
    """How many events these are, and what writes them: what cannot be read has been set aside by the consumer when it came."""
    if model.many:
        return len(envelopes), model.many(envelopes)
    told = [(event, envelope) for envelope in envelopes if (event := _event(envelope))]

    async def write(tx: Tx) -> None:
        for event, envelope in told:
            await handlers[envelope.type](tx, event, envelope)

    return len(told), write


def _event(envelope: Envelope) -> Event | None:
    try:
        return cloudevents.event_of(envelope)
    except cloudevents.Malformed:
        return None


def _envelope(message: Message) -> Envelope | None:
    try:
        return cloudevents.envelope_of(message)
    except cloudevents.Malformed:
        return None
