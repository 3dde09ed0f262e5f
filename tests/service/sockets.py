"""An application behind a real socket, as its callers reach it: an in-process transport hides what comes after the answer."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.types import ASGIApp

from shared.serving import serve


@asynccontextmanager
async def over_a_socket(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `app`, whose lifespan the caller has entered, on a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = "http://127.0.0.1:%d" % listener.getsockname()[1]  # noqa: UP031 - the address is a tuple
    started = asyncio.Event()
    serving = asyncio.create_task(serve(app, listener, started.set))
    await started.wait()
    try:
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            yield client
    finally:
        signal.raise_signal(signal.SIGTERM)  # as an operator stops it; cancelled, it would leave its connections open
        await serving
        listener.close()
