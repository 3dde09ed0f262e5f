"""A confidential client proves itself by the one form of assertion that its kind permits."""

import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from authlib.oauth2.rfc6749.errors import InvalidClientError
from joserfc import jws
from joserfc.jwk import ECKey, KeySet
from joserfc.util import urlsafe_b64encode

from services.gateway.oauth.reading import JWT_BEARER, claimed_client
from services.gateway.oauth.writes import UseAssertion
from tests.unit.gateway.parties import (
    EC,
    ED,
    FRONT,
    ISSUER,
    NHS,
    NOW,
    RSA,
    SYSTEM,
    Rejected,
    assertion,
    context,
    kinds,
    one,
    signed,
    system_token,
)

TOKEN_URL = f"{ISSUER}/oauth/token"


def given(client: Any = SYSTEM, **more: Any) -> Any:
    return system_token(client, client_assertion=assertion(client, **more))


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES256"), (RSA, "PS256"), (ED, "Ed25519"), (ED, "EdDSA")])
def test_the_default_kind_signs_with_three_algorithms(key: Any, alg: str) -> None:
    assert given(key=key, alg=alg).answer.status == 200


def test_the_nhs_kind_signs_with_rs512_for_the_token_address() -> None:
    assert given(NHS).answer.status == 200


@pytest.mark.parametrize(
    ("client", "key", "alg"),
    [(SYSTEM, RSA, "RS256"), (SYSTEM, RSA, "RS512"), (NHS, RSA, "PS256"), (NHS, EC, "ES256"), (NHS, RSA, "RS256")],
)
def test_no_kind_takes_the_algorithms_of_another(client: Any, key: Any, alg: str) -> None:
    assert given(client, key=key, alg=alg) == Rejected("invalid_client")


def test_neither_none_nor_a_public_key_as_a_shared_secret_is_a_signature() -> None:
    unsigned = assertion().rsplit(".", 1)[0] + "."
    assert system_token(client_assertion=unsigned) == Rejected("invalid_client")
    assert given(alg="none") == Rejected("invalid_client")
    head = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "ec"}).encode()).decode()
    signed_part = f"{head}.{assertion().split('.')[1]}"
    for secret in (EC.as_pem(private=False), json.dumps(EC.as_dict(private=False)).encode()):
        code = urlsafe_b64encode(hmac.digest(secret, signed_part.encode(), "sha256")).decode()
        assert system_token(client_assertion=f"{signed_part}.{code}") == Rejected("invalid_client")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another"},
        {"iss": None},
        {"aud": [ISSUER]},
        {"aud": [ISSUER, "https://foreign.example"]},
        {"aud": TOKEN_URL},
        {"aud": None},
        {"exp": NOW},
        {"exp": NOW + 10 * 365 * 86400},
        {"exp": NOW + 301},
        {"exp": None},
        {"exp": True},
        {"exp": str(NOW + 60)},
        {"exp": -1},
        {"iat": NOW + 31, "exp": NOW + 60},
        {"nbf": NOW + 31},
        {"iat": NOW - 300},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 256},
        {"jti": "a\nb"},
    ],
)
def test_each_claim_has_one_permitted_form(claims: dict[str, Any]) -> None:
    assert given(**claims) == Rejected("invalid_client")


@pytest.mark.parametrize("claims", [{"aud": ISSUER}, {"aud": [TOKEN_URL]}, {"exp": NOW + 301}, {"jti": None}])
def test_the_nhs_kind_has_its_own_forms(claims: dict[str, Any]) -> None:
    assert given(NHS, **claims) == Rejected("invalid_client")


def test_clocks_may_differ_by_half_a_minute() -> None:
    assert given(iat=NOW + 30, exp=NOW + 330).answer.status == 200
    assert given(iat=NOW - 290, exp=NOW + 10).answer.status == 200


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": EC.as_dict(private=False)},
        {"jku": "https://foreign.example/keys"},
        {"x5u": "https://foreign.example/keys"},
        {"crit": ["b64"], "b64": True},
        {"kid": "unknown"},
        {"kid": "rsa"},
        {"typ": "at+jwt"},
    ],
)
def test_a_header_may_not_bring_its_own_key_or_rules(header: dict[str, Any]) -> None:
    assert given(header=header) == Rejected("invalid_client")


def test_without_kid_a_key_is_found_only_where_one_suits() -> None:
    assert given(header={"kid": None}).answer.status == 200
    other = ECKey.generate_key("P-256", {"kid": "other"})
    two = replace(SYSTEM, jwks=json.dumps(KeySet([EC, other]).as_dict(private=False)))
    assert system_token(two, client_assertion=assertion(header={"kid": None})) == Rejected("invalid_client")
    assert system_token(two).answer.status == 200


def test_a_registered_key_of_a_kind_not_known_is_passed_over() -> None:
    more = replace(SYSTEM, jwks=SYSTEM.jwks.replace('{"keys": [', '{"keys": [{"kty": "unknown"}, '))
    assert system_token(more).answer.status == 200


def test_a_form_may_not_name_another_client_than_the_assertion() -> None:
    with pytest.raises(InvalidClientError):
        claimed_client(signed(SYSTEM, client_id="front"))
    assert claimed_client(signed(SYSTEM, client_id=SYSTEM.client_id)) == SYSTEM.client_id


def test_an_assertion_needs_its_type() -> None:
    assert system_token(client_assertion_type="urn:other") == Rejected("invalid_client")
    assert system_token(client_assertion_type=JWT_BEARER).answer.status == 200


def test_another_clients_key_proves_nothing() -> None:
    stranger = type(EC).generate_key("P-256", {"kid": "ec"})
    assert given(key=stranger) == Rejected("invalid_client")


def test_public_and_unknown_and_suspended_clients_cannot_prove_themselves() -> None:
    assert system_token(FRONT) == Rejected("invalid_client")
    assert system_token(SYSTEM, context(None)) == Rejected("invalid_client")
    assert system_token(replace(SYSTEM, suspended=True)) == Rejected("invalid_client")


def test_a_refused_client_is_told_in_the_body_and_not_by_a_basic_challenge() -> None:
    answer = given(aud="elsewhere").answer
    assert answer.status == 400
    assert "aud must be the string" in str(answer.body["error_description"])


def test_the_one_use_of_a_jti_is_a_write_that_lasts_beyond_a_failure() -> None:
    good = system_token(client_assertion=assertion(jti="one"))
    assert one(good, UseAssertion) == UseAssertion(client_id=SYSTEM.client_id, jti="one", expires_at=NOW + 60)
    failed = system_token(scope="unknown.scope")
    assert failed == Rejected("invalid_scope")
    assert kinds(failed) == ["UseAssertion"]
    assert kinds(given(exp=NOW)) == [], "an assertion that proves nothing must not fill the store"


@pytest.mark.parametrize("payload", ['{"iss":"a","iss":"b"}', '{"exp":NaN}', "[]", "{", "[" * 5000])
def test_claims_must_be_one_json_object(payload: str) -> None:
    token = jws.serialize_compact({"alg": "ES256", "kid": "ec"}, payload, EC)
    assert system_token(client_assertion=token) == Rejected("invalid_client")


@pytest.mark.parametrize("header", ['{"alg":"x\\"\u00e9"}', '{"alg":7}', '{"alg":"ES256","alg":"none"}', "[]", "{"])
def test_a_header_that_is_no_header_is_refused(header: str) -> None:
    head = urlsafe_b64encode(header.encode()).decode()
    assert system_token(client_assertion=f"{head}.e30.e30") == Rejected("invalid_client")
