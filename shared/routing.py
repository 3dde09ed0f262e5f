"""The route class of every operation: strict JSON in, one idempotent answer kept, and no operation without an action."""

import json
import math
import re
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, compile_path
from starlette.types import Receive, Scope, Send

from shared.access_record import Shown, record_shown
from shared.auth import Caller, Public, Requires
from shared.policy import Action, View
from shared.problems import FieldError, Invalid, Problem
from shared.transactions import Replay, answered

DEEPEST_JSON = 32
COMPILED = frozenset({"path_regex", "path_format", "param_convertors"})
CONVERTOR = re.compile(r":[a-z]+\}")


class BadJson(Problem):
    """The body is not JSON as RFC 8259 has it: invalid UTF-8, a key twice, a number without bound."""

    status = 400
    code = "bad_json"
    title = "The body is not acceptable JSON"
    cure = "Send what RFC 8259 calls JSON."


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
            if failure.doc.startswith("\ufeff"):
                raise BadJson("The body begins with a byte order mark: send UTF-8 without one.") from None
            raise BadJson(f"{failure.msg} at line {failure.lineno}, column {failure.colno}.") from None
        if _deeper_than(parsed, DEEPEST_JSON):
            raise BadJson(f"The body is nested deeper than {DEEPEST_JSON} levels.")
        return parsed


class Operation(APIRoute):
    """A route that answers a repeated idempotent request as it did the first time.

    FastAPI reads its parameters, body and answer when it is first called or described: reading those of every
    operation would take longer than all else that a start does.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: Collection[str], **declared: Any) -> None:
        self.path, self.endpoint, self.methods = path, endpoint, set(methods)
        self._begins = path.partition("{")[0]
        self.include_in_schema: bool = declared["include_in_schema"]
        self._unread: Mapping[str, Any] | None = declared

    def __getattr__(self, name: str) -> Any:
        """What is not there yet: the compiled path, and all that FastAPI finds."""
        if name in COMPILED:
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        elif name == "_unread" or self._unread is None:
            raise AttributeError(name)
        else:
            declared, self._unread = self._unread, None
            super().__init__(self.path, self.endpoint, methods=self.methods, **declared)
        return getattr(self, name)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this is asked for: most are not, which the beginnings of their paths tell without any pattern."""
        if not scope["path"].startswith(self._begins):
            return Match.NONE, {}
        return super().matches({**scope, "method": "GET"} if scope["method"] == "HEAD" else scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """HEAD is answered, and recorded, like GET; the server leaves out the body (RFC 9110, section 9.3.2)."""
        if scope["method"] == "HEAD" and "GET" in (self.methods or ()):
            await self.app(scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    def under(self, prefix: str) -> "Operation":
        """The same below `prefix`."""
        assert self._unread is not None
        return Operation(prefix + self.path, self.endpoint, methods=self.methods or (), **self._unread)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler with a strict request before it and the kept answer behind it."""
        handle = super().get_route_handler()

        async def operate(request: Request) -> Response:
            if b"%00" in request.scope["query_string"]:
                raise Invalid.field("query", "nul", "No text holds a NUL: leave it out.")
            strict = StrictRequest(request.scope, request.receive)
            names = [name for name, _ in strict.query_params.multi_items()]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise Invalid.field(twice[:100], "given_twice", "Send this once, with one value.")
            try:
                return await answered(strict, handle)
            except Replay as replay:
                return await _replayed(strict, replay)
            except HTTPException:
                if strict.refused:
                    raise strict.refused from None
                raise

        return operate


class Router(APIRouter):
    """The operations of a noun, as they are declared."""

    def __init__(self, **more: Any) -> None:
        super().__init__(route_class=Operation, generate_unique_id_function=_name, **more)
        self._placed: dict[str, Sequence[Operation]] = {}

    def under(self, prefix: str) -> Sequence[Operation]:
        """The routes below `prefix`: one for all applications of this process, so that each is read once."""
        if prefix not in self._placed:
            self._placed[prefix] = [route.under(prefix) for route in self.routes if isinstance(route, Operation)]
        return self._placed[prefix]


def _name(route: APIRoute) -> str:
    """What clients made from the documents call an operation: as its function is called, once in each service."""
    return route.name


@dataclass(frozen=True)
class Declared:
    """One operation as the gateway and the documents see it; `action` is None where it is public.

    `versioned` says that its answer is a record with its version: for this alone an operation takes its `response`.
    """

    method: str
    path: str
    action: Action | None
    pattern: re.Pattern[str]
    versioned: bool

    @property
    def documented_path(self) -> str:
        """The path as documents write it: without what a parameter may match."""
        return CONVERTOR.sub("}", self.path)


def operations(app: FastAPI) -> Iterator[Declared]:
    """Every operation with its action. RuntimeError for one that declares neither an action nor why it is public."""
    for route in app.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        declared, methods = _declared(route.endpoint), sorted(route.methods or ())
        versioned = "response" in route.endpoint.__annotations__
        if declared is None:
            raise RuntimeError(f"{methods} {route.path} declares no action: add Requires(…) or Public(…)")
        for method in methods:
            action = declared.action if isinstance(declared, Requires) else None
            yield Declared(method, route.path, action, route.path_regex, versioned)


def _declared(endpoint: Callable[..., Any]) -> Requires | Public | None:
    for parameter in getattr(endpoint, "__annotations__", {}).values():
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
