"""What a request changes: values that the store commits in one transaction before the answer leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error that replaces the answer where a guarded write hits no row: somebody else was first."""

    error: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One change. `lasting` ones are committed even where the request fails; one with a `refusal` must hit its row."""

    lasting: ClassVar[bool] = False
    refusal: ClassVar[Refusal | None] = None

    def when_refused(self) -> tuple["Write", ...]:
        """What is committed instead, where this write hit no row."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseAssertion(Write):
    """Remember a client assertion's `jti` until it expires."""

    lasting = True
    refusal = Refusal("invalid_client", "This client assertion has been used before.")
    client_id: str
    jti: str
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest(Write):
    """Keep a pushed authorization request."""

    hash: bytes
    client_id: str
    parameters: Mapping[str, str]
    pushed_at: int
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequest(Write):
    """Take a pushed authorization request: one answer each, a refusal too."""

    refusal = Refusal("invalid_request", "This authorization request has been answered before.")
    lasting = True
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StartGrant(Write):
    """Record what a person has allowed, with the code to be redeemed."""

    grant_id: UUID
    client_id: str
    person_id: UUID
    scope: str
    resource: str
    redirect_uri: str
    code_hash: bytes
    code_challenge: str
    nonce: str | None
    auth_time: int
    amr: tuple[str, ...]
    started_at: int
    code_expires_at: int
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeGrant(Write):
    """End a grant: its code, refresh tokens and access tokens count no more."""

    lasting = True
    grant_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCode(Write):
    """Redeem a grant's code, which happens once; a second attempt ends the grant (RFC 6749 §4.1.2)."""

    refusal = Refusal("invalid_grant", "This code has been used before; what it had issued is revoked.")
    grant_id: UUID

    def when_refused(self) -> tuple[Write, ...]:
        return (RevokeGrant(grant_id=self.grant_id, reason="code_replayed"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRefresh(Write):
    """Keep a refresh token's hash; it ends with its grant."""

    hash: bytes
    grant_id: UUID
    issued_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRefresh(Write):
    """Retire a public client's refresh token as its successor is issued; a second attempt ends the grant (RFC 9700)."""

    refusal = Refusal("invalid_grant", "This refresh token has been used before; its grant is revoked.")
    hash: bytes
    grant_id: UUID

    def when_refused(self) -> tuple[Write, ...]:
        return (RevokeGrant(grant_id=self.grant_id, reason="refresh_token_replayed"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken(Write):
    """End one access token before its time."""

    lasting = True
    jti: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves: a JSON body, or a redirect where `location` is set. `failed` for an error, redirected ones too."""

    status: int
    body: Mapping[str, object]
    location: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, with what must be committed before it leaves."""

    answer: Answer
    writes: tuple[Write, ...] = ()

    def to_commit(self) -> tuple[Write, ...]:
        """All writes of a success; of a failure, those that last."""
        return tuple(w for w in self.writes if w.lasting) if self.answer.failed else self.writes
