"""Callers who do not come to the end of what they say take nobody's place."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from services.gateway.proxy import threshold
from shared.policy import Role
from tests.service.doors.running import Doors
from tests.service.escalations.running import COUNCIL

pytestmark = pytest.mark.anyio

PLACES = 3
PATHS = ("/oauth/token", "/gateway/v1/clients", "/escalations/v1/escalations")


@pytest.mark.parametrize("path", PATHS)
async def test_who_is_still_speaking_keeps_nobody_out(suite: Doors, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than are served at once; another is served, and they are when they have come to an end."""
    monkeypatch.setattr(threshold, "MOST_AT_ONCE", PLACES)
    reader = suite.bearer(COUNCIL, Role.AGENCY_LEAD)
    ended, answers = asyncio.Event(), []

    async def slow() -> None:
        async def receive() -> Message:
            await ended.wait()
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: Message) -> None:
            answers.append(message.get("status"))

        await suite.app("gateway")(_scope(path, reader), receive, send)

    callers = [asyncio.create_task(slow()) for _ in range(PLACES * 3)]
    await asyncio.sleep(0.2)
    for _ in range(PLACES):
        answer = await suite.clients["gateway"].get("/gateway/v1/clients", headers=reader)
        assert answer.status_code == 200, answer.text
    ended.set()
    await asyncio.gather(*callers)
    assert len([status for status in answers if status]) == PLACES * 3


def _scope(path: str, headers: dict[str, str]) -> dict[str, Any]:
    kind = "application/x-www-form-urlencoded" if path.startswith("/oauth/") else "application/json"
    given = {"host": "safer.example", "content-type": kind, "content-length": "2", **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "https",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
