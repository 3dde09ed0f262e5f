"""Tokens that look like ours and are not: refused by every operation of every service, and no storm on the keys."""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64encode

from services.composition import SERVICES
from shared.policy import Role
from shared.tokens import TokenVerifier, Unauthenticated
from tests.service.doors.operations import of
from tests.service.doors.running import Doors
from tests.service.escalations.running import COUNCIL

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

STRANGER = ECKey.generate_key("P-256", {"kid": "stranger"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ES256 = jws.JWSRegistry.algorithms["ES256"]
NOW = int(time.time())
Make = Callable[[Doors, dict[str, Any]], str]


def encoded(value: Any) -> str:
    """A segment of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).decode()


def header(suite: Doors, **more: Any) -> dict[str, Any]:
    """The header of a token of ours, with changes."""
    return {"alg": "ES256", "typ": "at+jwt", "kid": suite.tokens.key.kid} | more


def with_header(**more: Any) -> Make:
    """Signed by our own key, under a header that says more or otherwise."""

    def make(suite: Doors, claims: dict[str, Any]) -> str:
        signed = f"{encoded(header(suite, **more))}.{encoded(claims)}"
        return f"{signed}.{encoded(ES256.sign(signed.encode(), suite.tokens.key))}"

    return make


def with_claims(**more: Any) -> Make:
    """Signed by our own key, saying this; None takes a claim away."""

    def make(suite: Doors, claims: dict[str, Any]) -> str:
        return suite.tokens.signed({name: said for name, said in (claims | more).items() if said is not None})

    return make


def with_payload(change: Callable[[str], str]) -> Make:
    """Signed by our own key, over a text that no encoder would write."""

    def make(suite: Doors, claims: dict[str, Any]) -> str:
        return jws.serialize_compact(header(suite), change(json.dumps(claims)).encode(), suite.tokens.key)

    return make


def signed_by(key: Any, **more: Any) -> Make:
    """Signed by a key that is not ours, under the name of ours or of its own."""
    return lambda suite, claims: jwt.encode(header(suite, **more), claims, key, algorithms=["ES256", "RS256"])


def confused(suite: Doors, claims: dict[str, Any]) -> str:
    """The public key, which everybody has, used as a shared secret."""
    signed = f"{encoded(header(suite, alg='HS256'))}.{encoded(claims)}"
    return f"{signed}.{encoded(hmac.digest(suite.tokens.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def unsigned(alg: str) -> Make:
    """Without a signature."""
    return lambda suite, claims: f"{encoded(header(suite, alg=alg))}.{encoded(claims)}."


def segment(first: bytes) -> Make:
    """A header that is no header."""
    return lambda suite, claims: f"{encoded(first)}.{encoded(claims)}.{encoded(b'x' * 64)}"


BAD: Mapping[str, Make] = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "no signature": unsigned("ES256"),
    "the public key as a secret": confused,
    "another key under our name": signed_by(STRANGER),
    "another key under its own name": signed_by(STRANGER, kid="stranger"),
    "another algorithm": signed_by(RSA, alg="RS256"),
    "its own key in the header": signed_by(STRANGER, jwk=STRANGER.as_dict(private=False)),
    "jku": signed_by(STRANGER, jku="https://evil.example/jwks"),
    "x5u": signed_by(STRANGER, x5u="https://evil.example/cert"),
    "a jku over our own signature": with_header(jku="https://evil.example/jwks"),
    "crit": with_header(crit=["exp"]),
    "b64": with_header(b64=False, crit=["b64"]),
    "typ JWT": with_header(typ="JWT"),
    "typ of a list": with_header(typ=["at+jwt"]),
    "kid of a list": with_header(kid=["a"]),
    "kid of a path": with_header(kid="../../etc/passwd"),
    "alg of an object": with_header(alg={}),
    "a header that is a list": segment(b"[]"),
    "a header that is a number": segment(b"1"),
    "a header in a header in a header": segment(b"[" * 6000),
    "a header that is no UTF-8": segment(b'{"alg": "\xff"}'),
    "a header with a name twice": segment(b'{"typ":"JWT","typ":"at+jwt","alg":"ES256","kid":"x"}'),
    "a name twice": with_payload(lambda text: text.replace("{", '{"agency": "somewhere-else", ', 1)),
    "dates that are not numbers": with_payload(lambda text: text.replace(str(2**33), "NaN")),
    "dates without end": with_payload(lambda text: text.replace(str(2**33), "1e999")),
    "dates too large to count": with_payload(lambda text: text.replace(str(2**33), "9" * 400)),
    "depth": with_payload(lambda text: '{"roles": ' + "[" * 2500 + "]" * 2500 + ", " + text[1:]),
    "no object": with_payload(lambda text: "[]"),
    "a megabyte": with_claims(more="x" * 1_000_000),
    "no end": with_claims(exp=None),
    "an end that is text": with_claims(exp=str(NOW + 300)),
    "an end that is a yes": with_claims(exp=True),
    "over": with_claims(exp=NOW - 60),
    "not begun": with_claims(nbf=NOW + 86_400),
    "issued tomorrow": with_claims(iat=NOW + 86_400),
    "another issuer": with_claims(iss="https://safer.example.evil.example"),
    "another audience": with_claims(aud="https://safer.example"),
    "several audiences": with_claims(aud=["https://safer.example/api", "https://evil.example"]),
    "no audience": with_claims(aud=None),
    "an unknown role": with_claims(roles=["king"]),
    "an unknown agency type": with_claims(agency_type="bank"),
    "no agency": with_claims(agency=None),
}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_operation_refuses_what_only_looks_like_a_token(suite: Doors, service: str) -> None:
    """401 with a problem that does not repeat the token."""
    audience = f"{suite.tokens.issuer}/api"
    claims = suite.tokens.claims(*COUNCIL, Role, exp=2**33)
    another = next(name for name in SERVICES if name != service)
    bad = {name: make(suite, claims) for name, make in BAD.items()}
    bad["another service's"] = suite.tokens.signed(claims | {"aud": f"{audience}/{another}"})
    good = suite.tokens.signed(claims | {"aud": f"{audience}/{service}"})
    reads = next(operation for operation in of(service) if operation.method == "GET" and not operation.parameters)
    client = suite.clients[service]
    assert (await client.get(reads.path, headers={"authorization": f"Bearer {good}"})).status_code == 200
    for operation in of(service):
        for name, token in bad.items():
            headers = {"authorization": f"Bearer {token}"} | operation.headers()
            answer = await client.request(operation.method, operation.url(suite.ids), headers=headers)
            cell = f"{operation}: {name}: {answer.status_code} {answer.text[:200]}"
            if name == "a megabyte" and service == "gateway":  # which measures the headers before it reads them
                assert answer.status_code == 431, cell
                continue
            assert answer.status_code == 401, cell
            assert answer.headers["www-authenticate"].startswith("Bearer"), name
            assert token[:50] not in answer.text, name


async def test_unknown_keys_are_asked_for_once(suite: Doors) -> None:
    """Whatever key ids are presented, the keys are fetched once in half a minute."""
    fetched = []

    async def fetch() -> Mapping[str, Any]:
        fetched.append(1)
        return {"keys": [suite.tokens.key.as_dict(private=False)]}

    audience = f"{suite.tokens.issuer}/api"
    verifier = TokenVerifier(suite.tokens.issuer, frozenset({audience}), fetch)
    claims = suite.tokens.claims(*COUNCIL, [Role.PRACTITIONER])
    for number in range(100):
        token = signed_by(STRANGER, kid=f"key-{number}")(suite, claims)
        with pytest.raises(Unauthenticated):
            await verifier.principal(f"Bearer {token}")
    await verifier.principal(f"Bearer {suite.tokens.signed(claims)}")
    assert len(fetched) == 1
