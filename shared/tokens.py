"""Verifies access tokens, for every service itself: nothing trusts a header that another process set."""

import asyncio
import json
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode

from shared.policy import Access, AgencyType, Principal, Role

ALGORITHM = "ES256"
KEYS_KEPT_SECONDS = 300.0  # a new key is published this long before its first use
FETCH_EVERY_SECONDS = 30.0  # at most one fetch in this time, whatever key ids are presented
RETRY_SECONDS = 1.0  # after one that failed
LEEWAY_SECONDS = 5.0
LONGEST_TOKEN = 8192
LATEST = 2.0**53  # seconds since 1970: neither an infinity nor a number that is too large to be counted with
REMEMBERED = 10_000

FetchKeys = Callable[[], Awaitable[Mapping[str, Any]]]


class Unauthenticated(Exception):
    """The request carries no access token that this service accepts; `detail` never repeats the token."""

    def __init__(self, detail: str, error: str = "invalid_token") -> None:
        super().__init__(detail)
        self.detail, self.error = detail, error


def keys_at(url: str) -> FetchKeys:
    """Fetches a JWKS document over HTTP."""

    async def fetch() -> Mapping[str, Any]:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, allow_redirects=False) as answer:
            answer.raise_for_status()
            keys: Mapping[str, Any] = await answer.json()
            return keys

    return fetch


class TokenVerifier:
    """Turns a bearer token into a Principal, and remembers the verdict until the token expires."""

    def __init__(self, issuer: str, audiences: frozenset[str], fetch_keys: FetchKeys) -> None:
        self._issuer, self._audiences, self._fetch_keys = issuer, audiences, fetch_keys
        self._keys: dict[str, ECKey] = {}
        self._fetched = self._failed = -math.inf
        self._fetching = asyncio.Lock()
        self._verdicts: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    @property
    def ready(self) -> bool:
        """Whether a key set has been fetched."""
        return bool(self._keys)

    async def principal(self, authorization: str | None) -> Principal:
        """The caller. Unauthenticated where the header is absent, or the token is not one of ours, now, for this audience."""
        if not authorization:
            raise Unauthenticated("An access token is needed: Authorization: Bearer …", error="")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise Unauthenticated(
                "The Authorization header must be: Bearer, a blank, and an access token.", "invalid_request"
            )
        remembered = self._verdicts.get(token)
        if remembered and time.time() < remembered[0]:
            return remembered[1]
        expires, principal = await self._verify(token)
        self._verdicts[token] = (expires, principal)
        if len(self._verdicts) > REMEMBERED:
            self._verdicts.popitem(last=False)
        return principal

    async def refresh(self) -> None:
        """Fetch the keys, unless that was done a moment ago; who asks meanwhile waits for the same answer.

        ConnectionError just after a fetch that failed: until one succeeds nobody knows which keys are published.
        """
        async with self._fetching:
            if time.monotonic() - self._fetched < FETCH_EVERY_SECONDS:
                return
            if time.monotonic() - self._failed < RETRY_SECONDS:
                raise ConnectionError("the gateway's public keys could not be fetched a moment ago")
            self._failed = time.monotonic()
            document = await self._fetch_keys()
            self._keys = {
                key["kid"]: ECKey.import_key(key)
                for key in document["keys"]
                if key.get("kty") == "EC" and key.get("crv") == "P-256" and key.get("alg", ALGORITHM) == ALGORITHM
            }
            self._fetched, self._failed = time.monotonic(), -math.inf

    async def _key(self, kid: str) -> ECKey:
        if kid not in self._keys or time.monotonic() - self._fetched > KEYS_KEPT_SECONDS:
            try:
                await self.refresh()
            except (OSError, aiohttp.ClientError, TimeoutError) as failure:
                if kid not in self._keys:
                    raise ConnectionError("the gateway's public keys cannot be fetched") from failure
        if kid not in self._keys:
            raise Unauthenticated("The access token is signed with a key that is not published.")
        return self._keys[kid]

    async def _verify(self, token: str) -> tuple[float, Principal]:
        header = _json_segment(token.split(".", maxsplit=1)[0])
        if header.get("typ") not in ("at+jwt", "application/at+jwt") or header.get("alg") != ALGORITHM:
            raise Unauthenticated("This is not an access token of this suite.")
        if not header.keys() <= {"typ", "alg", "kid"} or not isinstance(header.get("kid"), str):
            raise Unauthenticated("The token's header carries parameters that are not accepted.")
        key = await self._key(header["kid"])
        try:
            verified = jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
            claims = json.loads(verified.payload, object_pairs_hook=_unique, parse_constant=_no_constant)
        except (JoseError, ValueError, RecursionError) as failure:
            raise Unauthenticated("The access token is damaged or was not issued here.") from failure
        return self._judge(claims)

    def _judge(self, claims: Any) -> tuple[float, Principal]:
        now = time.time()
        if not isinstance(claims, dict):
            raise Unauthenticated("The access token says nothing.")
        expires, issued, not_before = (_instant(claims, name) for name in ("exp", "iat", "nbf"))
        if claims.get("iss") != self._issuer:
            raise Unauthenticated("The access token comes from another issuer.")
        if not isinstance(claims.get("aud"), str) or claims["aud"] not in self._audiences:
            raise Unauthenticated("The access token is for another audience.")
        if now >= expires + LEEWAY_SECONDS:
            raise Unauthenticated("The access token has expired.")
        if max(issued, not_before) > now + LEEWAY_SECONDS:
            raise Unauthenticated("The access token is not valid yet.")
        try:
            return expires, _principal(claims)
        except (KeyError, TypeError, ValueError) as failure:
            raise Unauthenticated("The access token lacks a claim, or has one that is not known.") from failure


def _principal(claims: Mapping[str, Any]) -> Principal:
    return Principal(
        subject=str(claims["sub"]),
        client_id=str(claims["client_id"]),
        agency_id=str(claims["agency"]),
        agency_type=AgencyType(claims["agency_type"]),
        roles=frozenset(Role(role) for role in claims["roles"]),
        scopes=frozenset(str(claims["scope"]).split()),
        access=Access(claims["access"]),
        acting_for=tuple(str(agency) for agency in claims.get("acting_for", ())),
    )


def _json_segment(segment: str) -> dict[str, Any]:
    try:
        header = json.loads(urlsafe_b64decode(segment.encode()), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as failure:
        raise Unauthenticated("The access token is not a signed token.") from failure
    if not isinstance(header, dict):
        raise Unauthenticated("The access token is not a signed token.")
    return header


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _instant(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name, 0 if name == "nbf" else None)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST:
        raise Unauthenticated("The access token's dates are not numbers.")
    return float(value)
