"""How a confidential client proves itself: a signed assertion (RFC 7523) by the rules of its kind.

Authlib's own class passes no list of algorithms, accepts an audience that also names a foreign server, and an expiry
ten years out; here each claim has one permitted form.
"""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidClientError
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from services.gateway.oauth.context import Client, keys_of
from services.gateway.oauth.profile import ASSERTION_ALGORITHMS, Profile
from services.gateway.oauth.reading import JWT_BEARER, Fields, strict_object
from services.gateway.oauth.writes import UseAssertion

LONGEST = 8 * 1024
HEADER = frozenset({"alg", "kid", "typ"})
TYPES = frozenset({"jwt", "client-authentication+jwt"})
KEY_OF = {"ES256": "EC", "PS256": "RSA", "RS512": "RSA", "EdDSA": "OKP", "Ed25519": "OKP"}


class Algorithms(jws.JWSRegistry):
    """Exactly the algorithms given: joserfc warns of `EdDSA`, the name that clients send for Ed25519."""

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise _refused("The client assertion is signed with an algorithm that this client may not use.")
        return self.algorithms[name]


def prove(client: Client, fields: Fields, profile: Profile, now: int) -> UseAssertion:
    """Check the assertion in `fields` against its client's keys; the write makes its one use durable.

    InvalidClientError says which rule it breaks. RFC 7523 §3; for `nhs_signed_jwt` the NHS API platform's rules.
    """
    if fields.get("client_assertion_type") != JWT_BEARER:
        raise _refused(f"client_assertion_type must be {JWT_BEARER}.")
    assertion = fields["client_assertion"]
    if len(assertion) > LONGEST:
        raise _refused("The client assertion is too long.")
    try:
        signed = jws.extract_compact(assertion.encode())
        header = signed.headers()
        _check_header(header)
        registry = Algorithms(algorithms=ASSERTION_ALGORITHMS[client.kind])
        registry.get_alg(str(header["alg"]))
        if not jws.validate_compact(signed, _key(client, header), registry=registry):
            raise _refused("The client assertion's signature is wrong.")
        claims = strict_object(signed.payload)
    except (JoseError, ValueError):
        raise _refused("The client assertion is not a signed token that can be checked.") from None
    return _checked(claims, client, profile, now)


def _check_header(header: dict[str, Any]) -> None:
    if not HEADER.issuperset(header):
        raise _refused("The client assertion's header may hold alg, kid and typ only.")
    if str(header.get("typ", "JWT")).lower() not in TYPES:
        raise _refused("The client assertion's typ must be JWT.")


def _key(client: Client, header: dict[str, Any]) -> Key:
    keys = [key for key in keys_of(client.jwks) if key.key_type == KEY_OF[header["alg"]]]
    if "kid" in header:
        keys = [key for key in keys if key.kid == header["kid"]]
    if len(keys) != 1:
        raise _refused("The client assertion's kid must name one registered key that suits its algorithm.")
    return keys[0]


def _checked(claims: dict[str, Any], client: Client, profile: Profile, now: int) -> UseAssertion:
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise _refused("The client assertion's iss and sub must both be the client_id.")
    if claims.get("aud") != profile.assertion_audience(client.kind):
        raise _refused(f"The client assertion's aud must be the string {profile.assertion_audience(client.kind)}.")
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat", now)
    if expires <= now:
        raise _refused("The client assertion has expired.")
    if expires > min(issued, now + profile.leeway) + profile.assertion_life:
        raise _refused(f"The client assertion may live {profile.assertion_life} seconds at most.")
    if max(issued, _seconds(claims, "nbf", now)) > now + profile.leeway:
        raise _refused("The client assertion is not valid yet; check the clock.")
    jti = claims.get("jti")
    if not (isinstance(jti, str) and 0 < len(jti) <= 255 and jti.isprintable()):
        raise _refused("The client assertion needs a jti of 1 to 255 characters.")
    return UseAssertion(client_id=client.client_id, jti=jti, expires_at=expires)


def _seconds(claims: dict[str, Any], name: str, default: int | None = None) -> int:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise _refused(f"The client assertion's {name} must be a number of seconds.")
    return int(value)


def _refused(description: str) -> InvalidClientError:
    return InvalidClientError(description=description)
