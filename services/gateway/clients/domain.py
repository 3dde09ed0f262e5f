"""What may be registered: the kinds of client, their addresses and keys."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from shared import policy
from shared.policy import SYSTEMS_MAY_HOLD, Role
from shared.problems import Invalid

CODE, REFRESH, CLIENT_CREDENTIALS = "authorization_code", "refresh_token", "client_credentials"
SHORTEST_RSA = 2048
MOST_KEYS = 20  # of a set that a client publishes
PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Kind(StrEnum):
    """How a client proves itself: with a key by one of two profiles, or, in a browser, not at all."""

    PRIVATE_KEY_JWT = "private_key_jwt"
    NHS_SIGNED_JWT = "nhs_signed_jwt"
    PUBLIC = "public"


def scopes_of_systems() -> frozenset[str]:
    """Every scope under which a system alone may do anything."""
    return frozenset(action.scope for action in policy.ACTIONS.values() if action.system)


def grant_types(kind: Kind, redirect_uris: Sequence[str]) -> list[str]:
    """What a client may ask for: people's codes where it has an address for them, a token of its own where it has a key."""
    of_people = [CODE, REFRESH] if redirect_uris else []
    return of_people if kind is Kind.PUBLIC else [CLIENT_CREDENTIALS, *of_people]


def check_addresses(kind: Kind, wanted: Mapping[str, Any], *, sandbox: bool) -> None:
    """Invalid for a redirect URI or an origin that is not https; in a sandbox this machine's own will do."""
    if kind is Kind.PUBLIC and not wanted["redirect_uris"]:
        raise Invalid.field("redirect_uris", "missing", "A front end needs the address to which its users come back.")
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for number, address in enumerate(wanted[field]):
            if not _safe(address, sandbox=sandbox) or "#" in address or "*" in address:
                cure = "Give a full https address without fragment or wildcard, like https://cases.example.org.uk/callback."
                raise Invalid.field(f"{field}.{number}", "not_an_address", cure)
    for number, origin in enumerate(wanted["origins"]):
        at = urlsplit(origin)
        if not _safe(origin, sandbox=sandbox) or origin != f"{at.scheme}://{at.netloc}" or origin != origin.lower():
            cure = "Give scheme and host only, in lower case, like https://cases.example.org.uk."
            raise Invalid.field(f"origins.{number}", "not_an_origin", cure)


def check_roles(kind: Kind, roles: Sequence[Role]) -> None:
    """Invalid for a role that no system may hold; a front end holds none, its users do."""
    if kind is Kind.PUBLIC and roles:
        raise Invalid.field("roles", "of_its_users", "A front end has no roles of its own: its users bring theirs.")
    for role in roles:
        if role not in SYSTEMS_MAY_HOLD:
            names = ", ".join(sorted(SYSTEMS_MAY_HOLD))
            raise Invalid.field("roles", "not_for_systems", f"A system may hold: {names}. {role.value} needs a person.")


def check_jwks_uri(kind: Kind, wanted: Mapping[str, Any], *, loopback: bool) -> None:
    """Invalid for an address of keys that is not https or stands beside keys given; `loopback` admits this machine's.

    What the address leads to is judged at each fetch: a name may resolve otherwise by then.
    """
    if wanted["jwks_uri"] is None:
        return
    if kind is Kind.PUBLIC:
        raise Invalid.field("jwks_uri", "public_client", "A front end in a browser can keep no key.")
    if wanted["public_keys"]:
        raise Invalid.field("jwks_uri", "both", "Give public_keys or the jwks_uri at which they stand, not both.")
    if not _safe(wanted["jwks_uri"], sandbox=loopback) or "#" in wanted["jwks_uri"]:
        cure = "Give a full https address without fragment, like https://cases.example.org.uk/jwks.json."
        raise Invalid.field("jwks_uri", "not_an_address", cure)


def check_keys(kind: Kind, keys: Sequence[dict[str, Any]], *, elsewhere: bool = False) -> str:
    """The JWK set as it is kept: public keys only, each with its own `kid`, each fit for the kind's algorithms. Invalid.

    None are needed where they stand `elsewhere`, at the client's own address.
    """
    if elsewhere and not keys:
        return json.dumps({"keys": []})
    if kind is Kind.PUBLIC:
        if keys:
            raise Invalid.field("public_keys", "public_client", "A front end in a browser can keep no key.")
        return json.dumps({"keys": []})
    if not keys:
        cure = "A system needs a public key to prove itself by, or the jwks_uri at which it publishes some."
        raise Invalid.field("public_keys", "missing", cure)
    kids = [key.get("kid") for key in keys]
    if len(set(kids)) != len(kids) or not all(isinstance(kid, str) and 0 < len(kid) <= 100 for kid in kids):
        raise Invalid.field("public_keys", "kid", "Each key needs a kid of its own, of 1 to 100 characters.")
    for number, key in enumerate(keys):
        if PRIVATE_PARTS & key.keys():
            raise Invalid.field(
                f"public_keys.{number}", "private", "This is the private key. Send the public half; make a new pair."
            )
        if not _fits(kind, key):
            raise Invalid.field(f"public_keys.{number}", "unfit", _FITTING[kind])
    return json.dumps({"keys": list(keys)})


def fitting_keys(kind: Kind, published: Mapping[str, Any]) -> str:
    """Of a published key set, the keys by which this kind may prove itself: others there are somebody else's business.

    ValueError where there is none, or it is no key set.
    """
    keys = published.get("keys")
    found = [key for key in keys if _usable(kind, key)] if isinstance(keys, list) else []
    if not found:
        raise ValueError("no key that may be used")
    return json.dumps({"keys": found[:MOST_KEYS]})


def _usable(kind: Kind, key: Any) -> bool:
    if not isinstance(key, dict) or PRIVATE_PARTS & key.keys():
        return False
    return all(isinstance(key.get(name, ""), str) for name in ("kty", "kid", "crv", "use")) and _fits(kind, key)


_FITTING = {
    Kind.PRIVATE_KEY_JWT: "The key must be EC on P-256 (ES256), RSA of 2048 bits or more (PS256), or Ed25519.",
    Kind.NHS_SIGNED_JWT: "The key must be RSA of 2048 bits or more (RS512).",
}


def _fits(kind: Kind, data: dict[str, Any]) -> bool:
    if data.get("use", "sig") != "sig":
        return False
    try:
        (key,) = KeySet.import_key_set({"keys": [data]}).keys
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    if isinstance(key, RSAKey):
        return key.raw_value.key_size >= SHORTEST_RSA
    if kind is Kind.NHS_SIGNED_JWT:
        return False
    return (isinstance(key, ECKey) and key.curve_name == "P-256") or (
        isinstance(key, OKPKey) and key.curve_name == "Ed25519"
    )


def _safe(address: str, *, sandbox: bool) -> bool:
    try:
        at = urlsplit(address)
        host, _ = at.hostname, at.port
    except ValueError:
        return False
    if not host or at.username or at.password or not address.isascii() or not address.isprintable() or " " in address:
        return False
    return at.scheme == "https" or (sandbox and at.scheme == "http" and host in LOOPBACK)
