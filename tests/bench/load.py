"""A bounded load: so many requests over so many connections, then it stops by itself."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Measured:
    """Requests a second, and the times of single requests in milliseconds."""

    rate: float
    p50: float
    p95: float


async def load(
    url: str,
    requests: int,
    *,
    connections: int = 8,
    headers: Callable[[int], dict[str, str]] | dict[str, str] | None = None,
    body: Callable[[int], Any] | None = None,
    expected: int = 200,
) -> Measured:
    """Send them, and measure; an answer of another status is an error."""
    times: list[float] = []
    numbers = iter(range(requests))

    async def one(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            sent = headers(number) if callable(headers) else headers
            begun = time.perf_counter()
            method = "POST" if body else "GET"
            async with session.request(method, url, headers=sent, json=body(number) if body else None) as answer:
                await answer.read()
                assert answer.status == expected, (answer.status, await answer.text())
            times.append(time.perf_counter() - begun)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        begun = time.perf_counter()
        await asyncio.gather(*(one(session) for _ in range(connections)))
        elapsed = time.perf_counter() - begun
    return Measured(requests / elapsed, median(times) * 1000, quantiles(times, n=20)[-1] * 1000)


def best(rounds: Sequence[Measured]) -> Measured:
    """The round with the highest rate: noise on a shared machine only ever slows down."""
    return max(rounds, key=lambda one: one.rate)
