"""What only the log table can get wrong: lost connections, rolled-back publishers, rights."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import TypeAlias

import asyncpg
import pytest

from shared.bus import BusUnavailable, Delivery, Message, Subscription
from shared.bus.postgres import PostgresBus
from shared.migrations import runtime
from tests.eventing import install_bus
from tests.postgres import OwnDatabase, run

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]

TOPIC = "things.events"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
def database(empty_database: OwnDatabase) -> OwnDatabase:
    """A database with the bus's tables."""
    run(install_bus(empty_database))
    return empty_database


@pytest.fixture
async def bus(database: OwnDatabase) -> AsyncIterator[PostgresBus]:
    """The bus as its runtime role, with one topic."""
    bus = PostgresBus(database.url(runtime("bus")))
    await bus.ensure_topics([TOPIC])
    yield bus
    await bus.close()


@pytest.fixture
async def administrator(database: OwnDatabase) -> AsyncIterator[Connection]:
    """A connection that may do everything."""
    connection = await asyncpg.connect(database.url())
    yield connection
    await connection.close()


def numbered(start: int, stop: int) -> list[Message]:
    """Messages that say their number."""
    return [Message(TOPIC, "key", str(number).encode(), {}) for number in range(start, stop)]


async def received(subscription: Subscription, number: int) -> list[Delivery]:
    """The next deliveries, whatever interrupts."""
    got: list[Delivery] = []
    async with asyncio.timeout(20):
        while len(got) < number:
            try:
                got += await subscription.receive(10, 1.0)
            except BusUnavailable:
                await asyncio.sleep(0.1)
    return got


async def test_a_role_that_is_refused_is_a_bus_that_is_away(bus: PostgresBus, administrator: Connection) -> None:
    role = runtime("bus")
    subscription = bus.subscribe("group", [TOPIC])
    await bus.publish(numbered(0, 1))
    await administrator.execute(f"ALTER ROLE {role} NOLOGIN")
    try:
        await administrator.fetch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", role)
        with pytest.raises(BusUnavailable):
            await bus.publish(numbered(1, 2))
        with pytest.raises(BusUnavailable):
            await subscription.receive(10, 1.0)
        assert not await bus.healthy()
    finally:
        await administrator.execute(f"ALTER ROLE {role} LOGIN")
    assert len(await received(subscription, 1)) == 1
    await subscription.close()


async def test_lost_connections_are_made_again(bus: PostgresBus, administrator: Connection) -> None:
    subscription = bus.subscribe("group", [TOPIC])
    await bus.publish(numbered(0, 3))
    first = await received(subscription, 3)
    await subscription.acknowledge(first[:2])
    await administrator.fetch(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usename = $1", runtime("bus")
    )
    for _ in range(5):
        try:
            await bus.publish(numbered(3, 5))
            break
        except BusUnavailable:
            await asyncio.sleep(0.1)
    again = await received(subscription, 3)
    # The group's place is where it was acknowledged: a member that lost its membership begins there.
    assert [one.message.value for one in again] == [b"2", b"3", b"4"]
    await subscription.close()


async def test_only_topics_with_something_share_the_limit(bus: PostgresBus) -> None:
    await bus.ensure_topics(["quiet.events", "other.events"])
    subscription = bus.subscribe("group", [TOPIC, "quiet.events", "other.events"])
    await bus.publish([*numbered(0, 12), Message("other.events", "key", b"one", {})])
    assert Counter(one.partition.topic for one in await subscription.receive(8, 1.0)) == {TOPIC: 4, "other.events": 1}
    assert len(await subscription.receive(8, 1.0)) == 8
    await subscription.close()


async def test_message_wakes_a_waiting_member(bus: PostgresBus) -> None:
    subscription = bus.subscribe("group", [TOPIC])
    await subscription.receive(10, 0.01)
    waiting = asyncio.create_task(subscription.receive(10, 20.0))
    await asyncio.sleep(0.1)
    begun = asyncio.get_running_loop().time()
    await bus.publish(numbered(0, 1))
    assert len(await waiting) == 1
    assert asyncio.get_running_loop().time() - begun < 0.5
    await subscription.close()


async def test_publisher_that_dies_leaves_no_gap(bus: PostgresBus, administrator: Connection) -> None:
    await bus.publish(numbered(0, 2))
    transaction = administrator.transaction()
    await transaction.start()
    await administrator.execute("UPDATE bus.topic SET next_offset = next_offset + 5 WHERE name = $1", TOPIC)
    publishing = asyncio.create_task(bus.publish(numbered(2, 4)))
    await asyncio.sleep(0.2)
    assert not publishing.done()
    await transaction.rollback()
    await publishing
    subscription = bus.subscribe("group", [TOPIC])
    assert [one.offset for one in await received(subscription, 4)] == [0, 1, 2, 3]
    await subscription.close()


async def test_slow_publisher_is_not_passed_over(bus: PostgresBus, database: OwnDatabase) -> None:
    """Six publishers of single messages, one reader that never waits: nothing is skipped."""
    publishers = [PostgresBus(database.url(runtime("bus"))) for _ in range(6)]
    subscription = bus.subscribe("group", [TOPIC])

    async def publish(publisher: PostgresBus) -> None:
        for message in numbered(0, 100):
            await publisher.publish([message])

    reading = asyncio.create_task(received(subscription, 600))
    await asyncio.gather(*map(publish, publishers))
    assert [one.offset for one in await reading] == list(range(600))
    for publisher in publishers:
        await publisher.close()
    await subscription.close()


async def test_log_can_only_grow(bus: PostgresBus, database: OwnDatabase) -> None:
    await bus.publish(numbered(0, 1))
    connection = await asyncpg.connect(database.url(runtime("bus")))
    for statement in ("UPDATE bus.log SET key = ''", "DELETE FROM bus.log", "TRUNCATE bus.log", "DROP TABLE bus.log"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_installing_again_changes_nothing(bus: PostgresBus, database: OwnDatabase) -> None:
    await bus.publish(numbered(0, 3))
    await install_bus(database)
    assert list((await bus.ends([TOPIC])).values()) == [3]


async def test_member_behind_cannot_move_its_group_back(bus: PostgresBus) -> None:
    subscription = bus.subscribe("group", [TOPIC])
    await bus.publish(numbered(0, 5))
    got = await received(subscription, 5)
    await subscription.acknowledge(got)
    await subscription.acknowledge(got[:2])
    assert list((await bus.positions("group", [TOPIC])).values()) == [5]
    await subscription.close()
