"""Every refusal and failure as RFC 9457 problem details, mapped once; a failure says nothing about what it hid."""

import logging
import math
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.access_record import NotRecorded, record_refused
from shared.calendar import OutsideCalendar
from shared.cures import cure
from shared.days import DAY
from shared.problems import FieldError, Invalid, NotFound, Problem
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
LONGEST_PATH = 500  # as the documents say
MOST_ERRORS = 50
NOWHERE = "There is nothing at this address. The addresses are listed at /docs; none has a slash at its end."
UNKNOWN_HOLIDAYS = (
    "A date would have to be given for which this installation does not know the bank holidays, and none is guessed. "
    "Nothing was changed; a newer version knows further years."
)
NOTHING_RECORDED = "The access record cannot be written, so nothing is answered."


class Usual(NamedTuple):
    """What is said of a status where nothing more is known."""

    code: str
    title: str
    meaning: str
    cure: str


USUAL = {
    400: Usual("bad_request", "The request cannot be read", "The request cannot be read.", "Read `detail`."),
    401: Usual(
        "unauthenticated",
        "An access token is needed",
        "There is no token, or one that is over, revoked or for somebody else.",
        "Get a token; they live five minutes.",
    ),
    404: Usual(
        NotFound.code,
        NotFound.title,
        "The record does not exist, or the caller may not know that it does.",
        NotFound.cure,
    ),
    405: Usual(
        "method_not_allowed",
        "This method is not offered here",
        "The address does not offer this method.",
        "See its `Allow` header.",
    ),
    408: Usual(
        "request_timeout",
        "The request did not come to its end",
        "The body did not come to its end within twenty seconds; nothing was changed.",
        "Send it again.",
    ),
    413: Usual("too_large", "The request is too large", "More than 256 KiB in one request.", "Send less at a time."),
    415: Usual(
        "unsupported_media_type",
        "This kind of content is not accepted",
        "The body is not JSON, or it is packed.",
        "`Content-Type: application/json`, no `Content-Encoding`.",
    ),
    429: Usual(
        "too_many_requests",
        "Too many requests",
        "The client has used its requests of this minute.",
        "Wait as `Retry-After` says.",
    ),
    431: Usual("headers_too_long", "Headers too long", "More than 100 headers, or than 16 KiB of them.", "Send fewer."),
    500: Usual(
        "failure",
        "Something failed here",
        "A fault of ours; nothing was changed.",
        "Send it again under the same `Idempotency-Key`; tell us the trace id.",
    ),
    502: Usual(
        "problem",
        "The request was refused",
        "A service did not answer (504: not in time); or the request was refused in a way that has no code of its own.",
        "Read `detail`; 502 and 504: send it again.",
    ),
    503: Usual(
        "unavailable",
        "Not available at the moment",
        "Database or bus is out of reach, or more is asked for at once than can be done in time; nothing was changed.",
        "Send it again after `Retry-After`.",
    ),
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
    usual = USUAL.get(status, USUAL[502])
    code = code or usual.code
    body: dict[str, Any] = {
        "type": f"/docs/problems#{code}",
        "title": title or usual.title,
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
    app.add_exception_handler(OutsideCalendar, _outside_calendar)
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
    # A field nobody knows may be called anything, and is named as far as that can be written everywhere.
    named = (".".join(str(part) for part in path) or str(where)).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return FieldError(named[:LONGEST_PATH], error["type"], cure(error))


async def _framework(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    detail = NOWHERE if failure.status_code == 404 else str(failure.detail)
    headers = failure.headers if failure.status_code != 405 else _offered(request) or failure.headers
    return problem(failure.status_code, detail, headers=headers)


def _offered(request: Request) -> dict[str, str]:
    """`Allow` with every method of the path: the framework names those of the first route that has it."""
    operations = request.app.state.operations
    methods = {one.method for one in operations if one.pattern.fullmatch(request.scope["path"])}
    return {"allow": ", ".join(allowed(methods))} if methods else {}


def allowed(methods: Collection[str]) -> list[str]:
    """The methods of a path, as they are told: whatever may be read may be asked for by HEAD."""
    return sorted({*methods, "HEAD"} if "GET" in methods else methods)


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


async def _outside_calendar(_: Request, failure: Exception) -> Response:
    log.error("the calendar does not reach so far: %s", failure)
    return unavailable(UNKNOWN_HOLIDAYS, math.ceil(DAY.total_seconds()))


async def _database(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, asyncpg.PostgresError)
    passing = str(failure.sqlstate).startswith(PASSING)
    return await (_away if passing else _failure)(request, failure)


async def _failure(_: Request, failure: Exception) -> Response:
    log.error("failure", exc_info=failure)
    return problem(500, "Something failed here. Nothing was changed. The trace id finds it in the logs.")
