"""One authorization server for one request: Authlib's, whose callbacks read the context and append writes.

An instance for each request, because `query_client(client_id)` is given nothing by which a shared one could find its
context; it takes about twenty microseconds.
"""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidClientError

from services.gateway.oauth.assertion import prove
from services.gateway.oauth.context import Client, Context, Grant
from services.gateway.oauth.endpoints import Introspection, PushedRequests, Revocation
from services.gateway.oauth.grants import CodeGrant, Pkce, RefreshGrant, SystemGrant, refresh_write
from services.gateway.oauth.reading import Request
from services.gateway.oauth.tokens import AccessTokens, IdTokens, audience
from services.gateway.oauth.writes import Answer, Outcome, Write

# Authlib prints whole tokens at DEBUG, whatever the level of the suite.
logging.getLogger("authlib").setLevel(logging.INFO)

QueryClient = Callable[[str], Client | None]
CURES = {
    "unsupported_grant_type": "Send grant_type as client_credentials, authorization_code or refresh_token.",
    "unsupported_response_type": "Send response_type as code.",
}


class Server(AuthorizationServer):
    """Authlib's server over one context; `writes` is what it has decided to change."""

    def __init__(self, context: Context, new_id: Callable[[], UUID]) -> None:
        super().__init__(scopes_supported=context.profile.scopes)
        self.context, self.new_id = context, new_id
        self.writes: list[Write] = []
        self.grant: Grant | None = None
        self.tokens = AccessTokens(context)
        self.register_client_auth_method("private_key_jwt", self._authenticate_by_assertion)
        self.register_token_generator("default", self.tokens)
        self.register_grant(CodeGrant, [Pkce(required=True), IdTokens(context)])
        self.register_grant(RefreshGrant)
        self.register_grant(SystemGrant)
        for endpoint in (PushedRequests, Revocation, Introspection):
            self.register_endpoint(endpoint)

    def query_client(self, client_id: str) -> Client | None:
        """The client loaded for this request. InvalidClientError while it or its agency is suspended."""
        client = self.context.client
        if client is None or client.client_id != client_id:
            return None
        if client.suspended:
            raise InvalidClientError(description="This client, or its agency, is suspended.")
        return client

    def bind(self, grant: Grant, resource: str | None) -> None:
        """Tie this answer's tokens to a grant, and their audience to what it covers. InvalidTargetError."""
        self.grant = grant
        self.tokens.grant_id = str(grant.grant_id)
        self.tokens.audience = audience(self.context, resource, grant.resource)

    def save_token(self, token: dict[str, Any], request: Request) -> None:
        """Keep the refresh token; an access token proves itself."""
        if self.grant and "refresh_token" in token:
            self.writes.append(refresh_write(token, self.grant.grant_id, self.context.now))

    def create_oauth2_request(self, request: Request) -> Request:
        """The request is Authlib's already."""
        return request

    def send_signal(self, name: str, *arguments: Any, **named: Any) -> None:
        """Nobody listens: what must follow from a request is among its writes."""

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        """Every answer passes here; a redirect names its issuer (RFC 9207) and is a 303, which never repeats a POST."""
        location = dict(headers).get("Location")
        if location:
            return Answer(303, {}, add_params_to_uri(location, [("iss", self.context.profile.issuer)]))
        return Answer(status, body)

    def handle_error_response(self, request: Request | None, error: OAuth2Error) -> Answer:
        """The error, marked as one, with the cure where the library says none."""
        error.description = error.description or CURES.get(error.error, "")
        answer = super().handle_error_response(request, error)
        return Answer(answer.status, answer.body, answer.location, failed=True)

    def outcome(self, answer: Answer) -> Outcome:
        """The answer with the writes decided on the way."""
        return Outcome(answer, tuple(self.writes))

    def _authenticate_by_assertion(self, query_client: QueryClient, request: Request) -> Client | None:
        if "client_assertion" not in request.form:
            return None
        client = self.context.client
        if client is None:
            raise InvalidClientError(description="The client does not exist on this server.")
        query_client(client.client_id)
        if client.is_public:
            raise InvalidClientError(description="A public client has no keys to sign with.")
        self.writes.append(prove(client, request.form, self.context.profile, self.context.now))
        return client
