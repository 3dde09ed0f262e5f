"""Serves an application on a socket until it is told to stop, and stops in good order."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from prometheus_client import start_http_server
from starlette.types import ASGIApp

from shared.startup import CannotStart

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 30
FINISH_SECONDS = 10


class _Server(uvicorn.Server):
    """Tells when it accepts requests; signals ask it to stop, and are not raised again when it has."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in STOPS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in STOPS:
                loop.remove_signal_handler(number)


@contextmanager
def metrics(host: str, port: int) -> Iterator[None]:
    """Serve this process's metrics on an address of their own for as long as the block; nowhere where the port is 0.

    CannotStart where the address is taken.
    """
    if not port:
        yield
        return
    try:
        server, thread = start_http_server(port, host)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStart(
            f"Metrics cannot be served on {host} port {port} ({reason}): name another with GATEWAY_METRICS_PORT."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def serve(app: ASGIApp, listener: socket.socket, started: Callable[[], None] = lambda: None) -> None:
    """Serve `app`, whose lifespan the caller has entered, until SIGINT, SIGTERM or SIGHUP; a second SIGINT hurries.

    Requests under way are finished first, within some seconds.
    """
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        backlog=BACKLOG,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    await _Server(config, started).serve(sockets=[listener])
