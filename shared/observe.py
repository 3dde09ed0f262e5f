"""What can be seen of a running service without seeing a person: JSON logs, metrics, and the trace of a request."""

import logging
import re
import secrets
import sys
import time
from functools import lru_cache
from typing import Any

from prometheus_client import Counter, Histogram
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
REQUESTS = Counter("safer_requests_total", "Requests answered.", ["service", "method", "route", "status"])
SECONDS = Histogram("safer_request_seconds", "Time to answer.", ["service", "method", "route"])
NO_FIELDS = [*RESERVED_ATTRS, "color_message"]  # uvicorn's, for terminals
SAFE_HEADERS = {
    b"cache-control": b"no-store",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"strict-transport-security": b"max-age=31536000; includeSubDomains",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}

log = logging.getLogger("access")


class _WithoutParameters(logging.Filter):
    """SQL errors print the statement's parameters, which may be about a child; only their kind is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            failure = record.exc_info[1]
            record.exc_info = None
            record.error = type(failure).__name__
            record.where = where(failure)
        return True


def where(failure: BaseException) -> str:
    """The last places in the code through which a failure came, innermost first, without any value."""
    frames = []
    trace = failure.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(frames[-6:]))


def start_logging(level: str) -> None:
    """Log as JSON lines to standard error, without personal data and without statements' parameters."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter("%(levelname)s %(name)s %(message)s", timestamp=True, reserved_attrs=NO_FIELDS))
    handler.addFilter(_WithoutParameters())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # What no line says need not be found out for each: the place in the code, thread, process and task.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # These print tokens, addresses or statements' parameters when they are talkative.
    for talkative in ("authlib", "sqlalchemy", "asyncio", "aiohttp.access", "uvicorn.access"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # Writes twenty errors a second while no broker answers; the relay and the consumer say it once an attempt.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def new_traceparent(incoming: str | None) -> str:
    """A W3C traceparent of our own, in the caller's trace where the caller sent a valid one."""
    trace = incoming[3:35] if incoming and TRACEPARENT.match(incoming) else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def trace_of(traceparent: str | None) -> str:
    """The id by which one request's lines are found in every service's log; empty where there is none."""
    return traceparent[3:35] if traceparent and TRACEPARENT.match(traceparent) else ""


class Observed:
    """Gives each request its trace, safe headers, one log line by route (never by URL) and its metrics."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, observed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incoming = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"traceparent"), None)
        trace = scope["traceparent"] = new_traceparent(incoming)
        started, status = time.perf_counter(), 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [header for header in message["headers"] if header[0] != b"traceparent"]
                said = {name for name, _ in own}
                safe = [header for header in SAFE_HEADERS.items() if header[0] not in said]
                message = {**message, "headers": [*own, *safe, (b"traceparent", trace.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            self._count(scope, trace, status, time.perf_counter() - started)

    def _count(self, scope: Scope, trace: str, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "unrouted")
        requests, times = _metrics(self._service, scope["method"], path, status)
        requests.inc()
        times.observe(seconds)
        log.info(
            "answered",
            extra={
                "service": self._service,
                "method": scope["method"],
                "route": path,
                "status": status,
                "ms": round(seconds * 1000, 2),
                "trace": trace_of(trace),
            },
        )


@lru_cache(maxsize=4096)
def _metrics(service: str, method: str, path: str, status: int) -> tuple[Counter, Histogram]:
    """The two of one operation and status: to find them among all costs more than to count."""
    return REQUESTS.labels(service, method, path, status), SECONDS.labels(service, method, path)
