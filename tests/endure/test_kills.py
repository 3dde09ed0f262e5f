"""Parts of the suite killed without warning, again and again, while clients write; their ledger says what must be there.

`ENDURE_CYCLES` (200 unless set) kills in each mode, each of a random part at a random moment: in one process the suite
itself or its PostgreSQL; as separate processes any service (its relay, consumer and sweeps die with it), PostgreSQL, or
Kafka. A write that was acknowledged is in the ledger; one whose answer was lost is sent again under its key.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

import pytest

from shared.bus import BusUnavailable
from tests.e2e.dark import nothing_lost_nothing_twice
from tests.e2e.modes import Mode, embedded, separate
from tests.endure.ledger import Clients, Ledger

CYCLES = int(os.environ.get("ENDURE_CYCLES", "200"))
SEED = int(os.environ.get("ENDURE_SEED", "1"))
WRITERS = 4
SETTLED_SECONDS = 120.0
UNLIMITED = {"SAFER_REQUESTS_A_MINUTE": "999999"}
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(CYCLES * 90 + 300)]
RAISED = """
SELECT e.id, count(DISTINCT o.event_id) AS told, count(DISTINCT h.id) FILTER (WHERE h.did = 'acknowledge') AS moved
FROM escalations.escalation e
JOIN escalations.history_entry h ON h.escalation_id = e.id
LEFT JOIN escalations.outbox o ON o.subject = e.id::text AND o.type = 'escalations.escalation.raised.v1'
WHERE e.raiser ~ 'system' GROUP BY e.id
"""


@pytest.mark.parametrize("started", [embedded, separate])
async def test_killed_without_warning(started: Callable[..., AbstractContextManager[Mode]], tmp_path: Path) -> None:
    """Nothing acknowledged is lost, nothing happens twice, events keep the order of their record."""
    chance, killed, stop = random.Random(SEED), Counter[str](), asyncio.Event()
    with ExitStack() as stack:
        mode = await asyncio.to_thread(stack.enter_context, started(tmp_path, UNLIMITED))
        clients = Clients(mode.url)
        writers = [asyncio.create_task(clients.write(stop)) for _ in range(WRITERS)]
        for _ in range(CYCLES):
            await asyncio.sleep(chance.uniform(0.2, 3))
            victim = chance.choice(sorted(mode.victims))
            killed[victim] += 1
            await asyncio.to_thread(mode.victims[victim])
        stop.set()
        await asyncio.gather(*writers)
        await kept(mode, clients.ledger)
    told = clients.ledger
    print(f"\n{dict(killed)}: {len(told.acknowledged)} acknowledged, {len(told.unanswered)} unanswered")


async def kept(mode: Mode, ledger: Ledger) -> None:
    """What the ledger says is there, once, and has been told of, once and in order."""
    await settled(mode)
    matters = {str(row["id"]): row for row in await mode.ask(RAISED)}
    assert set(ledger.acknowledged.values()) <= set(matters)
    assert len(set(ledger.acknowledged.values())) == len(ledger.acknowledged) > CYCLES
    assert len(matters) <= len(ledger.acknowledged) + len(ledger.unanswered)
    assert {row["told"] for row in matters.values()} == {1}
    assert {row["moved"] for row in matters.values()} <= {0, 1}
    assert ledger.moved <= {matter for matter, row in matters.items() if row["moved"]}


async def settled(mode: Mode) -> None:
    """Every event has been told, once and in order, and handled: wait for it, for the last kill has only just been."""
    give_up = asyncio.get_running_loop().time() + SETTLED_SECONDS
    while asyncio.get_running_loop().time() < give_up:
        with suppress(AssertionError, BusUnavailable):
            await nothing_lost_nothing_twice(mode)
            return
        await asyncio.sleep(1)
    await nothing_lost_nothing_twice(mode)
