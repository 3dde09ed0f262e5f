"""A disk that fills while clients write: they are told so, nothing acknowledged is lost, and room heals it.

A small file system is mounted for it, which takes root, or a user namespace (`unshare --map-root-user --mount`).
"""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.sandbox.token import token
from tests.e2e.modes import Embedded
from tests.e2e.running import command, suite
from tests.endure.ledger import Clients

MEGABYTES = 500
WRITERS = 2
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of a few hundred megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(bytes(65536))
                file.flush()
        except OSError:
            return filler


async def raised(url: str, bearer: str, key: str) -> int:
    """The status with which one challenge is answered."""
    headers = {"authorization": f"Bearer {bearer}", "idempotency-key": key}
    async with httpx.AsyncClient(timeout=20) as client:
        return (await client.post(f"{url}/escalations/v1/escalations", json=EXAMPLE, headers=headers)).status_code


async def test_a_disk_that_fills_and_is_emptied(disk: Path) -> None:
    """Written on into the full disk, started on it, and given room again."""
    data = disk / "var"
    with suite(data) as running:
        bearer = await token(running.url, "police", "agency_lead", system=True)
        clients = Clients(running.url)
        while len(clients.ledger.acknowledged) <= 10:
            await clients.write_for(1, WRITERS)
        filler = await asyncio.to_thread(fill, disk)
        await clients.write_for(10, WRITERS)
        assert await raised(running.url, bearer, "on-the-full-disk") == 503
        kept = set(clients.ledger.acknowledged.values())
        running.stop()
    refused = await asyncio.to_thread(command, "run", "all", "--data", str(data), "--port", "0")
    assert refused.code == 1
    assert "is full: make room and start again" in refused.said
    assert "Traceback" not in refused.said
    filler.unlink()
    with suite(data) as running:
        bearer = await token(running.url, "police", "agency_lead", system=True)
        assert await raised(running.url, bearer, "on-the-full-disk") == 201
        rows = await Embedded(data, {}).ask("SELECT id FROM escalations.escalation")
    assert kept <= {str(row["id"]) for row in rows}


async def test_a_disk_that_empties_while_the_suite_runs(disk: Path) -> None:
    """No restart is needed."""
    with suite(disk / "var") as running:
        bearer = await token(running.url, "police", "agency_lead", system=True)
        clients = Clients(running.url)
        await clients.write_for(1, WRITERS)
        filler = await asyncio.to_thread(fill, disk)
        await clients.write_for(10, WRITERS)
        assert await raised(running.url, bearer, "on-the-full-disk") == 503
        filler.unlink()
        deadline = asyncio.get_running_loop().time() + 10
        while await raised(running.url, bearer, "with-room-again") != 201:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.2)
