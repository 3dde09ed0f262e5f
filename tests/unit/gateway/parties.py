"""Made-up clients, people and keys for the authorization server's core, and the moves of a code flow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

from services.gateway.oauth import running
from services.gateway.oauth.context import Client, Context, Grant, Person, PushedRequest, RefreshToken, digest
from services.gateway.oauth.profile import Profile
from services.gateway.oauth.reading import JWT_BEARER, read_fields
from services.gateway.oauth.writes import Outcome, PushRequest, StartGrant, Write

NOW = 1_800_000_000
ISSUER = "https://safer.example"
CALLBACK = "https://front.example/callback?kept=1"
VERIFIER = "v" * 50
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode()
PROFILE = Profile(
    issuer=ISSUER,
    services=frozenset({"escalations", "governance"}),
    scopes=frozenset({"openid", "escalations.read", "escalations.write"}),
)
CURRENT, NEXT = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("current", "next"))
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
PERSON_ID = UUID("01900000-0000-7000-8000-000000000001")

SYSTEM = Client(
    client_id="police-system",
    name="Case system of Cheshire Constabulary",
    kind="private_key_jwt",
    agency_id="cheshire-constabulary",
    agency_type="police",
    roles=("agency_lead",),
    grant_types=frozenset({"client_credentials", "authorization_code", "refresh_token"}),
    redirect_uris=(CALLBACK,),
    scopes=frozenset({"openid", "escalations.read", "escalations.write"}),
    jwks=json.dumps(KeySet([EC, RSA, ED]).as_dict(private=False)),
)
NHS = replace(SYSTEM, client_id="trust-system", kind="nhs_signed_jwt", agency_type="acute_trust")
FRONT = replace(SYSTEM, client_id="front", kind="public", jwks='{"keys": []}', roles=())
PERSON = Person(
    person_id=PERSON_ID,
    name="Morgan Example",
    agency_id="cheshire-constabulary",
    agency_type="police",
    roles=("practitioner",),
    auth_time=NOW - 5,
    amr=("pwd", "otp"),
)


def context(client: Client | None = SYSTEM, **more: Any) -> Context:
    """A context at `NOW` with two published keys."""
    given: dict[str, Any] = {"profile": PROFILE, "now": NOW, "signing_key": CURRENT, "published_keys": (CURRENT, NEXT)}
    return Context(**(given | {"client": client} | more))


def assertion(client: Client = SYSTEM, key: Any = None, alg: str = "", header: Any = None, **claims: Any) -> str:
    """A client assertion as that client would sign it; claims given as None are left out."""
    nhs = client.kind == "nhs_signed_jwt"
    key, alg = key or (RSA if nhs else EC), alg or ("RS512" if nhs else "ES256")
    given = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": PROFILE.assertion_audience(client.kind),
        "exp": NOW + 60,
        "iat": NOW,
        "jti": str(uuid4()),
    } | claims
    head = {"alg": alg, "kid": key.kid} | (header or {})
    return jwt.encode(
        {name: value for name, value in head.items() if value is not None},
        {name: value for name, value in given.items() if value is not None},
        key,
        registry=AnyAlgorithm(),
    )


class AnyAlgorithm(JWSRegistry):
    """Signs with anything, as an attacker would."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


def signed(client: Client = SYSTEM, **fields: str) -> dict[str, str]:
    """Fields of a form with this client's assertion."""
    return {"client_assertion_type": JWT_BEARER, "client_assertion": assertion(client)} | fields


def form(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Fields as they arrive: encoded and read."""
    return read_fields(urlencode(fields).encode())


def system_token(client: Client = SYSTEM, ctx: Context | None = None, **fields: str) -> Outcome:
    """One client credentials request."""
    asked = signed(client) | {"grant_type": "client_credentials"} | fields
    return running.token(ctx or context(client), form(asked), uuid4)


def request_fields(client: Client = FRONT, **fields: str) -> dict[str, str]:
    """The parameters of a good authorization request."""
    given = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid escalations.read",
        "state": 's"t\\ate',
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | fields
    return {name: value for name, value in given.items() if value}


def pushed(client: Client = FRONT, **fields: str) -> Outcome:
    """Push an authorization request."""
    proof = {} if client.is_public else signed(client)
    return running.push(context(client), form(request_fields(client, **fields) | proof), uuid4)


def kept_request(outcome: Outcome, **changed: Any) -> PushedRequest:
    """The pushed request as the store gives it back."""
    assert outcome.answer.status == 201, outcome
    write = one(outcome, PushRequest)
    assert isinstance(write, PushRequest)
    given: dict[str, Any] = {
        name: getattr(write, name) for name in ("hash", "client_id", "parameters", "pushed_at", "expires_at")
    }
    return PushedRequest(**(given | changed))


def authorized(client: Client = FRONT, person: Person = PERSON, **fields: str) -> tuple[Outcome, str, Grant]:
    """The whole way to a code: the redirect's outcome, the code, and the grant as the store gives it back."""
    outcome = running.authorize(
        context(client, person=person, pushed=kept_request(pushed(client, **fields))), uuid4, consent=True
    )
    assert isinstance(outcome, Outcome)
    start = one(outcome, StartGrant)
    assert isinstance(start, StartGrant)
    names = Grant.__dataclass_fields__.keys() - {"code_used", "revoked"}
    return outcome, query(outcome)["code"], Grant(**{name: getattr(start, name) for name in names})


def redeem(client: Client, code: str, grant: Grant | None, person: Person | None = PERSON, **fields: str) -> Outcome:
    """Redeem a code."""
    proof = {"client_id": client.client_id} if client.is_public else signed(client)
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return running.token(context(client, grant=grant, person=person), form(asked | proof | fields), uuid4)


def refresh(client: Client, token: str, grant: Grant, used: bool = False, **fields: str) -> Outcome:
    """Use a refresh token."""
    proof = {"client_id": client.client_id} if client.is_public else signed(client)
    kept = RefreshToken(hash=digest(token), grant=grant, used=used)
    asked = {"grant_type": "refresh_token", "refresh_token": token} | proof | fields
    return running.token(context(client, refresh=kept, person=PERSON), form(asked), uuid4)


def one(outcome: Outcome, kind: type[Write]) -> Write:
    """The one write of this kind."""
    (write,) = [w for w in outcome.writes if isinstance(w, kind)]
    return write


def kinds(outcome: Outcome) -> list[str]:
    """The names of what would be committed."""
    return [type(w).__name__ for w in outcome.to_commit()]


def query(outcome: Outcome) -> dict[str, str]:
    """The parameters of a redirect."""
    assert outcome.answer.location, outcome
    return {name: values[0] for name, values in parse_qs(urlsplit(outcome.answer.location).query).items()}


def claims(outcome: Outcome, name: str = "access_token") -> dict[str, Any]:
    """The claims of a token in an answer, its signature checked with the current key."""
    assert outcome.answer.status == 200, outcome
    return jwt.decode(str(outcome.answer.body[name]), CURRENT, algorithms=["ES256"]).claims


@dataclass(frozen=True)
class Rejected:
    """An error answer to compare with."""

    error: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and other.answer.failed and other.answer.body.get("error") == self.error
