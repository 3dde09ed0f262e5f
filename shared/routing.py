"""The route class of every operation: strict JSON in, one idempotent answer kept, and no operation without an action."""

import json
import math
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from shared.access_record import Shown, record_shown
from shared.auth import Caller, Public, Requires
from shared.policy import Action, View
from shared.problems import FieldError, Invalid, Problem
from shared.transactions import Replay, keep_answer

KEPT_HEADERS = ("location", "etag")
DEEPEST_JSON = 32
CONVERTOR = re.compile(r":[a-z]+\}")


class BadJson(Problem):
    """The body is not JSON as RFC 8259 and this API want it."""

    status = 400
    code = "bad_json"
    title = "The body is not acceptable JSON"


class StrictRequest(Request):
    """A request whose JSON has no name twice, no NaN, no bad UTF-8 and no absurd number or depth."""

    refused: Problem | None = None

    async def json(self) -> Any:
        """The parsed body. BadJson or Invalid says what is wrong, and stays in `refused`, for FastAPI swallows it."""
        try:
            return await self._strict()
        except Problem as problem:
            self.refused = problem
            raise

    async def _strict(self) -> Any:
        try:
            parsed = json.loads(
                (await self.body()).decode("utf-8"),
                object_pairs_hook=_unique,
                parse_constant=_refuse_constant,
                parse_int=_bounded_int,
                parse_float=_bounded_float,
            )
        except UnicodeDecodeError:
            raise BadJson("The body is not UTF-8.") from None
        except RecursionError:
            raise BadJson("The body is nested too deeply.") from None
        except json.JSONDecodeError as failure:
            raise BadJson(f"{failure.msg} at line {failure.lineno}, column {failure.colno}.") from None
        if _deeper_than(parsed, DEEPEST_JSON):
            raise BadJson(f"The body is nested deeper than {DEEPEST_JSON} levels.")
        return parsed


class Operation(APIRoute):
    """A route that answers a repeated idempotent request as it did the first time."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler with a strict request before it and the kept answer behind it."""
        handle = super().get_route_handler()

        async def operate(request: Request) -> Response:
            if b"%00" in request.scope["query_string"]:
                raise Invalid.field("query", "nul", "No text holds a NUL: leave it out.")
            strict = StrictRequest(request.scope, request.receive)
            try:
                response = await handle(strict)
            except Replay as replay:
                return await _replayed(strict, replay)
            except HTTPException:
                if strict.refused:
                    raise strict.refused from None
                raise
            if hasattr(strict.state, "claim"):
                kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
                await keep_answer(strict, response.status_code, kept, bytes(response.body))
            return response

        return operate


class Router(APIRouter):
    """A router of operations."""

    def __init__(self, **more: Any) -> None:
        super().__init__(route_class=Operation, **more)


@dataclass(frozen=True)
class Declared:
    """One operation as the gateway and the documents see it; `action` is None where it is public."""

    method: str
    path: str
    action: Action | None
    route: APIRoute
    pattern: re.Pattern[str]

    @property
    def documented_path(self) -> str:
        """The path as documents write it: without what a parameter may match."""
        return CONVERTOR.sub("}", self.path)


def operations(app: FastAPI) -> Iterator[Declared]:
    """Every operation with its action. RuntimeError for one that declares neither an action nor why it is public."""
    for context in iter_route_contexts(app.routes):
        route = getattr(context, "original_route", context)
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        declared = _declared(route.dependant)
        if declared is None:
            raise RuntimeError(
                f"{sorted(route.methods or ())} {context.path} declares no action: add Requires(…) or Public(…)"
            )
        for method in sorted(route.methods or ()):
            action = declared.action if isinstance(declared, Requires) else None
            yield Declared(method, str(context.path), action, route, compile_path(str(context.path))[0])


def _declared(dependant: Dependant) -> Requires | Public | None:
    call = dependant.call
    for parameter in getattr(call, "__annotations__", {}).values():
        for note in getattr(parameter, "__metadata__", ()):
            if isinstance(note, Requires | Public):
                return note
    return None


async def _replayed(request: Request, replay: Replay) -> Response:
    answer, caller = replay.answer, request.state.caller
    assert isinstance(caller, Caller)
    shown = [Shown(**{**one, "view": View(one["view"])}) for one in answer.shown]
    async with request.app.state.runtime.database.transaction(request.scope.get("traceparent")) as tx:
        await record_shown(tx, caller.principal, caller.action, shown)
    headers = {**answer.headers, "idempotency-replayed": "true"}
    return Response(answer.body, answer.status, headers, media_type="application/json")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(
            f"The name {twice!r} stands twice in one object.",
            errors=[FieldError(twice, "duplicate_name", "Send each name once.")],
        )
    return found


def _refuse_constant(name: str) -> float:
    raise BadJson(f"{name} is not JSON.")


def _bounded_int(text: str) -> int:
    if len(text) > 19:
        raise BadJson("A number is too large.")
    return int(text)


def _bounded_float(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise BadJson("A number is too large.")
    return int(number) if number.is_integer() else number  # JSON has one kind of number: 4.0 is 4


def _deeper_than(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    items = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper_than(item, levels - 1) for item in items)
