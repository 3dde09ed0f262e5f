"""What one request needs to know, as frozen values: never a row that could load something more, or change."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from joserfc.jwk import ECKey, Key, KeySet

from services.gateway.oauth.profile import OPENID, Profile

PUBLIC = "public"
CODE, REFRESH, CLIENT_CREDENTIALS = "authorization_code", "refresh_token", "client_credentials"


def digest(secret: str) -> bytes:
    """How a code, a refresh token or a request URI is stored: its SHA-256; each holds 256 random bits."""
    return sha256(secret.encode()).digest()


def new_secret() -> str:
    """256 random bits for a URL."""
    return secrets.token_urlsafe(32)


@lru_cache(maxsize=4096)
def keys_of(jwks: str) -> tuple[Key, ...]:
    """The keys of a registered JWK set. Only the parsing is remembered: which set holds now is read each time."""
    import json

    return tuple(KeySet.import_key_set(json.loads(jwks)).keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered system or front end; its methods are those that Authlib asks of a client."""

    client_id: str
    name: str
    kind: str  # private_key_jwt, nhs_signed_jwt or public
    agency_id: str
    agency_type: str
    roles: tuple[str, ...] = ()
    acting_for: tuple[str, ...] = ()
    grant_types: frozenset[str] = frozenset()
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    jwks: str = '{"keys": []}'
    jwks_uri: str = ""  # where it publishes its keys; what they are at this moment then stands in `jwks`
    suspended: bool = False
    for_all_agencies: bool = False
    agency_name: str = ""

    @property
    def is_public(self) -> bool:
        """True where the client can keep no key of its own: a front end in a browser."""
        return self.kind == PUBLIC

    @property
    def client_metadata(self) -> dict[str, tuple[str, ...]]:
        """What Authlib reads by its registered name."""
        return {"post_logout_redirect_uris": self.post_logout_redirect_uris}

    def get_client_id(self) -> str:
        """The registered identifier."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the redirect URI is always given, and compared exactly."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scope asked for, or everything registered where none is; None (`invalid_scope`) where it exceeds that."""
        if not scope:
            return " ".join(sorted(self.scopes - {OPENID}))
        asked = set(scope.split())
        return " ".join(sorted(asked)) if asked <= self.scopes else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exact comparison, nothing else."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, secret: str) -> bool:
        """False: nobody here has a shared secret."""
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """The one method of its kind, at every endpoint: elsewhere than at `token` too, or anybody could revoke."""
        return method == ("none" if self.is_public else "private_key_jwt")

    def check_response_type(self, response_type: str) -> bool:
        """The code flow only."""
        return response_type == "code" and CODE in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        """True where the registration lists it."""
        return grant_type in self.grant_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has signed in, with the roles that hold today."""

    person_id: UUID
    name: str
    agency_id: str
    agency_type: str
    roles: tuple[str, ...]
    acting_for: tuple[str, ...] = ()
    auth_time: int = 0
    amr: tuple[str, ...] = ()
    suspended: bool = False

    def get_user_id(self) -> str:
        """The subject of tokens."""
        return str(self.person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person has allowed a client, with the code that stood at its beginning; Authlib's authorization code."""

    grant_id: UUID
    client_id: str
    person_id: UUID
    scope: str
    resource: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None
    auth_time: int
    amr: tuple[str, ...]
    code_expires_at: int
    expires_at: int
    code_used: bool = False
    revoked: bool = False

    code_challenge_method = "S256"

    def get_redirect_uri(self) -> str:
        """The one the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What was allowed."""
        return self.scope

    def get_nonce(self) -> str | None:
        """The client's nonce for the ID token."""
        return self.nonce

    def get_auth_time(self) -> int:
        """When the person signed in."""
        return self.auth_time

    def get_acr(self) -> None:
        """None: no classes of authentication are told apart."""

    def get_amr(self) -> list[str]:
        """How the person signed in (RFC 8176)."""
        return list(self.amr)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token as presented, with the grant from which it comes."""

    hash: bytes
    grant: Grant
    used: bool = False

    def check_client(self, client: Client) -> bool:
        """True for the client to which it was issued."""
        return self.grant.client_id == client.client_id

    def get_scope(self) -> str:
        """The grant's: a narrower scope at one refresh does not narrow the next."""
        return self.grant.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRequest:
    """An authorization request that its client has pushed (RFC 9126)."""

    hash: bytes
    client_id: str
    parameters: Mapping[str, str]
    pushed_at: int
    expires_at: int
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything that one request may know. `now` is real time in seconds."""

    profile: Profile
    now: int
    signing_key: ECKey
    published_keys: tuple[ECKey, ...] = ()
    client: Client | None = None
    person: Person | None = None
    grant: Grant | None = None
    refresh: RefreshToken | None = None
    pushed: PushedRequest | None = None
    token_revoked: bool = field(default=False)  # of the access token presented for introspection or revocation
