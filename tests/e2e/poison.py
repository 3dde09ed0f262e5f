"""One event in a thousand that its reader cannot handle: it is set aside, and the rest goes on."""

import asyncio
import csv
from pathlib import Path

import httpx

from services.governance.load import AGENCY_COLUMNS
from tests.e2e.modes import Mode

EVENTS, POISON = 1000, "made-up-0499"
READERS = {"gateway": "agency_id", "escalations": "id"}
DEAD = "SELECT attempts, redelivered_at FROM {}.dead_letter WHERE envelope::text LIKE '%" + POISON + "%'"
PATIENCE = 60.0


async def poison(mode: Mode, folder: Path) -> None:
    """A thousand new agencies, of which a planted rule in each reader's tables refuses one."""
    for reader, key in READERS.items():
        await mode.ask(f"ALTER TABLE {reader}.agency ADD CONSTRAINT planted CHECK ({key} <> '{POISON}')")
    loaded = await asyncio.to_thread(mode.command, "load", "governance", "agencies", str(register(folder)))
    assert f"{EVENTS} new" in loaded.said, loaded.said
    await until(mode, heard=EVENTS - 1, dead=1)
    for reader in READERS:
        [letter] = await mode.ask(DEAD.format(reader))
        assert letter["attempts"] == 5
    again = await asyncio.to_thread(mode.command, "redeliver", "escalations")
    assert (again.code, "0 handled, 1 failed again" in again.said) == (1, True), again.said
    for reader in READERS:
        await mode.ask(f"ALTER TABLE {reader}.agency DROP CONSTRAINT planted")
        mended = await asyncio.to_thread(mode.command, "redeliver", reader)
        assert "1 handled, 0 failed again" in mended.said, mended.said
    await until(mode, heard=EVENTS, dead=0)


def register(folder: Path) -> Path:
    """A file with so many made-up schools."""
    file = folder / "schools.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, AGENCY_COLUMNS, restval="")
        table.writeheader()
        for number in range(EVENTS):
            table.writerow({"id": f"made-up-{number:04}", "name": f"Made-up School {number}", "agency_type": "academy"})
    return file


async def until(mode: Mode, *, heard: int, dead: int) -> None:
    """Wait until every reader has heard of so many, no event waits, and health and gauges tell so many dead letters."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    wanted = {name: (heard, 0.0, float(dead), dead) for name in READERS}
    async with httpx.AsyncClient() as client:
        while (found := {name: await told(mode, client, name) for name in READERS}) != wanted:
            assert asyncio.get_running_loop().time() < deadline, found
            await asyncio.sleep(0.5)


async def told(mode: Mode, client: httpx.AsyncClient, reader: str) -> tuple[int, float, float, int]:
    """Of how many a reader has heard; its lag and dead letters by its gauges, and by its health."""
    [row] = await mode.ask(f"SELECT count(*) FROM {reader}.agency WHERE {READERS[reader]} LIKE 'made-up-%'")
    gauges = (await client.get(mode.metrics(reader))).text.splitlines()
    lag, dead = (
        next(float(line.split()[-1]) for line in gauges if line.startswith(f'{name}{{service="{reader}"}}'))
        for name in ("safer_inbox_lag", "safer_inbox_dead_letters")
    )
    health = (await client.get(mode.health(reader))).json()
    own = health.get("services", {}).get(reader, health)  # of one process the gateway tells for all
    return row["count"], lag, dead, own["dead_letters"]
