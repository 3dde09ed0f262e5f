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
from typing import Any
from urllib.request import urlopen

import uvloop

from shared import serving


@contextmanager
def served(module: str, settings: Mapping[str, Any]) -> Iterator[str]:
    """The application that `module.make(settings)` makes, at an address on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"BENCH": json.dumps(settings)}
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.serving", module, str(port)], env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        assert process.poll() is None, "the application did not start"
        try:
            with urlopen(f"{url}/health/live", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the application does not answer")


async def _serve(module: str, port: int) -> None:
    app = importlib.import_module(module).make(json.loads(os.environ["BENCH"]))
    listener = socket.create_server(("127.0.0.1", port))
    async with app.router.lifespan_context(app):
        await serving.serve(app, listener)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], int(sys.argv[2])))
