"""What every bus does, asked of each of them: of PostgreSQL's log table and of a real Kafka broker."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from shared.bus import Bus, Delivery, Message, NotPublished, Subscription
from tests.eventing import Place

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]

PROMPT_SECONDS = 3.0
MakeBus = Callable[[], Bus]


@pytest.fixture
async def make_bus(bus_place: Place) -> AsyncIterator[MakeBus]:
    """Makes buses as several processes would have them, closed at the end."""
    made: list[Bus] = []

    def make() -> Bus:
        made.append(bus_place.bus())
        return made[-1]

    yield make
    for bus in made:
        await bus.close()


@pytest.fixture
def bus(make_bus: MakeBus) -> Bus:
    """One process's bus."""
    return make_bus()


@pytest.fixture
async def topic(bus: Bus) -> str:
    """A topic of one's own."""
    await bus.ensure_topics(["things.events"])
    return "things.events"


def messages(topic: str, keys: Sequence[str], number: int) -> list[Message]:
    """`number` messages for each key, in turn; each says which it is."""
    return [
        Message(topic, key, f"{key}:{index}".encode(), {"ce_id": f"{key}:{index}", "naïve": "ü"})
        for index in range(number)
        for key in keys
    ]


async def received(subscription: Subscription, number: int, *, acknowledge: bool = True) -> list[Delivery]:
    """The next `number` deliveries."""
    got: list[Delivery] = []
    async with asyncio.timeout(30):
        while len(got) < number:
            deliveries = await subscription.receive(100, 1.0)
            if acknowledge and deliveries:
                await subscription.acknowledge(deliveries)
            got += deliveries
    return got


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - other tasks make it true, step by step
            await asyncio.sleep(0.05)


def by_key(deliveries: Sequence[Delivery]) -> dict[str, list[int]]:
    """Each key with the numbers of its messages as they came."""
    numbers = defaultdict(list)
    for delivery in deliveries:
        key, number = delivery.message.value.decode().split(":")
        assert delivery.message.key == key
        numbers[key].append(int(number))
    return dict(numbers)


async def test_message_arrives_as_it_was_sent(bus: Bus, topic: str) -> None:
    sent = Message(topic, "clé", b"\x00\xff{}", {"content-type": "application/json", "ce_causes": '[{"id":"ü"}]'})
    await bus.publish([sent])
    async with aclosing(Member(bus, "one", topic)) as member:
        [delivery] = await received(member.subscription, 1)
    assert delivery.message == sent


class Member:
    """A subscription that can be used in a `with` statement."""

    def __init__(self, bus: Bus, group: str, topic: str) -> None:
        self.subscription = bus.subscribe(group, [topic])

    async def aclose(self) -> None:
        """Leave the group."""
        await self.subscription.close()


async def test_order_is_kept_per_key(bus: Bus, topic: str) -> None:
    keys = [f"key{index}" for index in range(7)]
    sent = messages(topic, keys, 30)
    for start in range(0, len(sent), 40):
        await bus.publish(sent[start : start + 40])
    async with aclosing(Member(bus, "one", topic)) as member:
        got = await received(member.subscription, len(sent))
    assert by_key(got) == {key: list(range(30)) for key in keys}


async def test_offsets_grow_within_a_partition(bus: Bus, topic: str) -> None:
    await bus.publish(messages(topic, ["a", "b", "c", "d"], 10))
    async with aclosing(Member(bus, "one", topic)) as member:
        got = await received(member.subscription, 40)
    places = defaultdict(list)
    for delivery in got:
        places[delivery.partition].append(delivery.offset)
    assert all(offsets == list(range(len(offsets))) for offsets in places.values())


async def test_what_was_not_acknowledged_comes_again(bus: Bus, topic: str) -> None:
    await bus.publish(messages(topic, ["a"], 10))
    async with aclosing(Member(bus, "one", topic)) as member:
        first = await received(member.subscription, 10, acknowledge=False)
        await member.subscription.acknowledge(first[:4])
    async with aclosing(Member(bus, "one", topic)) as member:
        again = await received(member.subscription, 6)
    assert by_key(again) == {"a": [4, 5, 6, 7, 8, 9]}


async def test_groups_are_independent(bus: Bus, topic: str) -> None:
    await bus.publish(messages(topic, ["a"], 5))
    async with aclosing(Member(bus, "one", topic)) as one, aclosing(Member(bus, "two", topic)) as two:
        first, second = await asyncio.gather(received(one.subscription, 5), received(two.subscription, 5))
    assert by_key(first) == by_key(second) == {"a": [0, 1, 2, 3, 4]}


async def test_group_resumes_after_a_restart(make_bus: MakeBus, topic: str) -> None:
    before = make_bus()
    await before.publish(messages(topic, ["a"], 5))
    async with aclosing(Member(before, "one", topic)) as member:
        await received(member.subscription, 5)
    await before.close()
    after = make_bus()
    await after.publish([Message(topic, "a", b"a:5", {})])
    async with aclosing(Member(after, "one", topic)) as member:
        assert by_key(await received(member.subscription, 1)) == {"a": [5]}


