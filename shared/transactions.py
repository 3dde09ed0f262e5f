"""The transaction of an HTTP request: opened by its operation, committed before the answer is sent, with what the answer shows.

FastAPI would close a dependency after the client has its answer, so that a failed commit would still say 200, or wrap it
thrice for each request. So the route closes these: handler, answer serialised, commit, send.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Annotated, TypeVar

import asyncpg
from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response

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


KEPT_HEADERS = ("location", "etag")

Asked = TypeVar("Asked", bound=Request)


class Replay(Exception):
    """The request was answered before; `answer` is what was said then."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


async def answered(request: Asked, handle: Callable[[Asked], Awaitable[Response]]) -> Response:
    """The answer of an operation, whose transaction is committed when this has it, and rolled back by any exception."""
    async with AsyncExitStack() as request.state.held:
        response = await handle(request)
        if hasattr(request.state, "claim"):
            await _keep(request, response)
        if hasattr(request.state, "tx") and hasattr(request.state, "caller"):
            caller: Caller = request.state.caller
            await record_shown(request.state.tx, caller.principal, caller.action, caller.shown)
    return response


async def _reading(request: Request) -> Tx:
    return await _opened(request, request.app.state.runtime.database.reading)


async def _writing(request: Request) -> Tx:
    return await _opened(request, request.app.state.runtime.database.transaction)


async def _once(
    request: Request,
    key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
) -> Tx:
    caller: Caller = request.state.caller
    wanted = idempotency.digest(key, caller.principal, request.method, request.scope["path"], await request.body())
    tx = await _writing(request)
    answer = await idempotency.claim(tx, wanted)
    if answer:
        raise Replay(answer)
    request.state.claim = wanted
    return tx


async def _opened(request: Request, transaction: Callable[[str | None, str], AbstractAsyncContextManager[Tx]]) -> Tx:
    # Its kind is the operation: many requests of one may all wait for the same row, and other operations go on.
    kind = f"{request.method} {request.scope['route'].path}"
    opening = transaction(request.scope.get("traceparent"), kind)
    tx: Tx = await request.state.held.enter_async_context(opening)
    request.state.tx = tx
    return tx


async def _keep(request: Request, response: Response) -> None:
    """Store the finished answer of an idempotent request in its own transaction, which is still open."""
    caller: Caller = request.state.caller
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    answer = Answer(response.status_code, headers, bytes(response.body), caller.shown_data())
    try:
        await idempotency.keep(request.state.tx, request.state.claim, answer)
    except asyncpg.UniqueViolationError:
        raise InFlight("The same request was being handled at this moment; send it again.") from None


ReadTx = Annotated[Tx, Depends(_reading)]
WriteTx = Annotated[Tx, Depends(_writing)]
OnceTx = Annotated[Tx, Depends(_once)]
