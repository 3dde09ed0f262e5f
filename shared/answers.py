"""Every refusal and failure as RFC 9457 problem details, mapped once; a failure says nothing about what it hid."""

import logging
import math
from collections.abc import Mapping
from typing import Any

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.access_record import NotRecorded, record_refused
from shared.problems import FieldError, Invalid, Problem
from shared.tokens import Unauthenticated
from shared.turns import Crowded

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
RETRY_SECONDS = 2
AWAY = (
    OSError,  # ConnectionError and TimeoutError among them
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver was still reading when the server died
)
# Connection lost, deadlock, no resources (a full disk is one), stopped or cancelled, a lock not had in time.
PASSING = ("08", "40", "53", "57", "55P03")
MOST_ERRORS = 50
INSTANT = "Write an instant with its zone as 2026-10-06T09:30:00Z; in an address, + is written %2B."
ID = "Write the record's id, as its `id` and its address have it."
# In place of what Pydantic says of them.
CURES = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field here: look for a slip of the pen, or leave it out.",
    "model_attributes_type": "Send an object: {…}.",
    "list_type": "Send a list: […].",
    "string_type": "Write a text, in quotation marks.",
    "bool_type": "Write true or false.",
    "bool_parsing": "Write true or false.",
    "uuid_parsing": ID,
    "uuid_type": ID,
    "timezone_aware": INSTANT,
    "datetime_parsing": INSTANT,
    "datetime_from_date_parsing": INSTANT,
}
NOWHERE = "There is nothing at this address. The addresses are listed at /docs; none has a slash at its end."
NOTHING_RECORDED = "The access record cannot be written, so nothing is answered."
TITLES = {
    400: ("bad_request", "The request cannot be read"),
    401: ("unauthenticated", "An access token is needed"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "This method is not offered here"),
    408: ("request_timeout", "The request did not come to its end"),
    413: ("too_large", "The request is too large"),
    415: ("unsupported_media_type", "This kind of content is not accepted"),
    429: ("too_many_requests", "Too many requests"),
    500: ("failure", "Something failed here"),
    503: ("unavailable", "Not available at the moment"),
}


def problem(
    status: int,
    detail: str,
    *,
    code: str = "",
    title: str = "",
    errors: tuple[FieldError, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The problem document; `type` points to the page that explains the code, with cause and cure."""
    usual_code, usual_title = TITLES.get(status, ("problem", "The request was refused"))
    code = code or usual_code
    body: dict[str, Any] = {
        "type": f"/docs/problems#{code}",
        "title": title or usual_title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"path": e.path, "code": e.code, "message": e.message} for e in errors[:MOST_ERRORS]]
    return JSONResponse(body, status, dict(headers or {}), media_type=PROBLEM_TYPE)


def unavailable(
    detail: str = "The service cannot reach what it needs. Nothing was changed; send the request again.",
    seconds: int = RETRY_SECONDS,
) -> Response:
    """503, with the time after which to try again."""
    return problem(503, detail, headers={"retry-after": str(seconds)})


def install(app: FastAPI) -> None:
    """Map every kind of failure of this app."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Unauthenticated, _unauthenticated)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _framework)
    for away in AWAY:
        app.add_exception_handler(away, _away)
    app.add_exception_handler(Crowded, _crowded)
    app.add_exception_handler(asyncpg.PostgresError, _database)
    app.add_exception_handler(NotRecorded, _not_recorded)
    app.add_exception_handler(Exception, _failure)


async def _problem(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, Problem)
    if not await _refusal_recorded(request, failure):
        return unavailable(NOTHING_RECORDED)
    return problem(failure.status, failure.detail, code=failure.code, title=failure.title, errors=failure.errors)


async def _refusal_recorded(request: Request, failure: Problem) -> bool:
    caller = getattr(request.state, "caller", None)
    if caller is None or not caller.action.case_level or failure.status not in {403, 404}:
        return True
    record_id = next(iter(request.path_params.values()), "")
    try:
        await record_refused(
            request.app.state.runtime.database,
            caller.principal,
            caller.action,
            str(record_id)[:100],
            failure.code,
            request.scope.get("traceparent"),
        )
    except Exception:
        log.exception("a refusal could not be recorded")
        return False
    return True


async def _unauthenticated(_: Request, failure: Exception) -> Response:
    assert isinstance(failure, Unauthenticated)
    challenge = f'Bearer error="{failure.error}"' if failure.error else "Bearer"
    return problem(401, failure.detail, headers={"www-authenticate": challenge})


async def _not_valid(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, RequestValidationError)
    found = failure.errors()
    if any(error["loc"] == ("body",) for error in found) and "json" not in request.headers.get("content-type", ""):
        return problem(415, "Send the body as JSON, with Content-Type: application/json.")
    errors = tuple(_field_error(error) for error in found[:MOST_ERRORS])
    detail = "Some fields are not valid; each is listed with its cure."
    return problem(422, detail, code=Invalid.code, title=Invalid.title, errors=errors)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    where, *path = error["loc"]
    path_text = ".".join(str(part) for part in path) or str(where)
    return FieldError(path_text, error["type"], CURES.get(error["type"], error["msg"]))


async def _framework(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    detail = NOWHERE if failure.status_code == 404 else str(failure.detail)
    headers = failure.headers if failure.status_code != 405 else _offered(request) or failure.headers
    return problem(failure.status_code, detail, headers=headers)


def _offered(request: Request) -> dict[str, str]:
    """`Allow` with every method of the path: the framework names those of the first route that has it."""
    operations = request.app.state.operations
    methods = {one.method for one in operations if one.pattern.fullmatch(request.scope["path"])}
    return {"allow": ", ".join(sorted(methods))} if methods else {}


async def _away(_: Request, failure: Exception) -> Response:
    log.warning("out of reach: %s", type(failure).__name__)
    return unavailable()


async def _crowded(_: Request, failure: Exception) -> Response:
    assert isinstance(failure, Crowded)
    log.warning("more is asked for than can be done in time")
    detail = "More is asked for at the moment than can be done in time. Nothing was changed; send the request again."
    return unavailable(detail, max(RETRY_SECONDS, math.ceil(failure.seconds)))


async def _not_recorded(_: Request, failure: Exception) -> Response:
    log.error("what would be shown could not be recorded", exc_info=failure.__cause__)
    return unavailable(NOTHING_RECORDED)


async def _database(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, asyncpg.PostgresError)
    passing = str(failure.sqlstate).startswith(PASSING)
    return await (_away if passing else _failure)(request, failure)


async def _failure(_: Request, failure: Exception) -> Response:
    log.error("failure", exc_info=failure)
    return problem(500, "Something failed here. Nothing was changed. The trace id finds it in the logs.")
