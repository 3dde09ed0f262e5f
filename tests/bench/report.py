"""Prints and keeps each figure: ours, the reference of the same run, and their ratio."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

from shared.cluster import VERSION
from tests.bench.load import Measured, p50, p95, rate, ratio

KEPT = Path(__file__).parent / "results.json"


def told(
    what: str,
    ours: Sequence[Measured],
    reference: Sequence[Measured],
    *,
    reach: float,
    more: Mapping[str, float | str] | None = None,
) -> float:
    """Print a ratio beside what it was to reach, and keep it with the machine that it came from."""
    reached = ratio(ours, reference)
    line: dict[str, float | str] = {
        "ours per second": round(rate(ours), 1),
        "reference per second": round(rate(reference), 1),
        "ratio": round(reached, 2),
        "to reach": reach,
    }
    if ours[0].times:
        line |= {"ours p50 ms": round(p50(ours), 2), "ours p95 ms": round(p95(ours), 2)}
        line |= {"reference p50 ms": round(p50(reference), 2), "reference p95 ms": round(p95(reference), 2)}
        line |= {"load generator busy": round(max(one.busy for one in ours), 2)}
    keep(what, line | dict(more or {}))
    return reached


def keep(what: str, line: Mapping[str, float | str]) -> None:
    """Print a figure, and keep it with the machine that it came from, and with how busy that was with other things."""
    line = dict(line) | {"load average": round(os.getloadavg()[0], 1)}
    print(f"\n{what}: {line}")
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept = {"machine": machine()} | {name: value for name, value in kept.items() if name != "machine"} | {what: line}
    KEPT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def machine() -> dict[str, str]:
    """What the figures come from."""
    packages = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "asyncpg", "aiohttp", "aiokafka", "authlib")
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "architecture": platform.machine(),
        "Python": platform.python_version(),
        "PostgreSQL": str(VERSION),
    } | {name: version(name) for name in packages}
