"""How a request is read: strictly, before Authlib sees it, and without believing anything that is not yet proved."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64decode

from services.gateway.oauth.context import digest
from services.gateway.oauth.profile import Profile

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_BODY = 32 * 1024
MOST_FIELDS = 40
OPAQUE = frozenset({"state", "nonce"})  # the client's own text, never put into an error's description
PARAMETERS = OPAQUE | {
    "client_assertion", "client_assertion_type", "client_id", "client_secret", "code", "code_challenge",
    "code_challenge_method", "code_verifier", "grant_type", "id_token_hint", "max_age", "post_logout_redirect_uri",
    "prompt", "redirect_uri", "refresh_token", "request", "request_uri", "resource", "response_mode", "response_type",
    "scope", "token", "token_type_hint",
}  # fmt: skip
VISIBLE = re.compile(r"[\x20-\x7e]*")
DESCRIBABLE = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")  # RFC 6749 §5.2: what an error_description may hold

Fields = Mapping[str, str]


def read_fields(text: bytes) -> Fields:
    """The protocol's parameters in a form or query string; unknown ones are ignored, empty ones count as omitted.

    InvalidRequestError where one is repeated or holds characters that no such parameter has: Authlib would echo them
    in an error's description, and fail there.
    """
    if len(text) > LONGEST_BODY:
        raise InvalidRequestError("The request is too long.")
    try:
        pairs = parse_qsl(text.decode("ascii"), True, errors="strict", max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise InvalidRequestError("The request is not a form in UTF-8.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name not in PARAMETERS:
            continue
        if name in fields:
            raise InvalidRequestError(f"The parameter {name} is repeated.")
        if not (VISIBLE if name in OPAQUE else DESCRIBABLE).fullmatch(value):
            raise InvalidRequestError(f"The parameter {name} holds characters that it may not have.")
        fields[name] = value
    return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rows that a request refers to, by keys that are not yet proved to be the caller's."""

    client_id: str | None = None
    code: bytes | None = None
    refresh: bytes | None = None
    request: bytes | None = None
    jti: str | None = None
    grant_id: str | None = None


def wanted(fields: Fields) -> Wanted:
    """Which rows to load for these fields. InvalidClientError where an assertion cannot be read at all."""
    token, hint = fields.get("token"), fields.get("id_token_hint")
    claims = unproved_claims(token) if token and token.count(".") == 2 else {}
    return Wanted(
        client_id=claimed_client(fields) or _text(unproved_claims(hint or "").get("aud")),
        code=_digest(fields.get("code")),
        refresh=_digest(fields.get("refresh_token") or (token if not claims else None)),
        request=_digest(fields.get("request_uri")),
        jti=_text(claims.get("jti")),
        grant_id=_text(claims.get("grant_id")),
    )


def claimed_client(fields: Fields) -> str | None:
    """Whom the caller says to be. InvalidClientError where the assertion names another client than the form."""
    assertion = fields.get("client_assertion")
    if assertion is None:
        return fields.get("client_id")
    subject = _text(unproved_claims(assertion).get("sub"))
    if subject is None:
        raise InvalidClientError(description="The client assertion names no subject.")
    if fields.get("client_id", subject) != subject:
        raise InvalidClientError(description="The client assertion is another client's than client_id says.")
    return subject


def unproved_claims(token: str) -> dict[str, Any]:
    """A token's claims without any proof: good for choosing a row, and nothing else. Empty where unreadable."""
    return _segment(token, 1)


def unproved_header(token: str) -> dict[str, Any]:
    """A token's header without any proof: good for choosing a key. Empty where unreadable."""
    return _segment(token, 0)


def _segment(token: str, number: int) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        return strict_object(urlsafe_b64decode(parts[number].encode()))
    except (ValueError, JoseError):
        return {}


def strict_object(text: bytes) -> dict[str, Any]:
    """A JSON object without repeated members or numbers that JSON does not have. ValueError for anything else."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a member is repeated")
        return found

    def constant(name: str) -> None:
        raise ValueError(f"{name} is not JSON")

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


class Request(OAuth2Request):
    """Authlib's request over the fields read, at the address under which the caller knows the endpoint.

    The address comes from the profile: behind a proxy the connection itself may be plain http, which Authlib refuses.
    """

    def __init__(self, profile: Profile, endpoint: str, fields: Fields, method: str = "POST") -> None:
        super().__init__(method, profile.endpoints[endpoint])
        self.payload = BasicOAuth2Payload(dict(fields))

    @property
    def form(self) -> Fields:
        """The fields of the body."""
        fields: Fields = self.payload.data
        return fields

    @property
    def args(self) -> Fields:
        """The same fields: the endpoint has one source of them."""
        return self.form


def _digest(secret: str | None) -> bytes | None:
    return digest(secret) if secret else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 255 else None
