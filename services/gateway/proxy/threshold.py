"""What every request meets first, whomever it is for: its name, its size, how busy we are, and its browser's origin."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.proxy import cors
from services.gateway.proxy.figures import TURNED_AWAY, UNDER_WAY
from services.gateway.standing import StandingReader
from shared.answers import AWAY, NOWHERE, problem, unavailable

ASKED_BY_ADDRESS = ("/health/", "/oauth/jwks")  # by probes and by our own services, who do not use the public name
OPERATORS = ("/internal/", "/metrics")
MOST_HEADERS, LONGEST_HEADERS = 100, 16 * 1024
MOST_AT_ONCE = 500
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

Methods = Callable[[Scope], Awaitable[list[str]]]


class Threshold:
    """Outermost middleware. `methods` says which methods a path has, for browsers that ask before they send."""

    def __init__(self, app: ASGIApp, issuer: str, standing: StandingReader, methods: Methods) -> None:
        self._app, self._standing, self._methods = app, standing, methods
        self._hosts = hosts(issuer)
        self._under_way = 0
        UNDER_WAY.set_function(lambda: self._under_way)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith(ASKED_BY_ADDRESS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        told = scope["told"] = [(b"vary", b"Origin")]
        answer = self._refusal(scope, headers)
        if answer is None and "origin" in headers:
            answer = await self._to_browser(scope, headers)
        if answer:
            await answer(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        self._under_way += 1
        try:
            await self._app(scope, self._patient(receive) if _has_body(headers) else receive, tell)
        finally:
            self._under_way -= 1

    def _patient(self, receive: Receive) -> Receive:
        """The body as it comes: who has not come to its end is waited for, and takes nobody's place meanwhile."""
        whole = False

        async def listened() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            self._under_way -= 1
            try:
                message = await receive()
            finally:
                self._under_way += 1
            whole = not message.get("more_body", False)
            return message

        return listened

    async def _to_browser(self, scope: Scope, headers: Headers) -> Response | None:
        try:
            origins = (await self._standing.fresh()).origins
            if cors.is_preflight(scope["method"], headers):
                if headers["origin"] not in origins:
                    TURNED_AWAY.labels("origin").inc()
                return cors.preflight(headers, await self._methods(scope), origins)
        except (asyncpg.PostgresError, *AWAY):
            return unavailable()
        scope["told"].extend(cors.told_to(headers, origins))
        return None

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if headers.getlist("host") not in self._hosts:
            return _away("name", problem(404, "There is nothing here under that name."))
        # An escape in a path is nobody's honest request, and who stands between might read it otherwise than we.
        if (
            scope["path"].startswith(OPERATORS)
            or not scope["path"].startswith("/")
            or b"%" in scope.get("raw_path", b"")
        ):
            return _away("path", problem(404, NOWHERE))
        if len(scope["headers"]) > MOST_HEADERS or sum(len(n) + len(v) for n, v in scope["headers"]) > LONGEST_HEADERS:
            detail = "The request's headers are too long."
            return _away("headers", problem(431, detail))
        if self._under_way >= MOST_AT_ONCE:
            return _away("busy", unavailable("Too much is under way; send the request again in a moment."))
        return None


def _away(why: str, answer: Response) -> Response:
    TURNED_AWAY.labels(why).inc()
    return answer


def _has_body(headers: Headers) -> bool:
    return "content-length" in headers or "transfer-encoding" in headers


def hosts(issuer: str) -> list[list[str]]:
    """The values that a Host header may have: the public name; on a loopback address, each of its names."""
    at = urlsplit(issuer)
    port = f":{at.port}" if at.port else ""
    names = LOOPBACK if at.hostname in ("127.0.0.1", "localhost", "::1") else (at.netloc.removesuffix(port),)
    return [[f"{name}{port}"] for name in names]
