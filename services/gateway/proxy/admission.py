"""Whether a request may pass: decided on the routed path, the verified token and today's standing, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from services.gateway.oauth.reading import unproved_claims
from services.gateway.proxy.figures import TURNED_AWAY
from services.gateway.proxy.limits import Allowance, Limit
from services.gateway.proxy.routes import Operation, Place
from services.gateway.standing import StandingReader, Verdicts
from shared import policy
from shared.answers import allowed
from shared.auth import Caller, RoleNotGranted
from shared.policy import Action, Principal
from shared.tokens import FetchKeys, TokenVerifier, Unauthenticated

OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")


@dataclass(frozen=True, slots=True)
class Token:
    """The two names under which an access token can be revoked."""

    jti: str
    grant_id: str


class StandingVerifier(TokenVerifier):
    """Accepts a token that is valid, not revoked, and of nobody who is suspended at this moment."""

    def __init__(self, issuer: str, service: str, fetch_keys: FetchKeys, standing: StandingReader) -> None:
        super().__init__(issuer, frozenset({f"{issuer}/api", f"{issuer}/api/{service}"}), fetch_keys)
        self._standing = standing

    async def principal(self, authorization: str | None) -> Principal:
        """The caller. Unauthenticated says what is wrong with the token, or who is suspended."""
        principal = await super().principal(authorization)
        assert authorization
        _check_standing(principal, _token(authorization.partition(" ")[2]), await self._standing.fresh())
        return principal


class OwnVerifier(StandingVerifier):
    """For the gateway's own operations, which are no way around a client's limit."""

    def __init__(
        self, issuer: str, service: str, fetch_keys: FetchKeys, standing: StandingReader, limit: Limit
    ) -> None:
        super().__init__(issuer, service, fetch_keys, standing)
        self._limit = limit

    async def principal(self, authorization: str | None) -> Principal:
        """The caller, counted. HTTPException 429 where she calls too often."""
        principal = await super().principal(authorization)
        allowance = self._limit.take(principal.client_id)
        check_allowed(allowance, {"retry-after": str(allowance.retry)})
        return principal


def check_allowed(allowance: Allowance, headers: Mapping[str, str] | None = None) -> None:
    """HTTPException 429 where this request is one too many; `headers` are for an answer that is told nothing else."""
    if not allowance.passes:
        TURNED_AWAY.labels("rate").inc()
        detail = f"No more than {allowance.quota} requests in {allowance.window} seconds; wait {allowance.retry} s."
        raise HTTPException(429, detail, headers)


def operation_for(method: str, headers: Headers, place: Place | None) -> Operation:
    """The operation that is asked for. HTTPException: 404 where the path is not known, 405 where the method is not."""
    if place is None:
        raise HTTPException(404)
    operation = place.operations.get("GET" if method == "HEAD" else method)
    if operation is None or any(name in headers for name in OVERRIDES):
        told = ", ".join(allowed(place.operations))
        raise HTTPException(405, f"This path offers {told}, each by its own method.", {"allow": told})
    return operation


def bearer(headers: Headers) -> str | None:
    """The one Authorization header, or None. Unauthenticated where there are two: which would be believed?"""
    authorization = headers.getlist("authorization")
    if len(authorization) > 1:
        raise Unauthenticated("One Authorization header is enough.", "invalid_request")
    return authorization[0] if authorization else None


def as_caller(principal: Principal, action: Action) -> Caller:
    """The caller of one action, with how far the grants reach."""
    return Caller(principal, action, policy.reach(principal, action))


def check_granted(caller: Caller) -> None:
    """RoleNotGranted where no role of the caller may ever do this; its reason names the rule."""
    if not caller.reach.views:
        raise RoleNotGranted(policy.refusal(caller.principal, caller.action) or "Nothing is granted.")


def _check_standing(principal: Principal, token: Token, verdicts: Verdicts) -> None:
    if token.jti in verdicts.tokens or token.grant_id in verdicts.grants:
        raise Unauthenticated("The access token has been revoked.")
    if principal.client_id in verdicts.clients:
        raise Unauthenticated("This client is suspended.")
    if not verdicts.agencies.isdisjoint(principal.agencies):
        raise Unauthenticated("An agency for which this token acts is suspended.")
    if principal.subject in verdicts.people:
        raise Unauthenticated("This account is suspended.")


@lru_cache(maxsize=10_000)
def _token(token: str) -> Token:
    claims = unproved_claims(token)  # proved: the verifier has just accepted this token
    return Token(str(claims.get("jti")), str(claims.get("grant_id")))
