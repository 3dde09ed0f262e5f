"""Prints and keeps each figure: ours, the reference of the same run, and their ratio."""

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

from tests.bench.load import Measured

KEPT = Path(__file__).parent / "results.json"


def told(what: str, ours: Measured, reference: Measured, *, reach: float) -> float:
    """Print a ratio beside what it was to reach, and keep it with the machine that it came from."""
    ratio = ours.rate / reference.rate
    line = {
        "ours per second": round(ours.rate, 1),
        "reference per second": round(reference.rate, 1),
        "ratio": round(ratio, 2),
        "to reach": reach,
        "ours p50 ms": round(ours.p50, 2),
        "ours p95 ms": round(ours.p95, 2),
    }
    keep(what, line)
    return ratio


def keep(what: str, line: Mapping[str, float]) -> None:
    """Print a figure, and keep it with the machine that it came from."""
    print(f"\n{what}: {line}")
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    kept[what] = line
    KEPT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
