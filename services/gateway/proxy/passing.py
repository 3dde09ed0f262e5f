"""A request on its way to a service and the answer on its way back: streamed, within limits of size and time."""

import asyncio
import logging
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service import GREATEST_BODY

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60.0
# All that a service reads of a request. Whatever else a caller sends, or makes up, goes no further.
PASSED_ON = frozenset(
    name.encode()
    for name in (
        "accept", "accept-language", "authorization", "content-length", "content-type", "idempotency-key", "if-match",
        "if-none-match", "prefer", "tracestate", "user-agent",
    )
)  # fmt: skip
NOT_PASSED_BACK = frozenset({b"server", b"date", b"connection", b"keep-alive", b"transfer-encoding"})
PASSED_SCOPE = (
    "type",
    "asgi",
    "http_version",
    "method",
    "scheme",
    "path",
    "raw_path",
    "query_string",
    "client",
    "server",
)


def passed_on(scope: Scope, host: bytes) -> Scope:
    """The request as the service sees it: the caller's own token, our trace, and nothing that only we should say."""
    headers = [(name, value) for name, value in scope["headers"] if name in PASSED_ON]
    headers += [(b"host", host), (b"traceparent", scope["traceparent"].encode())]
    if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        headers.append((b"transfer-encoding", b"chunked"))
    return {name: scope[name] for name in PASSED_SCOPE} | {"root_path": "", "headers": headers}


def check_body(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """HTTPException for a body that is announced too long, or packed: what unpacks to a gigabyte is not unpacked."""
    for name, value in headers:
        if name == b"content-length" and (not value.isdigit() or int(value) > GREATEST_BODY):
            raise HTTPException(413, f"A request may be {GREATEST_BODY} bytes long.")
        if name == b"content-encoding" and value.lower() != b"identity":
            raise HTTPException(415, "Send the body as it is, without Content-Encoding.")


class Passage:
    """One request's passage through a service and back."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._received, self._too_long = 0, False
        self.started = False

    async def through(self, service: ASGIApp, scope: Scope) -> None:
        """Pass the request on. HTTPException 413, 502 or 504 where no answer had begun."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await service(scope, self._count, self._pass_back)
        except Exception as failure:
            if self.started:
                # The service has said what it had to; its error is in its own log, or the caller has gone.
                log.warning("a service's answer was cut short: %s", type(failure).__name__)
            elif self._too_long:
                raise HTTPException(413, f"A request may be {GREATEST_BODY} bytes long.") from None
            elif isinstance(failure, TimeoutError):
                raise HTTPException(
                    504, "The service did not answer in time; it may yet have done what you asked."
                ) from None
            else:
                raise

    async def _count(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > GREATEST_BODY:
            self._too_long = True
            return {"type": "http.disconnect"}
        return message

    async def _pass_back(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            kept = [(name, value) for name, value in message["headers"] if name not in NOT_PASSED_BACK]
            message = {**message, "headers": kept}
        await self._send(message)
