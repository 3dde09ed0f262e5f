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
START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    said: str
    seconds: float


@dataclass
class Running:
    """A suite at work."""

    process: "subprocess.Popen[str]"
    url: str
    data: str
    greeting: str
    started_in: float

    @property
    def port(self) -> str:
        """Where it listens."""
        return self.url.rpartition(":")[2]

    def stop(self, number: int = signal.SIGINT) -> Ended:
        """Ask it to stop, and wait until it has."""
        begun = time.monotonic()
        self.process.send_signal(number)
        said = self.process.communicate(timeout=STOP_SECONDS)[1]
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
    process = begin(data, port=port, environment=environment)
    try:
        yield greeted(process, data)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=STOP_SECONDS)
        process.__exit__(None, None, None)


def begin(data: Path, *, port: int = 0, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
    """Start the whole suite on `data` without waiting for it."""
    return subprocess.Popen(
        _line("run", "all", "--data", str(data), "--port", str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=ours(environment),
        start_new_session=True,
    )


def greeted(process: "subprocess.Popen[str]", data: Path) -> Running:
    """Wait until the suite says that it runs."""
    begun, said = time.monotonic(), ""
    assert process.stderr is not None
    while not said.endswith("/v1/escalations \n"):
        line = process.stderr.readline()
        assert line, said
        said += line
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    return Running(process, found[0], str(data), said, time.monotonic() - begun)


def _line(*words: str) -> list[str]:
    return [sys.executable, "-m", "services", *words]


def ours(more: Mapping[str, str] | None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SAFER_")}
    return own | {"COLUMNS": "200"} | dict(more or {})
