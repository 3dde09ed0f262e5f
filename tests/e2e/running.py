"""Runs the suite as its users do: `python -m services run all` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 300  # of a machine at work; how long it takes is measured elsewhere
STOP_SECONDS = 30
GREETED = "/v1/escalations \n"
LAST = 5000  # characters of what a process has said, where it failed


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    said: str
    seconds: float


@dataclass
class Begun:
    """A process that was started, and the file that holds what it says: a pipe that nobody reads would stop it."""

    process: "subprocess.Popen[bytes]"
    log: Path
    since: int  # where in the file its own words begin

    @property
    def said(self) -> str:
        """What it has said so far."""
        return self.log.read_bytes()[self.since :].decode(errors="replace")

    def end(self, number: int) -> str:
        """Send it a signal, and wait until it has ended; what it has said."""
        self.process.send_signal(number)
        self.process.wait(STOP_SECONDS)
        return self.said


@dataclass
class Running:
    """A suite at work."""

    begun: Begun
    url: str
    data: str
    greeting: str
    started_in: float

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process that it is."""
        return self.begun.process

    @property
    def port(self) -> str:
        """Where it listens."""
        return self.url.rpartition(":")[2]

    def stop(self, number: int = signal.SIGINT) -> Ended:
        """Ask it to stop, and wait until it has."""
        begun = time.monotonic()
        said = self.begun.end(number)
        return Ended(self.process.returncode, said, time.monotonic() - begun)


def command(*words: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Run `python -m services …` to its end."""
    begun = time.monotonic()
    done = subprocess.run(
        _line(*words), capture_output=True, text=True, cwd=ROOT, env=ours(environment), timeout=START_SECONDS
    )
    return Ended(done.returncode, done.stdout + done.stderr, time.monotonic() - begun)


@contextmanager
def suite(data: Path, *, port: int = 0, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """The whole suite on `data`, from when it takes requests; stopped at the end if it still runs."""
    begun = begin(data, port=port, environment=environment)
    try:
        yield greeted(begun, data)
    finally:
        if begun.process.poll() is None:
            begun.end(signal.SIGINT)


def begin(data: Path, *, port: int = 0, environment: Mapping[str, str] | None = None, log: Path | None = None) -> Begun:
    """Start the whole suite on `data` without waiting for it; what it says goes to `log`, or beside the folder."""
    log = log or data.with_name(f"{data.name}.log")
    with log.open("ab") as file:
        process = subprocess.Popen(
            _line("run", "all", "--data", str(data), "--port", str(port)),
            stdout=subprocess.DEVNULL,
            stderr=file,
            cwd=ROOT,
            env=ours(environment),
            start_new_session=True,
        )
        return Begun(process, log, file.tell())


def greeted(begun: Begun, data: Path) -> Running:
    """Wait until the suite says that it runs."""
    started = time.monotonic()
    while GREETED not in (said := begun.said):
        assert begun.process.poll() is None, said[-LAST:]
        assert time.monotonic() - started < START_SECONDS, said[-LAST:]
        time.sleep(0.02)
    greeting = said[: said.index(GREETED) + len(GREETED)]
    found = re.search(r"http://127\.0\.0\.1:\d+", greeting)
    assert found, greeting
    return Running(begun, found[0], str(data), greeting, time.monotonic() - started)


def _line(*words: str) -> list[str]:
    return [sys.executable, "-m", "services", *words]


def ours(more: Mapping[str, str] | None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SAFER_")}
    return own | {"COLUMNS": "200"} | dict(more or {})
