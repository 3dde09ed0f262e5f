"""The endpoints beside `token`: pushing a request (RFC 9126), revoking (RFC 7009) and introspecting (RFC 7662)."""

from typing import Any

from authlib.consts import default_json_headers
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.endpoint import Endpoint
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from services.gateway.oauth.context import Client, Context, RefreshToken, digest, new_secret
from services.gateway.oauth.grants import METHODS
from services.gateway.oauth.reading import Request
from services.gateway.oauth.tokens import own_claims
from services.gateway.oauth.writes import PushRequest, RevokeGrant, RevokeToken

PROOFS = ("client_assertion", "id_token_hint")
URN = "urn:ietf:params:oauth:request_uri:"


class PushedRequests(Endpoint):
    """A client lays its authorization request down for a reference, good for a few minutes and one answer."""

    ENDPOINT_NAME = "par"

    def create_endpoint_response(self, request: Request) -> tuple[int, Any, Any]:
        """Check the request as the authorization endpoint would, and keep it."""
        context, data = self.server.context, request.payload.data
        client = self.server.authenticate_client(request, METHODS, self.ENDPOINT_NAME)
        if "request_uri" in data:
            raise InvalidRequestError("A pushed request may not refer to another one.")
        try:
            self.server.get_authorization_grant(request).validate_authorization_request()
        except OAuth2Error as error:
            error.redirect_uri = None  # the caller is the client itself: it is told, nobody is redirected
            raise
        reference = URN + new_secret()
        kept = {name: value for name, value in data.items() if not name.startswith(PROOFS)}
        self.server.writes.append(
            PushRequest(
                hash=digest(reference),
                client_id=client.client_id,
                parameters=kept,
                pushed_at=context.now,
                expires_at=context.now + context.profile.request_life,
            )
        )
        return 201, {"request_uri": reference, "expires_in": context.profile.request_life}, default_json_headers


class PresentedToken:
    """A token of ours as its owner shows it: an access token's claims, or a refresh token."""

    def __init__(self, context: Context, token: str) -> None:
        self.claims = own_claims(context, token) if token.count(".") == 2 else None
        self.refresh: RefreshToken | None = context.refresh
        self.now = context.now

    @property
    def client_id(self) -> str | None:
        """To whom it was issued."""
        if self.claims:
            return str(self.claims["client_id"])
        return self.refresh.grant.client_id if self.refresh else None

    def check_client(self, client: Client) -> bool:
        """True for its owner."""
        return self.client_id == client.client_id

    def is_revoked(self) -> bool:
        """True for a refresh token that was used or whose grant has ended."""
        return self.refresh is not None and (self.refresh.used or self.refresh.grant.revoked)

    def is_expired(self) -> bool:
        """True for a refresh token at its grant's absolute end."""
        return self.refresh is not None and self.refresh.grant.expires_at <= self.now


class _TokenEndpoint:
    """What both endpoints share: who may call, and that an unknown `token_type_hint` is ignored (RFC 7009 §2.1)."""

    CLIENT_AUTH_METHODS = METHODS
    server: Any

    def check_params(self, request: Request, client: Client) -> None:
        """Only the token is needed; Authlib would answer an unknown hint with 401."""
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token' in request.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> PresentedToken | None:
        """The caller's own token; anybody else's does not exist."""
        presented = PresentedToken(self.server.context, token_string)
        client: Client = self.server.context.client
        return presented if presented.check_client(client) else None


class Revocation(_TokenEndpoint, RevocationEndpoint):
    """The end of a token before its time; of a refresh token, the end of its grant."""

    def revoke_token(self, token: PresentedToken, request: Request) -> None:
        """Revoke the one access token, or the whole grant."""
        if token.claims:
            self.server.writes.append(RevokeToken(jti=token.claims["jti"], expires_at=token.claims["exp"]))
        elif token.refresh:
            self.server.writes.append(RevokeGrant(grant_id=token.refresh.grant.grant_id, reason="revoked_by_client"))


class Introspection(_TokenEndpoint, IntrospectionEndpoint):
    """What a token is worth, told to its owner alone."""

    def check_permission(self, token: PresentedToken, client: Client, request: Request) -> bool:
        """Own tokens only."""
        return token.check_client(client)

    def introspect_token(self, token: PresentedToken) -> dict[str, Any]:
        """The access token's own claims, or the refresh token's grant."""
        if token.claims:
            return {"active": True, "token_type": "Bearer", **token.claims}
        assert token.refresh
        grant = token.refresh.grant
        return {
            "active": True,
            "iss": self.server.context.profile.issuer,
            "client_id": grant.client_id,
            "sub": str(grant.person_id),
            "scope": grant.scope,
            "exp": grant.expires_at,
        }
