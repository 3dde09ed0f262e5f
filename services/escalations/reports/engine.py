"""Runs the τ-ARGUS engine in a process of its own: it is C++ with global state, and one failure of it would be the last."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SOLVE, AUDIT = "solve", "audit"
_SECONDS = 600  # the engine's own limit for a solution, which nobody waits for; ours stands well behind it


class NoSolution(Exception):
    """The engine found none."""


class EngineDied(Exception):
    """The engine was ended before it had said anything: worth another try."""


def run(task: str, problem: Path) -> list[list[float]]:
    """`solve`: the numbers of the cells to hide besides; `audit`: number, least and most of every hidden cell.

    NoSolution, EngineDied.
    """
    command = [sys.executable, "-m", __name__, task, str(problem)]
    try:
        # The engine leaves its logs where it runs, so it runs in the problem's folder, and finds our code by path.
        path = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(  # noqa: S603
            command, env=path, cwd=problem.parent, capture_output=True, timeout=10 * _SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        told = (
            NoSolution if isinstance(failure, subprocess.CalledProcessError) and failure.returncode > 0 else EngineDied
        )
        raise told(f"{task} of {problem.stat().st_size} bytes: {failure}") from failure
    found: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _solve(problem: Path) -> list[list[float]]:
    from pytauargus._tauargus import HiTaSCtrl

    engine, solution = HiTaSCtrl(), problem.with_suffix(".out")
    code = engine.full_jj(str(problem), str(solution), max_time=_SECONDS)
    if code:  # 1 is a solution cut short by time, which may protect nothing
        raise SystemExit(f"{code} {engine.error_string(code)}")
    return [[int(line.split()[0])] for line in solution.read_text().splitlines() if line.strip()]


def _audit(problem: Path) -> list[list[float]]:
    from pytauargus._tauargus import audit_jj

    return [[row["cell"], row["min"], row["max"]] for row in audit_jj(str(problem))]


if __name__ == "__main__":
    print(json.dumps({SOLVE: _solve, AUDIT: _audit}[sys.argv[1]](Path(sys.argv[2]))))
