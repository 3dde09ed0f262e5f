"""The authorization server's doors: the form is read, the core decides, the store commits, the answer leaves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.authorization.commit import commit
from services.gateway.authorization.store import load
from services.gateway.oauth import discovery, running
from services.gateway.oauth.context import Context
from services.gateway.oauth.reading import Fields, read_fields, wanted
from services.gateway.oauth.writes import Answer, Outcome
from services.gateway.state import Gateway, gateway_of
from shared.db import new_id
from shared.now import wall
from shared.tokens import KEYS_KEPT_SECONDS

FORM = "application/x-www-form-urlencoded"
NOT_STORED = {"cache-control": "no-store", "pragma": "no-cache"}
# Less than the time for which a new key is published before it signs, so that nobody meets a key it has not seen.
PUBLIC_MINUTES = {"cache-control": f"public, max-age={int(KEYS_KEPT_SECONDS) // 2}", "access-control-allow-origin": "*"}

Endpoint = Callable[[Context, Fields, Callable[[], UUID]], Outcome]


async def metadata(request: Request) -> Response:
    """The server's metadata (RFC 8414, OpenID Connect Discovery)."""
    return JSONResponse(discovery.metadata(gateway_of(request).profile), headers=PUBLIC_MINUTES)


async def jwks(request: Request) -> Response:
    """The public keys."""
    return JSONResponse(await published_keys(gateway_of(request)), headers=PUBLIC_MINUTES)


async def published_keys(gateway: Gateway) -> dict[str, Any]:
    """The JWKS document, for services in the same process too."""
    _, keys = await gateway.ring.at(wall())
    return discovery.jwks(keys)


async def token(request: Request) -> Response:
    """The token endpoint."""
    return await _answered(request, running.token)


async def par(request: Request) -> Response:
    """The pushed authorization request endpoint."""
    return await _answered(request, running.push)


async def revoke(request: Request) -> Response:
    """The revocation endpoint."""
    return await _answered(request, running.revoke)


async def introspect(request: Request) -> Response:
    """The introspection endpoint."""
    return await _answered(request, running.introspect)


async def _answered(request: Request, endpoint: Endpoint) -> Response:
    gateway = gateway_of(request)
    try:
        fields = await _form(request)
        rows = wanted(fields)
    except OAuth2Error as error:
        return _response(running.refused(error))
    async with gateway.database.reading() as tx:
        context = await load(tx, rows, gateway.profile, gateway.ring)
    try:
        context = await gateway.key_sets.filled(context, fields)
    except OAuth2Error as error:
        return _response(running.refused(error))
    return _response(await commit(gateway.database, endpoint(context, fields, new_id)))


async def _form(request: Request) -> Fields:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise InvalidRequestError(f"Send a form: Content-Type: {FORM}.")
    return read_fields(await request.body())


def _response(answer: Answer) -> Response:
    return JSONResponse(dict(answer.body), answer.status, NOT_STORED)


ROUTES = [
    Route("/.well-known/oauth-authorization-server", metadata, methods=["GET"]),
    Route("/.well-known/openid-configuration", metadata, methods=["GET"]),
    Route("/oauth/jwks", jwks, methods=["GET"]),
    Route("/oauth/token", token, methods=["POST"]),
    Route("/oauth/par", par, methods=["POST"]),
    Route("/oauth/revoke", revoke, methods=["POST"]),
    Route("/oauth/introspect", introspect, methods=["POST"]),
]
