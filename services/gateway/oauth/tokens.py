"""What is issued: access tokens by RFC 9068, ID tokens, and the reading of our own tokens when they come back."""

from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.gateway.oauth.context import PUBLIC, Client, Context, Person, new_secret
from services.gateway.oauth.profile import SIGNING


class InvalidTargetError(InvalidRequestError):
    """The resource asked for is none of ours, or more than was granted (RFC 8707 §2)."""

    error = "invalid_target"


def audience(context: Context, asked: str | None, granted: str | None = None) -> str:
    """The one audience of a token: what was asked for with `resource`, within what was granted. InvalidTargetError."""
    api = context.profile.api
    granted = granted or api
    if asked is None:
        return granted
    if asked not in context.profile.audiences or granted not in (api, asked):
        raise InvalidTargetError("The resource is unknown, or is not covered by the grant.")
    return asked


class AccessTokens(JWTBearerTokenGenerator):
    """Authlib's RFC 9068 generator with our claims, lifetime, audience and clock."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            issuer=context.profile.issuer,
            alg=SIGNING,
            refresh_token_generator=lambda **_: new_secret(),
            # An `expires_in` given later would change the body and not `exp`; without this, a token lives ten days.
            expires_generator=context.profile.access_life,
        )
        self.context = context
        self.audience = context.profile.api
        self.grant_id: str | None = None

    def get_jwks(self) -> KeySet:
        """The signing key alone: of a set of two Authlib picks a random one, and a bare key would carry no `kid`."""
        return KeySet([self.context.signing_key])

    def get_audiences(self, client: Client, user: Person | None, scope: str) -> str:
        """The audience that the grant has settled."""
        return self.audience

    def get_jti(self, client: Client, grant_type: str, user: Person | None, scope: str) -> str:
        """256 random bits."""
        return new_secret()

    def get_extra_claims(self, client: Client, grant_type: str, user: Person | None, scope: str) -> dict[str, Any]:
        """For whom the bearer acts and as what, and the context's clock in place of the process's."""
        bearer = user or client
        claims: dict[str, Any] = {
            "iat": self.context.now,
            "exp": self.context.now + self.context.profile.access_life,
            "agency": bearer.agency_id,
            "agency_type": bearer.agency_type,
            "roles": list(bearer.roles),
            "access": "user" if user else "application",
        }
        if bearer.acting_for:
            claims["acting_for"] = list(bearer.acting_for)
        if user:
            claims |= {"auth_time": user.auth_time, "amr": list(user.amr)}
        if self.grant_id:
            claims["grant_id"] = self.grant_id
        return claims


class IdTokens(OpenIDCode):
    """Authlib's OpenID Connect extension: an ID token beside the access token where `openid` was asked for."""

    def __init__(self, context: Context) -> None:
        super().__init__(require_nonce=False)
        self.context = context

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_create_token_response", self.process_token)

    def resolve_client_private_key(self, client: Client) -> KeySet:
        """The signing key alone, so that the token carries its `kid`."""
        return KeySet([self.context.signing_key])

    def get_client_algorithm(self, client: Client) -> str:
        """The one algorithm for tokens; Authlib would take RS256."""
        return SIGNING

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        """Issuer, audience and the context's clock."""
        now = self.context.now
        return {
            "iss": self.context.profile.issuer,
            "aud": client.client_id,
            "iat": now,
            "exp": now + self.context.profile.access_life,
        }

    def generate_user_info(self, user: Person, scope: str) -> dict[str, Any]:
        """Who signed in: no more than a front end needs to greet its user."""
        return {"sub": user.get_user_id(), "name": user.name, "agency": user.agency_id}


def own_claims(context: Context, token: str) -> Mapping[str, Any] | None:
    """The claims of an access token of ours that is still valid, or None."""
    try:
        read = jwt.decode(token, KeySet(list(context.published_keys)), algorithms=[SIGNING])
    except (JoseError, ValueError):
        return None
    claims = read.claims
    if read.header.get("typ") != "at+jwt" or claims.get("iss") != context.profile.issuer:
        return None
    return claims if claims["exp"] > context.now and not context.token_revoked else None


def rotates(client: Client) -> bool:
    """True where each refresh issues a new refresh token: for those who cannot prove that a token is theirs."""
    return client.kind == PUBLIC
