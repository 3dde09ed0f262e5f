"""Calls an application as a server would, without what a client of the web does besides: connections, cookies, redirects."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.types import ASGIApp, Message

PLAIN = frozenset({"headers", "json"})


class Caller:
    """Sends requests to one application; what it is asked and what it gives are HTTPX's."""

    def __init__(self, app: ASGIApp, url: str) -> None:
        self._app, self._url = app, httpx.URL(url)

    async def get(self, path: str, **asked: Any) -> httpx.Response:
        """Read."""
        return await self.request("GET", path, **asked)

    async def post(self, path: str, **asked: Any) -> httpx.Response:
        """Write."""
        return await self.request("POST", path, **asked)

    async def request(self, method: str, path: str, **asked: Any) -> httpx.Response:
        """The answer to one request; a failure that the application tells itself is one, too."""
        scope, body = self._plain(method, path, **asked) if _is_plain(path, asked) else self._any(method, path, asked)
        unread, ended = [body], asyncio.Event()
        began: list[Message] = []
        parts: list[bytes] = []

        async def receive() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                began.append(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                ended.set()

        try:
            await self._app(scope, receive, send)
        except Exception:
            if not began:
                raise
        (start,) = began
        return httpx.Response(start["status"], headers=start["headers"], content=b"".join(parts))

    def _plain(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **body: Any
    ) -> tuple[dict[str, Any], bytes]:
        sent = [(b"host", self._url.netloc)]
        content = b""
        if body.get("json") is not None:
            content = json.dumps(body["json"], ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
            sent += [(b"content-type", b"application/json")]
        if content or method not in {"GET", "HEAD"}:
            sent += [(b"content-length", b"%d" % len(content))]
        sent += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        return self._scope(method, path, path.encode(), b"", sent), content

    def _any(self, method: str, path: str, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        request = httpx.Request(method, self._url.join(path), **asked)
        sent = [(name.lower(), value) for name, value in request.headers.raw]
        url = request.url
        return self._scope(method, url.path, url.raw_path.split(b"?")[0], url.query, sent), request.read()

    def _scope(
        self, method: str, path: str, raw_path: bytes, query: bytes, headers: list[tuple[bytes, bytes]]
    ) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self._url.scheme,
            "path": path,
            "raw_path": raw_path,
            "root_path": "",
            "query_string": query,
            "headers": headers,
            "client": ("127.0.0.1", 123),
            "server": (self._url.host, self._url.port),
        }


def _is_plain(path: str, asked: Mapping[str, Any]) -> bool:
    return asked.keys() <= PLAIN and path.isascii() and path.isprintable() and not {"%", "?", "#", " "} & set(path)
