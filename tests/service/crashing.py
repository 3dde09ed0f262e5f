"""A process that relays alpha's events and has beta handle them, and is killed at a chosen point of that way."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Sequence

from shared.bus import Bus, Delivery, Message, Subscription
from shared.inbox import Consumer
from shared.outbox import Relay
from tests.eventing import Changed, Place, Services, running, write_down

SESSION_SECONDS = 2.0  # after which a killed member's partitions are another's
POINTS = ("before publishing", "before marking", "before acknowledging")


class Deadly:
    """A real bus, on whose way a point lies at which this process dies when it comes there the `nth` time."""

    def __init__(self, bus: Bus, point: str, nth: int) -> None:
        self._bus, self._point, self._left = bus, point, nth

    def __getattr__(self, name: str) -> object:
        return getattr(self._bus, name)

    def come_to(self, point: str) -> None:
        """Die as by a power cut, if this is the point and the time."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish; the relay marks after this."""
        self.come_to("before publishing")
        await self._bus.publish(messages)
        self.come_to("before marking")

    def subscribe(self, group: str, topics: Iterable[str]) -> "DeadlySubscription":
        """Subscribe."""
        return DeadlySubscription(self, self._bus.subscribe(group, topics))


class DeadlySubscription:
    """A real subscription with a point before it acknowledges."""

    def __init__(self, bus: Deadly, subscription: Subscription) -> None:
        self._bus, self._subscription = bus, subscription

    def __getattr__(self, name: str) -> object:
        return getattr(self._subscription, name)

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge; the handlers have committed before this."""
        self._bus.come_to("before acknowledging")
        await self._subscription.acknowledge(deliveries)


async def main(place: Place, services: Services, point: str, nth: int) -> None:
    """Run both until killed."""
    bus = Deadly(place.bus(), point, nth)
    relay = Relay(services.alpha, bus, batch=5)  # type: ignore[arg-type]
    consumer = Consumer(services.beta, bus, "beta", {Changed: write_down})  # type: ignore[arg-type]
    async with running(relay.run(), consumer.run()):
        await asyncio.Event().wait()


if __name__ == "__main__":
    kind, address, prefix, alpha, beta, point, nth = sys.argv[1:]
    asyncio.run(main(Place(kind, address, prefix, SESSION_SECONDS), Services.at(alpha, beta), point, int(nth)))
