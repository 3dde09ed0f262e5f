"""The endpoints, one function each: a context and the fields in, an outcome out."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError
from authlib.oauth2.rfc6749.errors import InvalidClientError
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError

from services.gateway.oauth.context import Client, Context, Person, PushedRequest
from services.gateway.oauth.reading import Fields, Request
from services.gateway.oauth.server import Server
from services.gateway.oauth.writes import Answer, Outcome, UseRequest

NewId = Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class Ask:
    """The person must do something first: `sign_in`, or `consent` to a client of another agency."""

    what: str
    client: Client
    scope: str


def token(context: Context, fields: Fields, new_id: NewId) -> Outcome:
    """The token endpoint (RFC 6749 §3.2)."""
    server = Server(context, new_id)
    return server.outcome(server.create_token_response(Request(context.profile, "token", fields)))


def push(context: Context, fields: Fields, new_id: NewId) -> Outcome:
    """The pushed authorization request endpoint (RFC 9126)."""
    return _at_endpoint(context, fields, new_id, "par", "par")


def revoke(context: Context, fields: Fields, new_id: NewId) -> Outcome:
    """The revocation endpoint (RFC 7009)."""
    return _at_endpoint(context, fields, new_id, "revoke", "revocation")


def introspect(context: Context, fields: Fields, new_id: NewId) -> Outcome:
    """The introspection endpoint (RFC 7662)."""
    return _at_endpoint(context, fields, new_id, "introspect", "introspection")


def authorize(context: Context, new_id: NewId, consent: bool | None = None) -> Outcome | Ask:
    """The authorization endpoint for a pushed request, as often as the person comes back to it until it is answered.

    `consent` is what she has said to a client of another agency, None while she has not been asked.
    """
    server = Server(context, new_id)
    try:
        pushed, client = _pushed(context, server)
    except OAuth2Error as error:
        return server.outcome(server.handle_error_response(None, error))
    request = Request(context.profile, "authorize", pushed.parameters, "GET")
    try:
        grant = server.get_consent_grant(request, context.person)
        missing = _missing(context, pushed, client, consent)
        if missing and "none" in _prompts(pushed):
            raise LoginRequiredError() if missing == "sign_in" else ConsentRequiredError()
        if missing:
            return Ask(missing, client, request.scope)
        if context.person and not context.person.roles:
            raise AccessDeniedError("The person holds no role today.")
    except OAuth2Error as error:
        error.redirect_uri, error.state = pushed.parameters["redirect_uri"], pushed.parameters.get("state")
        answer = server.handle_error_response(request, error)
    else:
        allowed: Person | None = context.person if consent is not False else None
        answer = server.create_authorization_response(request, grant_user=allowed, grant=grant)
    server.writes.append(UseRequest(hash=pushed.hash))  # a refusal too answers the request, and answers it once
    return server.outcome(answer)


def refused(error: OAuth2Error) -> Answer:
    """The answer to a request that could not even be read."""
    status, body, _ = error()
    return Answer(status, body, failed=True)


def _at_endpoint(context: Context, fields: Fields, new_id: NewId, address: str, name: str) -> Outcome:
    server = Server(context, new_id)
    return server.outcome(server.create_endpoint_response(name, Request(context.profile, address, fields)))


def _pushed(context: Context, server: Server) -> tuple[PushedRequest, Client]:
    pushed, client = context.pushed, context.client
    if client is None:
        raise InvalidClientError(description="The client does not exist on this server.")
    server.query_client(client.client_id)
    if pushed is None or pushed.client_id != client.client_id:
        raise InvalidRequestError("The authorization request must be pushed first; this request_uri is unknown.")
    if pushed.used or pushed.expires_at <= context.now:
        raise InvalidRequestError("This authorization request has expired or has been answered; begin again.")
    return pushed, client


def _missing(context: Context, pushed: PushedRequest, client: Client, consent: bool | None) -> str | None:
    person, prompts = context.person, _prompts(pushed)
    if person is None or person.suspended:
        return "sign_in"
    if "login" in prompts and person.auth_time < pushed.pushed_at:
        return "sign_in"
    if "max_age" in pushed.parameters and person.auth_time + int(pushed.parameters["max_age"]) < context.now:
        return "sign_in"
    foreign = client.agency_id != person.agency_id and not client.for_all_agencies
    if (foreign or "consent" in prompts) and consent is None:
        return "consent"
    return None


def _prompts(pushed: PushedRequest) -> frozenset[str]:
    return frozenset(pushed.parameters.get("prompt", "").split())
