"""No body larger or slower than a service waits for: refused with a problem document, and the connection closed."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.answers import problem

CLOSE = (b"connection", b"close")


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
            await problem(413, self._detail)(scope, receive, send)
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

        async def told(message: Message) -> None:
            if message.get("status") == 408:  # what is still on its way belongs to no request any more
                message = {**message, "headers": [*message["headers"], CLOSE]}
            await send(message)

        await self._app(scope, measured, told)
