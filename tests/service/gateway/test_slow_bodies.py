"""A body that does not come to its end is not waited for: the caller is told, and the connection closed."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.types import Message, Receive, Scope, Send

from shared import service
from shared.body_limit import BodyLimit
from tests.postgres import OwnDatabase
from tests.service.gateway.running import PUBLIC_URL, Running, running, serving

pytestmark = pytest.mark.anyio

SECONDS = 0.3


@pytest.fixture(params=[False, True], ids=["in one process", "over a network"])
async def hasty(
    request: pytest.FixtureRequest, database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    """A gateway and a service that wait for a body for a moment only."""
    monkeypatch.setattr(service, "BODY_SECONDS", SECONDS)
    async with running(database, over_network=request.param) as started:
        yield started


async def sent_in_part(port: int, path: str, *headers: str) -> bytes:
    """The whole answer to a request whose body begins and does not end; it is read until the connection is closed."""
    head = [f"POST {path} HTTP/1.1", f"Host: {PUBLIC_URL.partition('//')[2]}", "Content-Length: 100", *headers]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write("\r\n".join([*head, "", '{"text": ']).encode())
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


async def test_a_body_without_an_end_is_a_408_at_every_door(hasty: Running) -> None:
    await hasty.system()
    bearer = f"Authorization: {(await hasty.bearer())['authorization']}"
    json, form = "Content-Type: application/json", "Content-Type: application/x-www-form-urlencoded"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with serving(hasty.app, listener):
            answers = await asyncio.gather(
                sent_in_part(port, "/escalations/v1/escalations", bearer, json),
                sent_in_part(port, "/gateway/v1/clients", bearer, json, "Idempotency-Key: slow-as-anything"),
                sent_in_part(port, "/oauth/token", form),
            )
    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 408 "), answer
        assert b"connection: close" in answer.lower()
        assert b'"code":"request_timeout"' in answer
        assert b"application/problem+json" in answer


async def test_a_body_too_long_is_a_413_and_the_rest_is_not_swallowed(hasty: Running) -> None:
    """Announced or found out: the answer comes, and the connection is closed however much is still sent."""
    await hasty.system()
    bearer = f"Authorization: {(await hasty.bearer())['authorization']}"
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    kinds = {"Content-Length: 1000000000": b" " * 0x10000, "Transfer-Encoding: chunked": piece}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with serving(hasty.app, listener):
            for path in ("/escalations/v1/escalations", "/gateway/v1/clients"):
                for length, more in kinds.items():
                    answer, sent = await sent_on(port, path, more, bearer, length, "Content-Type: application/json")
                    assert answer.startswith(b"HTTP/1.1 413 "), (path, length, answer)
                    assert b"connection: close" in answer.lower()
                    assert b'"code":"too_large"' in answer
                    assert sent < 100_000_000, "the connection was closed long before all was sent"


async def sent_on(port: int, path: str, more: bytes, *headers: str) -> tuple[bytes, int]:
    """The answer to a request that goes on sending until its connection is closed, and how much it could send."""
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {PUBLIC_URL.partition('//')[2]}",
        *headers,
        "Idempotency-Key: long-as-can-be",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join([*head, "", ""]).encode())
    answer = asyncio.create_task(reader.read(4096))
    sent = 0
    with suppress(ConnectionError):
        async with asyncio.timeout(20):
            while not writer.is_closing():
                writer.write(more)
                await writer.drain()
                sent += len(more)
                if answer.done():
                    await asyncio.sleep(0.01)
    writer.close()
    return await answer, sent


async def test_who_has_sent_all_may_be_answered_late() -> None:
    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})

    pieces = iter([(0.0, b"x", True), (SECONDS / 2, b"x", False)])

    async def receive() -> Message:
        wait, body, more = next(pieces, (SECONDS * 2, b"", None))
        await asyncio.sleep(wait)
        return {"type": "http.disconnect" if more is None else "http.request", "body": body, "more_body": more}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    limited = BodyLimit(patient, greatest=100, seconds=SECONDS)
    await limited({"type": "http", "headers": [(b"content-length", b"2")]}, receive, send)
    assert [message["status"] for message in sent] == [204]
