"""What a service keeps of others' records can be made again from their events, which are all still on the bus."""

import asyncio
import gc
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Table, delete, text

from shared import cloudevents
from shared.bus import Bus, Message, Partition, Subscription
from shared.db import Database, Tx
from shared.dead_letters import Handler
from shared.events import Envelope, Event, topic_of

BATCH = 8_000  # each batch costs some milliseconds besides its events
PART = 250  # about a millisecond's work
WAIT_SECONDS = 1.0

T = TypeVar("T")
Write = Callable[[Tx], Awaitable[None]]


@dataclass(frozen=True)
class ReadModel:
    """Tables that nothing but the handlers of these events fill, and that these alone fill again."""

    tables: Sequence[Table]
    events: Sequence[type[Event]]
    many: Callable[[Sequence[Envelope]], Awaitable[Write]] | None = None
    """Handles many events at once, where there are so many that one at a time would take too long: what it hands back writes."""


async def in_parts(whole: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    """A few at a time: between them the loop has its turn, or the database would wait for it with nothing to do."""
    for first in range(0, len(whole), PART):
        yield whole[first : first + PART]
        await asyncio.sleep(0)


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
        async with AsyncExitStack() as stack:
            read_ones = await stack.enter_async_context(aclosing(_ahead(_read(ends, subscription))))
            understood = await stack.enter_async_context(aclosing(_ahead(_understood(read_ones, wanted, model))))
            stack.push_async_callback(subscription.close)  # first: what is still being read ends with it
            stack.enter_context(_no_search_for_garbage())
            async for messages, events, write in understood:
                await write(tx)
                handled += events
                read += messages
                progress(read, sum(ends.values()))
    return handled


async def _ahead(source: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """The same; while one is worked on, the next is made."""
    coming = asyncio.create_task(anext(source, None))
    try:
        while (found := await coming) is not None:
            coming = asyncio.create_task(anext(source, None))
            yield found
    finally:
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()


async def _read(ends: Mapping[Partition, int], subscription: Subscription) -> AsyncGenerator[Sequence[Message]]:
    """What is on the bus before these ends."""
    left = {place for place, end in ends.items() if end}
    while left:
        received = await subscription.receive(BATCH, WAIT_SECONDS)
        left.difference_update(one.partition for one in received if one.offset + 1 == ends[one.partition])
        yield [one.message for one in received if one.offset < ends[one.partition]]


async def _understood(
    batches: AsyncIterable[Sequence[Message]], handlers: Mapping[str, Handler], model: ReadModel
) -> AsyncGenerator[tuple[int, int, Write]]:
    """Of each batch how many messages it has, how many events among them, and what writes these.

    What cannot be read has been set aside by the consumer when it came.
    """
    async for messages in batches:
        envelopes = list[Envelope]()
        async for part in in_parts(messages):
            told = (_envelope(message) for message in part if message.headers.get("ce_type", "") in handlers)
            envelopes += [envelope for envelope in told if envelope]
        many = model.many or _each(handlers)
        yield len(messages), len(envelopes), await many(envelopes)


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


def _each(handlers: Mapping[str, Handler]) -> Callable[[Sequence[Envelope]], Awaitable[Write]]:
    """Writes events one at a time."""

    async def understand(envelopes: Sequence[Envelope]) -> Write:
        told = [(event, envelope) for envelope in envelopes if (event := _event(envelope))]

        async def write(tx: Tx) -> None:
            for event, envelope in told:
                await handlers[envelope.type](tx, event, envelope)

        return write

    return understand


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
