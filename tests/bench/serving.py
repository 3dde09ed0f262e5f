"""Serves an application of the benches in a process of its own: `python -m tests.bench.serving MODULE PORT`."""

import asyncio
import importlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.request import urlopen

import uvloop

from shared import observe, serving


@contextmanager
def served(module: str, settings: Mapping[str, Any]) -> Iterator[str]:
    """The application that `module.make(settings)` makes, at an address on this machine."""
    port = free_port()
    environment = os.environ | {"BENCH": json.dumps(settings)}
    command = [sys.executable, "-m", "tests.bench.serving", module, str(port)]
    with TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait(url: str, process: "subprocess.Popen[bytes]", log: IO[bytes], path: str = "/health/live") -> None:
    """Until it answers. AssertionError, with what it said, where it does not."""
    for _ in range(600):
        if process.poll() is not None:
            log.seek(0)
            raise AssertionError(log.read()[-5000:].decode())
        try:
            with urlopen(f"{url}{path}", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the application does not answer")


async def _serve(module: str, port: int) -> None:
    observe.start_logging("INFO")  # as services do: ours write a line for each request, the references none
    app = importlib.import_module(module).make(json.loads(os.environ["BENCH"]))
    listener = socket.create_server(("127.0.0.1", port))
    async with app.router.lifespan_context(app):
        await serving.serve(app, listener)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], int(sys.argv[2])))
