"""Which operations a service offers, as it says itself: what is not among them does not exist."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

from shared.policy import ACTIONS, Action

OPERATIONS = "/internal/operations"
PARAMETER = re.compile(r"\{[a-zA-Z_]\w*(:[a-z]+)?\}")
# A service's paths are made of codes and ids: an escape or an empty segment in one is nobody's honest request.
PLAIN = re.compile(rb"(/[A-Za-z0-9._~:@!$&'()*+,;=-]+)+")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service; `action` is None where it needs no token."""

    method: str
    path: str
    action: Action | None


@dataclass(frozen=True, slots=True)
class Place:
    """A path that a service knows: its operations by method, and the first id in it."""

    operations: Mapping[str, Operation]
    record_id: str = ""


class Routes:
    """A service's operations, found by path and method."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[str, dict[str, Operation]] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, Operation]]] = {}
        for operation in operations:
            if PARAMETER.search(operation.path):
                pattern = _pattern(operation.path)
                self._patterns.setdefault(pattern.pattern, (pattern, {}))[1][operation.method] = operation
            else:
                self._exact.setdefault(operation.path, {})[operation.method] = operation

    def at(self, path: str) -> Place | None:
        """What is at a path, None where nothing is. An exact path comes before a pattern."""
        if path in self._exact:
            return Place(self._exact[path])
        for pattern, operations in self._patterns.values():
            if match := pattern.fullmatch(path):
                return Place(operations, match[1])
        return None


def plain(scope: Mapping[str, Any]) -> bool:
    """Whether the path arrived as it is matched: no escapes, no empty segment, nothing after it but the query."""
    raw: bytes = scope.get("raw_path") or b""
    return bool(PLAIN.fullmatch(raw)) and raw == scope["path"].encode() and b"/.." not in raw and b"/./" not in raw


async def read_routes(upstream: ASGIApp) -> Routes:
    """Ask a service for its operations. ConnectionError where it does not answer; an unknown action is left out."""
    status, body = await fetch(upstream, OPERATIONS)
    if status != 200:
        raise ConnectionError(f"the service answers {status} when asked for its operations")
    found = (
        Operation(item["method"], item["path"], ACTIONS[item["action"]] if item["action"] else None)
        for item in json.loads(body)["items"]
        if item["action"] is None or item["action"] in ACTIONS
    )
    return Routes(found)


async def fetch(upstream: ASGIApp, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, bytes]:
    """One request of the gateway's own to a service, over whichever transport; status and body."""
    status, chunks = 0, []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"internal"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
        "client": None,
        "server": None,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            chunks.append(message.get("body", b""))

    await upstream(scope, receive, send)
    return status, b"".join(chunks)


def _pattern(path: str) -> re.Pattern[str]:
    literal, end = [], 0
    for parameter in PARAMETER.finditer(path):
        literal += [re.escape(path[end : parameter.start()]), "(.+)" if parameter[1] == ":path" else "([^/]+)"]
        end = parameter.end()
    return re.compile("".join(literal) + re.escape(path[end:]))
