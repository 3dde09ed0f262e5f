"""The transaction of an HTTP request: opened here, committed before the answer is sent, with what the answer shows.

FastAPI closes a dependency of the default scope after the client has its answer, so that a failed commit would still
say 200. These have the scope `function`: handler, answer serialised, commit, send.
"""

from collections.abc import AsyncIterator
from typing import Annotated

import asyncpg
from fastapi import Depends, Header
from starlette.requests import Request

from shared import idempotency
from shared.access_record import record_shown
from shared.auth import Caller
from shared.db import Tx
from shared.idempotency import Answer, InFlight

IDEMPOTENCY_KEY = Header(
    alias="Idempotency-Key",
    description="A new value for each thing you create, the same one when you send it again.",
    examples=["7c2b6b4e-5f0e-4a57-9d8e-2f6d1c8f0a11"],
)

IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of the version that you read.")]


class Replay(Exception):
    """The request was answered before; `answer` is what was said then."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


async def _reading(request: Request) -> AsyncIterator[Tx]:
    async with request.app.state.runtime.database.reading(request.scope.get("traceparent"), _kind(request)) as tx:
        yield tx
        await _record(request, tx)


async def _writing(request: Request) -> AsyncIterator[Tx]:
    async with request.app.state.runtime.database.transaction(request.scope.get("traceparent"), _kind(request)) as tx:
        yield tx
        await _record(request, tx)


async def _once(
    request: Request,
    key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
) -> AsyncIterator[Tx]:
    caller: Caller = request.state.caller
    wanted = idempotency.digest(key, caller.principal, request.method, request.scope["path"], await request.body())
    async with request.app.state.runtime.database.transaction(request.scope.get("traceparent"), _kind(request)) as tx:
        answered = await idempotency.claim(tx, wanted)
        if answered:
            raise Replay(answered)
        request.state.claim, request.state.tx = wanted, tx
        yield tx
        await _record(request, tx)


def _kind(request: Request) -> str:
    """Its operation: many requests of one may all wait for the same row, and other operations go on."""
    return f"{request.method} {request.scope['route'].path}"


async def _record(request: Request, tx: Tx) -> None:
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller:
        await record_shown(tx, caller.principal, caller.action, caller.shown)


async def keep_answer(request: Request, status: int, headers: dict[str, str], body: bytes) -> None:
    """Store the finished answer of an idempotent request in its own transaction, which is still open."""
    caller: Caller = request.state.caller
    try:
        await idempotency.keep(
            request.state.tx, request.state.claim, Answer(status, headers, body, caller.shown_data())
        )
    except asyncpg.UniqueViolationError:
        raise InFlight("The same request was being handled at this moment; send it again.") from None


ReadTx = Annotated[Tx, Depends(_reading, scope="function")]
WriteTx = Annotated[Tx, Depends(_writing, scope="function")]
OnceTx = Annotated[Tx, Depends(_once, scope="function")]
