"""A service over the network, as an ASGI app: bodies are streamed both ways, nothing is buffered."""

from collections.abc import AsyncIterator

import aiohttp
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

CONNECTIONS = 200
CONNECT_SECONDS = 2.0
CHUNK = 64 * 1024
# What concerns one connection and not the message (RFC 9110 §7.6.1), and what the server adds itself.
NOT_PASSED_BACK = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "date", "server"})


class NetworkService:
    """Passes requests on to `address`, `http://host:port`. ConnectionError where nobody is there."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        query = scope["query_string"].decode("latin-1")
        address = f"{self._address}{scope['path']}{'?' + query if query else ''}"
        try:
            async with self._opened().request(
                scope["method"],
                # Passed on as it came: what was judged is what is asked.
                URL(address, encoded=True),
                headers=_headers(scope),
                data=_body(receive) if _has_body(scope) else None,
                allow_redirects=False,
            ) as answer:
                await _send_answer(answer, send)
        except aiohttp.ClientConnectionError as failure:
            raise ConnectionError("the service cannot be reached") from failure

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
            )
        return self._session


def _headers(scope: Scope) -> list[tuple[str, str]]:
    """As given; how the body is cut into pieces is each connection's own affair."""
    given = ((name, value) for name, value in scope["headers"] if name != b"transfer-encoding")
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in given]


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the caller has gone")
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


async def _send_answer(answer: aiohttp.ClientResponse, send: Send) -> None:
    start: Message = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [
            (n.lower(), v) for n, v in answer.raw_headers if n.decode("latin-1").lower() not in NOT_PASSED_BACK
        ],
    }
    await send(start)
    async for chunk in answer.content.iter_chunked(CHUNK):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
