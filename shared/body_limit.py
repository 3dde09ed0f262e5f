"""No body larger than a service reads: refused with a problem document, where Starlette's own limit answers plain text."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.answers import problem


class BodyLimit:
    """Refuses a request that announces, or turns out to have, a body of more than `greatest` bytes."""

    def __init__(self, app: ASGIApp, greatest: int) -> None:
        self._app, self._greatest = app, greatest
        self._detail = f"Send at most {greatest // 1024} KiB in one request."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, measured."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self._greatest:
            await problem(413, self._detail)(scope, receive, send)
            return
        size = 0

        async def measured() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._greatest:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, measured, send)
