"""What PostgreSQL's own pid file says about the server at work on a data folder, and how to end one left behind."""

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

SOCKET_PREFIX = "safer-"
STOP_SECONDS = 60.0


def recorded_pid(data: Path) -> int | None:
    """The server's process number by its pid file, living or not; None without a file."""
    lines = _lines(data)
    return int(lines[0]) if lines and lines[0].isdigit() else None


def ready(data: Path, pid: int) -> bool:
    """Whether server `pid` takes connections."""
    lines = _lines(data)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def socket_folder(data: Path) -> Path | None:
    """The folder of the socket on which the server listens, or listened."""
    lines = _lines(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL at work in `data`, and not a later process of the same number."""
    try:
        return os.path.samefile(psutil.Process(pid).cwd(), data)
    except (psutil.Error, OSError):
        return False


def stop_orphan(data: Path) -> None:
    """End the server that a killed process of ours left behind, if any. The caller holds the folder's lock."""
    pid, left = recorded_pid(data), socket_folder(data)
    for number in (signal.SIGINT, signal.SIGQUIT):
        if pid is None or not serves(pid, data):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        _await_end(pid, data)
    if left is not None and left.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(left, ignore_errors=True)


def _await_end(pid: int, data: Path) -> None:
    # Not by the process's existence: it may stay as a zombie where the first process of a container reaps nobody.
    give_up = time.monotonic() + STOP_SECONDS
    while serves(pid, data) and time.monotonic() < give_up:
        time.sleep(0.01)


def _lines(data: Path) -> list[str]:
    """The file's lines: process, data, start, port, socket folder, address, memory, status; the last come later."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []
