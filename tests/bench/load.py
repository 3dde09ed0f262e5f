"""A bounded load over connections that stay open, so cheap that what it measures is the server and not itself."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HOST = "127.0.0.1:8000"
FEWEST_ROUNDS, LONGEST_SECONDS = 5, 45.0

Source = Callable[[int], bytes]
Slice = Callable[[], Awaitable["Measured"]]


@dataclass(frozen=True)
class Measured:
    """One slice: how many were done in how many seconds, the times of each, and our own share of a processor meanwhile."""

    count: int
    elapsed: float
    times: Sequence[float] = ()
    busy: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.elapsed


def request(path: str, headers: Mapping[str, str], *, method: str = "GET", body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as it stands on the wire, made before anything is measured."""
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in ({"host": HOST} | dict(headers)).items()),
    ]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def posted(path: str, headers: Mapping[str, str], body: Any) -> bytes:
    """A POST of JSON."""
    typed = dict(headers) | {"content-type": "application/json"}
    return request(path, typed, method="POST", body=json.dumps(body).encode())


async def load(
    url: str,
    source: bytes | Source,
    requests: int,
    *,
    connections: int = 8,
    expected: int = 200,
    a_second: float | None = None,
) -> Measured:
    """Send them, and measure; an answer of another status is an error.

    With `a_second` they are sent at that pace, and each is timed from when it was due: who falls behind is not spared.
    """
    times: list[float] = []
    sent = [source if isinstance(source, bytes) else source(number) for number in range(requests)]
    numbers = iter(range(requests))
    begun, computed = time.perf_counter(), time.process_time()

    async def one() -> None:
        at = urlsplit(url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        try:
            for number in numbers:
                started = time.perf_counter()
                if a_second:
                    due = begun + number / a_second
                    if due > started:
                        await asyncio.sleep(due - started)
                    started = due
                writer.write(sent[number])
                status, body = await _answer(reader)
                times.append(time.perf_counter() - started)
                assert status == expected, (status, body)
        finally:
            writer.close()
            await writer.wait_closed()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one())
    elapsed = time.perf_counter() - begun
    return Measured(requests, elapsed, times, (time.process_time() - computed) / elapsed)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    found = LENGTH.search(head)
    assert found, head
    return int(head[9:12]), await reader.readexactly(int(found[1]))


async def in_turns(rounds: int, *subjects: Slice) -> list[list[Measured]]:
    """Each subject's slices, taken in turns: whatever else the machine does falls on all of them alike.

    On a machine with much else to do there are fewer rounds, for all the benches are to end within twenty minutes.
    """
    for subject in subjects:
        await subject()  # unmeasured: pools fill, statements are prepared
    taken: list[list[Measured]] = []
    begun = time.monotonic()
    while len(taken) < rounds and (len(taken) < FEWEST_ROUNDS or time.monotonic() - begun < LONGEST_SECONDS):
        taken.append([await subject() for subject in subjects])
    return [list(slices) for slices in zip(*taken, strict=True)]


def rate(slices: Sequence[Measured]) -> float:
    """Requests a second, in the middle slice."""
    return median(one.rate for one in slices)


def ratio(ours: Sequence[Measured], reference: Sequence[Measured]) -> float:
    """Ours over the reference: the middle one of the ratios of neighbouring slices."""
    return median(one.rate / other.rate for one, other in zip(ours, reference, strict=True))


def p50(slices: Sequence[Measured]) -> float:
    """The middle time of one request, in milliseconds."""
    return median(time for one in slices for time in one.times) * 1000


def p95(slices: Sequence[Measured]) -> float:
    """The time within which 95 of 100 requests are answered, in milliseconds."""
    return quantiles([time for one in slices for time in one.times], n=20)[-1] * 1000
