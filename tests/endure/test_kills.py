"""The whole suite killed without warning, again and again, while clients write; their ledger says what must be there.

`ENDURE_CYCLES` (200 unless set) kills of the one process of `run all`, each at a random moment; PostgreSQL is then left
without its parent and is taken over by the next start. A write that was acknowledged is in the ledger; one whose answer was
lost is sent again with its key. At the end each key has made exactly one matter, told of by exactly one event.
"""

import asyncio
import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.sandbox.token import token
from shared.embedded import EmbeddedPostgres
from tests.e2e.running import begin, greeted

CYCLES = int(os.environ.get("ENDURE_CYCLES", "200"))
WRITERS = 4
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(CYCLES * 90 + 300)]


class Ledger:
    """What clients sent, by key, and what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, str] = {}
        self.unanswered: list[str] = []


async def write(url: str, bearer: str, ledger: Ledger, stop: asyncio.Event) -> None:
    """Raise one challenge after the other, first those whose answer was lost, until the suite is gone."""
    headers = {"authorization": f"Bearer {bearer}"}
    async with httpx.AsyncClient(timeout=10) as client:
        while not stop.is_set():
            key = ledger.unanswered.pop() if ledger.unanswered else str(uuid4())
            try:
                answer = await client.post(
                    f"{url}/escalations/v1/escalations", json=EXAMPLE, headers=headers | {"idempotency-key": key}
                )
            except httpx.TransportError:
                ledger.unanswered.append(key)
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                ledger.acknowledged[key] = answer.json()["id"]
            else:
                assert answer.status_code in {409, 503}, answer.text
                ledger.unanswered.append(key)


async def one_cycle(data: Path, ledger: Ledger, chance: random.Random) -> None:
    """Start, write, kill."""
    process = begin(data)
    running = await asyncio.to_thread(greeted, process, data)
    bearer = await token(running.url, "police", "agency_lead", system=True)
    stop = asyncio.Event()
    writers = [asyncio.create_task(write(running.url, bearer, ledger, stop)) for _ in range(WRITERS)]
    await asyncio.sleep(chance.uniform(0.2, 3))
    process.send_signal(signal.SIGKILL)
    stop.set()
    await asyncio.gather(*writers)
    await asyncio.to_thread(_buried, process)


def _buried(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=30)
    process.__exit__(None, None, None)


async def found(data: Path, statement: str) -> list[Any]:
    """What is in the database, asked without the suite."""
    with EmbeddedPostgres(data / "postgres") as address:
        connection = await asyncpg.connect(address.url())
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()


async def test_killed_without_warning(tmp_path: Path) -> None:
    """Nothing acknowledged is lost, nothing happens twice."""
    ledger, chance = Ledger(), random.Random(1)
    for _ in range(CYCLES):
        await one_cycle(tmp_path, ledger, chance)
    matters = [
        str(row["id"]) for row in await found(tmp_path, "SELECT id FROM escalations.escalation WHERE raiser ~ 'system'")
    ]
    told = await found(
        tmp_path, "SELECT subject FROM escalations.outbox WHERE type = 'escalations.escalation.raised.v1'"
    )
    raised = [row["subject"] for row in told if row["subject"] in set(matters)]
    assert set(ledger.acknowledged.values()) <= set(matters)
    assert len(set(ledger.acknowledged.values())) == len(ledger.acknowledged)
    assert len(matters) <= len(ledger.acknowledged) + len(ledger.unanswered)
    assert sorted(raised) == sorted(matters)
    assert len(ledger.acknowledged) > CYCLES
    print(
        f"\n{CYCLES} kills, {len(ledger.acknowledged)} acknowledged, {len(ledger.unanswered)} unanswered, {len(matters)} kept"
    )