async def test_new_group_begins_at_the_start(bus: Bus, topic: str) -> None:
    await bus.publish(messages(topic, ["a"], 5))
    async with aclosing(Member(bus, "one", topic)) as member:
        await received(member.subscription, 5)
    async with aclosing(Member(bus, "late", topic)) as member:
        assert by_key(await received(member.subscription, 5)) == {"a": [0, 1, 2, 3, 4]}


async def test_concurrent_publishers_lose_nothing(make_bus: MakeBus, topic: str) -> None:
    publishers = [make_bus() for _ in range(6)]

    async def publish(publisher: Bus, key: str) -> None:
        for message in messages(topic, [key], 150):
            await publisher.publish([message])

    reader = Member(make_bus(), "one", topic)
    async with aclosing(reader):
        reading = asyncio.create_task(received(reader.subscription, 900))
        await asyncio.gather(*(publish(one, f"key{index}") for index, one in enumerate(publishers)))
        got = await reading
    assert by_key(got) == {f"key{index}": list(range(150)) for index in range(6)}


async def test_members_of_a_group_share_the_work_and_take_over(make_bus: MakeBus, topic: str) -> None:
    first, second = Member(make_bus(), "one", topic), Member(make_bus(), "one", topic)
    publisher, keys = make_bus(), [f"key{index}" for index in range(12)]

    async def receive(member: Member, into: list[Delivery]) -> None:
        while True:
            deliveries = await member.subscription.receive(100, 1.0)
            if deliveries:
                await member.subscription.acknowledge(deliveries)
            into += deliveries

    got: tuple[list[Delivery], list[Delivery]] = ([], [])
    tasks = [asyncio.create_task(receive(member, into)) for member, into in zip((first, second), got, strict=True)]
    await publisher.publish(messages(topic, keys, 5))
    await until(lambda: len({delivery.message.value for delivery in got[0] + got[1]}) == 60)
    tasks[0].cancel()
    await asyncio.wait(tasks[:1])
    await first.aclose()
    await publisher.publish([Message(topic, key, f"{key}:5".encode(), {}) for key in keys])
    await until(lambda: len({delivery.message.value for delivery in got[0] + got[1]}) == 72)
    assert all(numbers[-1] == 5 for numbers in by_key(got[1]).values())
    tasks[1].cancel()
    await asyncio.wait(tasks)
    await second.aclose()


async def test_close_is_prompt_and_ends_a_waiting_receive(bus: Bus, topic: str) -> None:
    member = Member(bus, "one", topic)
    await bus.publish(messages(topic, ["a"], 1))
    await received(member.subscription, 1)
    waiting = asyncio.create_task(member.subscription.receive(10, 30.0))
    await asyncio.sleep(0.2)
    started = time.monotonic()
    await member.aclose()
    assert list(await waiting) == []
    with pytest.raises(RuntimeError, match="closed"):
        await member.subscription.receive(10, 30.0)
    await bus.close()
    assert time.monotonic() - started < PROMPT_SECONDS


async def test_ends_and_positions_tell_the_lag(bus: Bus, topic: str) -> None:
    assert sum((await bus.ends([topic])).values()) == 0
    await bus.publish(messages(topic, ["a", "b", "c"], 4))
    ends = await bus.ends([topic])
    assert sum(ends.values()) == 12
    assert dict.fromkeys(ends, 0) == await bus.positions("one", [topic])
    async with aclosing(Member(bus, "one", topic)) as member:
        await received(member.subscription, 12)
    assert await bus.positions("one", [topic]) == ends


async def test_topics_are_made_once(bus: Bus, topic: str) -> None:
    await bus.publish(messages(topic, ["a"], 3))
    await bus.ensure_topics([topic])
    assert sum((await bus.ends([topic])).values()) == 3


async def test_publishing_to_no_topic_is_refused(bus: Bus, topic: str) -> None:
    with pytest.raises(NotPublished):
        await bus.publish([Message(f"not-{topic}", "a", b"", {})])
    await bus.publish(messages(topic, ["a"], 1))
    assert await bus.healthy()


async def test_timeout_without_messages_returns_nothing(bus: Bus, topic: str) -> None:
    async with aclosing(Member(bus, "one", topic)) as member:
        await member.subscription.receive(10, 0.1)
        started = time.monotonic()
        assert list(await member.subscription.receive(10, 0.3)) == []
        assert 0.2 < time.monotonic() - started < 2


async def test_limit_is_kept(bus: Bus, topic: str) -> None:
    await bus.publish(messages(topic, ["a"], 10))
    async with aclosing(Member(bus, "one", topic)) as member:
        sizes: list[Any] = []
        while sum(sizes) < 10:
            sizes.append(len(await member.subscription.receive(4, 1.0)))
    assert max(sizes) == 4
