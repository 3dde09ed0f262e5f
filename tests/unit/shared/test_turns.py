"""Turns: in the order of coming within a kind, no kind shuts out another, and nobody waits in vain for longer than was said."""

import asyncio
from asyncio import create_task, sleep

import pytest

from shared.turns import Crowded, Turns

SOON = 0.0


async def _come(turns: Turns, kinds: str) -> "tuple[list[str], list[asyncio.Task[None]]]":
    """Those of these kinds, one after another, and whoever has had a turn until now: `b2` is the third of kind `b`."""
    had: list[str] = []

    async def one(kind: str, number: int) -> None:
        await turns.take(kind)
        had.append(f"{kind}{number}")

    tasks = []
    for place, kind in enumerate(kinds):
        tasks.append(create_task(one(kind, kinds[:place].count(kind))))
        await sleep(SOON)
    return had, tasks


async def _end(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_each_kind_in_its_order_and_the_kinds_one_after_the_other() -> None:
    turns = Turns(5, 60)
    had, tasks = await _come(turns, "aaaaaaaabbbcc")
    assert had == ["a0", "a1", "a2", "a3", "b0"]  # four in five of one kind
    assert turns.waiting() == 8
    for kind in "aaaabacb":
        turns.give(kind)
        await sleep(SOON)
    assert had[5:] == ["a4", "b1", "c0", "a5", "b2", "c1", "a6", "a7"]
    assert turns.waiting() == 0
    await _end(tasks)


async def test_what_a_kind_may_not_have_stays_for_the_next() -> None:
    turns = Turns(10, 60)
    had, tasks = await _come(turns, "a" * 30)
    assert len(had) == 8
    others, more = await _come(turns, "bc")
    assert others == ["b0", "c0"]
    await _end([*tasks, *more])


async def test_one_place_is_enough() -> None:
    turns = Turns(1, 60)
    had, tasks = await _come(turns, "aaab")
    for kind in "aaba":
        turns.give(kind)
        await sleep(SOON)
    assert had == ["a0", "a1", "b0", "a2"]
    assert not turns._lines  # nothing is kept of who has gone
    await _end(tasks)


async def test_who_goes_while_waiting_takes_nobodys_turn() -> None:
    turns = Turns(1, 60)
    had, tasks = await _come(turns, "aaaa")
    tasks[1].cancel()
    turns.give("a")  # at the very moment at which she goes
    tasks[2].cancel()  # and she when she has just been given one
    await sleep(SOON)
    await sleep(SOON)
    assert had == ["a0", "a3"]
    turns.give("a")
    assert not turns._lines
    await _end(tasks)


async def test_who_has_waited_long_enough_is_told() -> None:
    turns = Turns(1, 0.01)
    await turns.take("a")
    with pytest.raises(Crowded):
        await turns.take("b")
    turns.give("a")
    await turns.take("b")
    turns.give("b")
    assert not turns._lines


async def test_who_would_wait_too_long_is_told_at_once() -> None:
    turns = Turns(1, 0.2)
    had, tasks = await _come(turns, "aaaaaaa")
    await sleep(0.06)
    turns.give("a")
    await sleep(SOON)
    assert had == ["a0", "a1"]
    begun = asyncio.get_running_loop().time()
    with pytest.raises(Crowded) as told:
        await turns.take("a")
    assert asyncio.get_running_loop().time() - begun < 0.05
    assert told.value.seconds > 0.2  # five wait, and it goes at one in six hundredths of a second
    await _end(tasks)


async def test_how_the_first_of_a_crowd_fared_turns_nobody_away() -> None:
    turns = Turns(1, 1.0)
    had, tasks = await _come(turns, "a" * 200)
    await sleep(0.02)
    turns.give("a")
    await sleep(SOON)
    assert had == ["a0", "a1"]
    late = create_task(turns.take("a"))  # by the first alone she would wait for four seconds
    await sleep(SOON)
    assert not late.done()
    await _end([*tasks, late])
