"""The three ways to a token: a person's code, a refresh, and a system's own credentials; Authlib's, with our guards."""

from typing import Any
from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge

from services.gateway.oauth.context import Client, Grant, Person, RefreshToken, digest, new_secret
from services.gateway.oauth.tokens import audience, rotates
from services.gateway.oauth.writes import IssueRefresh, RevokeGrant, StartGrant, UseCode, UseRefresh

METHODS = ["private_key_jwt", "none"]


class Pkce(CodeChallenge):
    """PKCE with S256 from everybody: Authlib takes `plain` by omission, and none at all from confidential clients."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": compare_s256_code_challenge}

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Both parameters are required, at the authorization request already."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or not data.get("code_challenge_method"):
            raise InvalidRequestError("code_challenge and code_challenge_method=S256 are required.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(grants.AuthorizationCodeGrant):
    """A person allows a client to act for her; the client redeems the code once, within its minute."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_authorization_request(self) -> str:
        """Authlib's checks, and those of the parameters that it does not know."""
        redirect_uri: str = super().validate_authorization_request()
        data = self.request.payload.data
        try:
            if "request" in data:
                raise InvalidRequestError("Signed request objects are not supported: push the request.")
            if data.get("response_mode", "query") != "query":
                raise InvalidRequestError("response_mode must be query.")
            if not data.get("max_age", "0").isdigit() or len(data.get("max_age", "")) > 9:
                raise InvalidRequestError("max_age must be a number of seconds.")
            audience(self.server.context, data.get("resource"))
        except InvalidRequestError as error:
            error.redirect_uri = redirect_uri
            raise
        return redirect_uri

    def generate_authorization_code(self) -> str:
        """256 random bits."""
        return new_secret()

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Start the grant that this code is the key to."""
        context, data = self.server.context, request.payload.data
        person: Person = request.user
        self.server.writes.append(
            StartGrant(
                grant_id=self.server.new_id(),
                client_id=request.client.client_id,
                person_id=person.person_id,
                scope=request.scope,
                resource=audience(context, data.get("resource")),
                redirect_uri=data["redirect_uri"],
                code_hash=digest(code),
                code_challenge=data["code_challenge"],
                nonce=data.get("nonce"),
                auth_time=person.auth_time,
                amr=person.amr,
                started_at=context.now,
                code_expires_at=context.now + context.profile.code_life,
                expires_at=context.now + context.profile.grant_life,
            )
        )

    def query_authorization_code(self, code: str, client: Client) -> Grant | None:
        """The grant with this unspent code. One that was spent ends its grant, and all that came of it."""
        context, grant = self.server.context, self.server.context.grant
        if grant is None or grant.client_id != client.client_id:
            return None
        if grant.code_used:
            self.server.writes.append(RevokeGrant(grant_id=grant.grant_id, reason="code_replayed"))
            return None
        return None if grant.revoked or grant.code_expires_at <= context.now else grant

    def delete_authorization_code(self, authorization_code: Grant) -> None:
        """Spend the code."""
        self.server.writes.append(UseCode(grant_id=authorization_code.grant_id))

    def authenticate_user(self, authorization_code: Grant) -> Person:
        """The person who allowed it, as she stands now."""
        self.server.bind(authorization_code, self.request.form.get("resource"))
        return standing(self.server.context.person, authorization_code)


class RefreshGrant(grants.RefreshTokenGrant):
    """A new access token within a grant, until the grant's absolute end."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:
        """Only those who cannot prove that a token is theirs get a new one each time."""
        return rotates(self.request.client)

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """The token, if it is this client's and still counts. A rotated one that comes back ends its grant."""
        context, token = self.server.context, self.server.context.refresh
        if token is None or not token.check_client(self.request.client):
            return None
        if token.used:
            self.server.writes.append(RevokeGrant(grant_id=token.grant.grant_id, reason="refresh_token_replayed"))
            return None
        return None if token.grant.revoked or token.grant.expires_at <= context.now else token

    def authenticate_user(self, refresh_token: RefreshToken) -> Person:
        """The person who allowed it, as she stands now."""
        self.server.bind(refresh_token.grant, self.request.form.get("resource"))
        return standing(self.server.context.person, refresh_token.grant)

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Retire what has been replaced."""
        if rotates(self.request.client):
            self.server.writes.append(UseRefresh(hash=refresh_token.hash, grant_id=refresh_token.grant.grant_id))


class SystemGrant(grants.ClientCredentialsGrant):
    """A system acts alone, as its agency, within what its registration lists."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:1]

    def validate_token_request(self) -> None:
        """Authlib's checks, then the audience."""
        super().validate_token_request()
        self.server.tokens.audience = audience(self.server.context, self.request.form.get("resource"))


def standing(person: Person | None, grant: Grant) -> Person:
    """The grant's person. InvalidGrantError where she is suspended or holds no role any more."""
    if person is None or person.person_id != grant.person_id or person.suspended:
        raise InvalidGrantError("The person who allowed this may not sign in any more.")
    if not person.roles:
        raise InvalidGrantError("The person who allowed this holds no role today.")
    return person


def refresh_write(token: dict[str, Any], grant_id: UUID, now: int) -> IssueRefresh:
    """What keeps the refresh token of an answer."""
    return IssueRefresh(hash=digest(token["refresh_token"]), grant_id=grant_id, issued_at=now)
