"""A cluster that asks who comes: the settings name the user, and nobody else is let in."""

from uuid import uuid4

import pytest

from shared.bus import Bus, BusUnavailable, Message
from shared.settings import Settings
from shared.suite import bus_of
from tests.kafka.broker import PASSWORD, USER, shared_servers

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]


def bus(password: str) -> Bus:
    """A connection to the broker's listener at which USER signs in."""
    given = {"SAFER_BUS": "kafka", "SAFER_KAFKA_SERVERS": shared_servers(signed=True)}
    return bus_of(Settings.read("bus", given | {"SAFER_KAFKA_USER": USER, "SAFER_KAFKA_PASSWORD": password}))


async def test_who_signs_in_publishes() -> None:
    topic = f"{uuid4()}.events"
    signed_in = bus(PASSWORD)
    try:
        await signed_in.ensure_topics([topic])
        await signed_in.publish([Message(topic, "key", b"value", {})])
        assert sum((await signed_in.ends([topic])).values()) == 1
    finally:
        await signed_in.close()


async def test_who_does_not_know_the_password_is_not_let_in() -> None:
    stranger = bus("a guess")
    try:
        assert not await stranger.healthy()
        with pytest.raises(BusUnavailable):
            await stranger.publish([Message("any.events", "key", b"value", {})])
    finally:
        await stranger.close()
