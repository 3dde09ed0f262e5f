"""The whole embedded suite as a newcomer has it: how long it takes to start, and how much memory it takes at work."""

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.bench.load import load, request
from tests.bench.report import keep
from tests.e2e.running import Running, command, suite

REQUESTS = 1000
PATHS = ("/governance/v1/agencies?limit=50", "/escalations/v1/escalations?limit=50")


def megabytes(running: Running) -> float:
    """Memory of all its processes, PostgreSQL's included; what several share is counted once."""
    parent = psutil.Process(running.process.pid)
    return sum(process.memory_full_info().pss for process in (parent, *parent.children(recursive=True))) / 1e6


def token(running: Running) -> dict[str, str]:
    """The header of somebody who may read both lists."""
    return {"authorization": f"Bearer {command('token', '--port', running.port).said.strip()}"}


@pytest.mark.timeout(900)
def test_start_and_memory(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with suite(data) as running:
        figures = {"first start s": round(running.started_in, 1)}
    with suite(data) as running:
        figures |= {"warm start s": round(running.started_in, 1), "MB after start": round(megabytes(running))}
        headers = token(running)
        for path in PATHS:
            asked = request(path, headers | {"host": running.url.removeprefix("http://")})
            asyncio.run(load(running.url, asked, REQUESTS // len(PATHS)))
        figures[f"MB after {REQUESTS} requests"] = round(megabytes(running))
    keep("the whole embedded suite", figures | {"to reach: MB": 400, "to reach: warm start s": 5})
