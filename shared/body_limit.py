"""No body larger or slower than a service waits for: refused with a problem document, and the connection closed."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.answers import problem

CLOSE = (b"connection", b"close")
CLOSED_AFTER = frozenset({408, 413})  # what is still on its way belongs to no request any more
# Who is still sending may lose the answer where the connection goes at once (RFC 9112 §9.6): so much longer is listened.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024


class BodyLimit:
    """Refuses a request that announces, or turns out to have, a body of more than `greatest` bytes.

    Also one whose body has not come to its end `seconds` after it was first waited for (408, RFC 9110 §15.5.9).
    """

    def __init__(self, app: ASGIApp, greatest: int, seconds: float) -> None:
        self._app, self._greatest, self._seconds = app, greatest, seconds
        self._detail = f"Send at most {greatest // 1024} KiB in one request."
        self._late = (
            f"The body did not come to its end within {seconds:.0f} seconds. Nothing was changed; send it again."
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, measured."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self._greatest:
            await problem(413, self._detail)(scope, receive, _closing(receive, send))
            return
        size, whole, until = 0, False, 0.0

        async def measured() -> Message:
            nonlocal size, whole, until
            if whole:
                return await receive()  # it is asked whether the caller has gone: that may take its time
            until = until or asyncio.get_running_loop().time() + self._seconds
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, self._late) from None
            size, whole = size + len(message.get("body", b"")), not message.get("more_body", False)
            if size > self._greatest:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, measured, _closing(receive, send))


def _closing(receive: Receive, send: Send) -> Send:
    """Sends, and closes the connection after a refusal of the body; the rest of a body too long is heard for a moment."""
    status = 0

    async def told(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        if message["type"] == "http.response.start" and status in CLOSED_AFTER:
            message = {**message, "headers": [*message["headers"], CLOSE]}
        if message["type"] == "http.response.body" and status == 413 and not message.get("more_body"):
            await send({**message, "more_body": True})
            await _hear_out(receive)
            message = {"type": "http.response.body"}
        await send(message)

    return told


async def _hear_out(receive: Receive) -> None:
    """Read what is still sent, and keep none of it: no longer than a moment, and no more than a little."""
    heard = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while heard < LINGER_BYTES:
                message = await receive()
                heard += len(message.get("body", b""))
                if not message.get("more_body"):
                    return
