"""A request on its way to a service and the answer on its way back: streamed, within limits of size and time."""

import asyncio
import logging
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.proxy.figures import UPSTREAM_FAILURES, UPSTREAM_SECONDS

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60.0
LATE = "The service did not answer in time; it may yet have done what you asked."
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
    """HTTPException for a packed body: what unpacks to a gigabyte is not unpacked."""
    if any(name == b"content-encoding" and value.lower() != b"identity" for name, value in headers):
        raise HTTPException(415, "Send the body as it is, without Content-Encoding.")


class Passage:
    """One request's passage through a service and back."""

    def __init__(self, name: str, receive: Receive, send: Send) -> None:
        self._name, self._receive, self._send = name, receive, send
        self._refusal: HTTPException | None = None
        self.started = False

    async def through(self, service: ASGIApp, scope: Scope) -> None:
        """Pass the request on. HTTPException 413 or 504 where no answer had begun."""
        try:
            with UPSTREAM_SECONDS.labels(self._name).time():
                async with asyncio.timeout(ANSWER_SECONDS):
                    await service(scope, self._pass_on, self._pass_back)
        except Exception as failure:
            if self.started:
                # The service has said what it had to; its error is in its own log, or the caller has gone.
                log.warning("a service's answer was cut short: %s", type(failure).__name__)
                self._failed("cut_short")
            elif isinstance(failure, TimeoutError):
                self._failed("late")
                raise HTTPException(504, LATE) from None
            elif not self._refusal:
                self._failed("unreachable" if isinstance(failure, ConnectionError) else "error")
                raise
        if self._refusal and not self.started:
            raise self._refusal

    def _failed(self, why: str) -> None:
        UPSTREAM_FAILURES.labels(self._name, why).inc()

    async def _pass_on(self) -> Message:
        try:
            return await self._receive()
        except HTTPException as refusal:
            # The body has turned out too long. Raised here, it would be taken for the transport's own failure.
            self._refusal = refusal
            return {"type": "http.disconnect"}

    async def _pass_back(self, message: Message) -> None:
        if self._refusal and not self.started:
            return  # what a service makes of half a request is not the answer
        if message["type"] == "http.response.start":
            self.started = True
            kept = [(name, value) for name, value in message["headers"] if name not in NOT_PASSED_BACK]
            message = {**message, "headers": kept}
        await self._send(message)
