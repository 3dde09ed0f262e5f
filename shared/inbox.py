"""Events in: each handled once, in order, in one transaction with what it changes; the ones that cannot be set aside."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

import asyncpg
from prometheus_client import Counter, Gauge

from shared import dead_letters
from shared.bus import Bus, BusUnavailable, Delivery, Partition, Subscription
from shared.cloudevents import Malformed, envelope_of, event_of
from shared.db import Database, Tx
from shared.dead_letters import Handler, redeliver
from shared.events import Envelope, Event, topic_of
from shared.observe import trace_of

__all__ = ["Consumer", "Handler", "redeliver"]

log = logging.getLogger(__name__)

Read = tuple[Handler, Event, Envelope]

ATTEMPTS = 5
BATCH = 100
TOGETHER = 25  # events that share a transaction where so many wait: its commit, too, takes its time
WAIT_SECONDS = 1.0
RETRY_SECONDS = (0.1, 5.0)
SAMPLE_SECONDS = 10.0
DRAIN_SECONDS = 60.0
QUICK_SECONDS = 0.02
# Connection lost, server stopping, deadlock, lost serialisation, no resources, a lock not had in time.
TRANSIENT = ("08", "57P", "40", "53", "55P03")

EVENTS = Counter("safer_inbox_events_total", "Events received.", ["service", "outcome"])
LAG = Gauge("safer_inbox_lag", "Events on the bus that the service has not handled.", ["service"])
DEAD = Gauge("safer_inbox_dead_letters", "Events that could not be handled and wait for `redeliver`.", ["service"])


class Consumer:
    """One group's reading of the topics that its handlers' events are on.

    An event is acknowledged when its transaction has been committed. One that fails is tried again in its place, for
    order's sake, and after `attempts` set aside as a dead letter; while the database is away it is tried for ever.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        group: str,
        handlers: Mapping[type[Event], Handler],
        *,
        attempts: int = ATTEMPTS,
        retry_seconds: tuple[float, float] = RETRY_SECONDS,
    ) -> None:
        self.topics = sorted({topic_of(event.service()) for event in handlers})
        self._database, self._bus, self._group = database, bus, group
        self._handlers = {event.type: handler for event, handler in handlers.items()}
        self._attempts, self._retry_seconds = attempts, retry_seconds
        self._subscription: Subscription | None = None
        self._reached = False
        self._unacknowledged: list[Delivery] = []
        self._settled = 0
        self._drained = 0
        self.dead = 0  # dead letters that wait to be brought back, at the last sample

    @property
    def healthy(self) -> bool:
        """Whether events are being received, or would be if there were any."""
        return self._reached and self._subscription is not None and self._subscription.healthy

    async def run(self) -> None:
        """Receive and handle for ever; leaves the group when cancelled."""
        self._subscription = self._bus.subscribe(self._group, self.topics)
        sampling = asyncio.create_task(self._sample())
        try:
            await self._receive(self._subscription)
        finally:
            sampling.cancel()
            await self._subscription.close()
            await asyncio.wait([sampling])
            self._subscription, self._reached = None, False

    async def drain(self, timeout: float = DRAIN_SECONDS) -> int:
        """Wait until all that is published by now is handled. How many that were, with all since the last drain.

        TimeoutError where it takes longer; BusUnavailable where the bus does not answer.
        """
        async with asyncio.timeout(timeout):
            ends = await self._bus.ends(self.topics)
            waiting = await self._behind(ends)
            while await self._behind(ends):  # noqa: ASYNC110 - whichever process handles it
                await asyncio.sleep(QUICK_SECONDS)
        moved, self._drained = max(waiting, self._settled - self._drained), self._settled
        return moved

    async def _behind(self, ends: Mapping[Partition, int]) -> int:
        positions = await self._bus.positions(self._group, self.topics)
        return sum(max(0, end - positions.get(place, 0)) for place, end in ends.items())

    async def _receive(self, subscription: Subscription) -> None:
        ensured = False
        while True:
            try:
                if not ensured:
                    await self._bus.ensure_topics(self.topics)
                    ensured = True
                deliveries = await subscription.receive(BATCH, WAIT_SECONDS)
                self._reached = True
                for first in range(0, len(deliveries), TOGETHER):
                    await self._settle_some(deliveries[first : first + TOGETHER])
                await self._acknowledge(subscription, deliveries)
            except BusUnavailable as error:
                self._reached = False
                log.warning("the bus is away", extra={"service": self._database.service, "reason": str(error)})
                await asyncio.sleep(WAIT_SECONDS)

    async def _acknowledge(self, subscription: Subscription, deliveries: Sequence[Delivery]) -> None:
        # Kept until it succeeds: with no further event nobody would tell the bus that the last ones are done.
        self._unacknowledged += deliveries
        if self._unacknowledged:
            await subscription.acknowledge(self._unacknowledged)
            self._unacknowledged.clear()

    async def _settle_some(self, deliveries: Sequence[Delivery]) -> None:
        """Handle some messages in one transaction, or, where one of them or the database resists, each in its own."""
        outcomes = await self._together(deliveries) if len(deliveries) > 1 else None
        for place, delivery in enumerate(deliveries):
            outcome = outcomes[place] if outcomes else await self._settle(delivery)
            EVENTS.labels(self._database.service, outcome).inc()
            self._settled += 1
            if outcome != "skipped":
                log.info("an event was settled", extra=self._about(delivery) | {"outcome": outcome})

    async def _together(self, deliveries: Sequence[Delivery]) -> list[str] | None:
        """What became of each; None where all was undone."""
        try:
            read = [self._read(delivery) for delivery in deliveries]
            if not any(read):
                return ["skipped"] * len(read)
            async with self._database.transaction() as tx:
                return [await self._handle(tx, one) if one else "skipped" for one in read]
        except Exception as error:
            about = {"service": self._database.service, "error": type(error).__name__}
            log.info("events are handled one by one", extra=about)
            return None

    async def _settle(self, delivery: Delivery) -> str:
        """Handle one message, or set it aside, however long that takes; the outcome."""
        failure: Exception | None = None
        failures, pause = 0, self._retry_seconds[0]
        while True:
            try:
                if failure and (failures >= self._attempts or isinstance(failure, Malformed)):
                    return await self._bury(delivery, failure, failures)
                if (read := self._read(delivery)) is None:
                    return "skipped"
                async with self._database.transaction() as tx:
                    return await self._handle(tx, read)
            except Exception as error:
                if not _transient(error):
                    failure, failures = error, failures + 1
                log.warning("an event was not handled", exc_info=True, extra=self._about(delivery))
            await asyncio.sleep(pause)
            pause = min(self._retry_seconds[1], 2 * pause)

    def _read(self, delivery: Delivery) -> Read | None:
        """The event and who handles it; None where nobody does. Malformed where it cannot be read."""
        event_type = delivery.message.headers.get("ce_type")
        handler = self._handlers.get(event_type or "")
        if event_type and handler is None:
            return None
        envelope = envelope_of(delivery.message)
        event = event_of(envelope)
        return (handler, event, envelope) if handler and event else None

    async def _handle(self, tx: Tx, read: Read) -> str:
        handler, event, envelope = read
        tx.traceparent = envelope.traceparent
        if not await dead_letters.seen_first(tx, self._group, envelope.id, envelope.type):
            return "repeated"
        await handler(tx, event, envelope)
        return "handled"

    async def _bury(self, delivery: Delivery, failure: Exception, failures: int) -> str:
        async with self._database.transaction() as tx:
            buried = await dead_letters.bury(tx, self._group, delivery, failure, failures)
        if buried:
            log.error("an event was set aside as a dead letter", extra=self._about(delivery))
        return "dead" if buried else "repeated"

    def _about(self, delivery: Delivery) -> dict[str, str]:
        topic, number = delivery.partition
        return {
            "service": self._database.service,
            "event": delivery.message.headers.get("ce_type", ""),
            "place": f"{topic}/{number}/{delivery.offset}",
            "trace": trace_of(delivery.message.headers.get("traceparent")),
        }

    async def _sample(self) -> None:
        service = self._database.service
        while True:
            try:
                LAG.labels(service).set(await self._behind(await self._bus.ends(self.topics)))
                self.dead = await dead_letters.waiting(self._database, self._group)
                DEAD.labels(service).set(self.dead)
            except Exception as error:
                log.info("could not be measured", extra={"service": service, "error": type(error).__name__})
            await asyncio.sleep(SAMPLE_SECONDS)


def _transient(failure: Exception) -> bool:
    """Whether the failure is of the database's state, not of the event: the same may succeed later."""
    if isinstance(failure, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return True
    return str(getattr(failure, "sqlstate", None)).startswith(TRANSIENT)
