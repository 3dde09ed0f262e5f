"""Which browser front ends may call from their own origin: those that a client has registered, and no others."""

from starlette.datastructures import Headers
from starlette.responses import Response

from shared.answers import problem

REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent"
ANSWER_HEADERS = "Deprecation, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, Traceparent"
PREFLIGHT_SECONDS = 600

Told = list[tuple[bytes, bytes]]


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether a browser asks before it sends."""
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def preflight(headers: Headers, methods: list[str], origins: frozenset[str]) -> Response:
    """The answer to a browser that asks: these methods, for a registered origin; 403 for any other."""
    origin = headers["origin"]
    if origin not in origins:
        title = "No front end of this origin is registered"
        detail = "Name the origin in the `origins` of the client, as the browser sends it."
        return problem(403, detail, code="origin_not_registered", title=title, headers={"vary": "Origin"})
    told = {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": ", ".join(sorted(methods)),
        "access-control-allow-headers": REQUEST_HEADERS,
        "access-control-max-age": str(PREFLIGHT_SECONDS),
        "vary": "Origin",
    }
    return Response(status_code=204, headers=told)


def told_to(headers: Headers, origins: frozenset[str]) -> Told:
    """What an answer tells the browser: that a registered origin may read it; nothing to any other."""
    origin = headers.get("origin")
    if origin is None or origin not in origins:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", ANSWER_HEADERS.encode()),
    ]
