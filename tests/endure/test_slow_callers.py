"""Half a thousand callers who never come to the end of what they say: everybody else is answered as before."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.gateway.sandbox.token import token
from tests.e2e.running import suite

CALLERS = 500
READINGS = 400
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

HEADERS = b"GET /escalations/v1/escalations HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Slow: "
BODY = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: %s\r\nContent-Length: 5000\r\n\r\n"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


def begun(kind: str, port: int) -> bytes:
    """What such a caller says at first."""
    if kind == "headers":
        return HEADERS % port
    return BODY % ((b"/oauth/token", port, FORM) if kind == "forms" else (b"/gateway/v1/clients", port, JSON))


@asynccontextmanager
async def slow_callers(kind: str, port: int) -> AsyncIterator[None]:
    """Each sends one byte a second."""

    async def slow() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(begun(kind, port))
            while True:
                await asyncio.sleep(1)
                writer.write(b"a")
                await writer.drain()
        except ConnectionError:
            pass  # sent away, as it may be
        finally:
            writer.close()

    tasks = [asyncio.create_task(slow()) for _ in range(CALLERS)]
    await asyncio.sleep(5)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def readings(url: str, bearer: str) -> list[float]:
    """How long each of some readings took; all are answered."""
    took = []
    async with httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {bearer}"}) as client:
        for _ in range(READINGS):
            start = time.perf_counter()
            answer = await client.get("/escalations/v1/escalations")
            took.append(time.perf_counter() - start)
            assert answer.status_code == 200, answer.text
    return took


@pytest.mark.parametrize("kind", ["headers", "forms", "bodies"])
async def test_nobody_waits_for_who_is_slow(tmp_path: Path, kind: str) -> None:
    """Ninety-nine of a hundred readings take at most twice as long as without them."""
    with suite(tmp_path, environment={"SAFER_REQUESTS_A_MINUTE": "999999"}) as running:
        bearer = await token(running.url, "police", "agency_lead", system=True)
        await readings(running.url, bearer)
        alone = await readings(running.url, bearer)
        async with slow_callers(kind, int(running.port)):
            among = await readings(running.url, bearer)
    p99 = [statistics.quantiles(one, n=100)[98] * 1e3 for one in (alone, among)]
    print(f"\n{kind}: p99 {p99[0]:.1f} ms alone, {p99[1]:.1f} ms among {CALLERS} slow callers")
    assert p99[1] <= 2 * p99[0]
