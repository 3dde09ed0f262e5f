"""What systems are issued, what a token's owner may learn of it and end, and what clients discover."""

import logging
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from authlib.oauth2 import rfc8414, rfc9207
from authlib.oidc import rpinitiated
from joserfc import jwt
from joserfc.jwk import KeySet

from services.gateway.oauth import running
from services.gateway.oauth.context import RefreshToken, digest
from services.gateway.oauth.discovery import jwks, metadata
from services.gateway.oauth.profile import Profile
from services.gateway.oauth.writes import RevokeGrant, RevokeToken
from tests.unit.gateway.parties import (
    CURRENT,
    FRONT,
    ISSUER,
    NEXT,
    NHS,
    NOW,
    PERSON,
    PROFILE,
    SYSTEM,
    Rejected,
    authorized,
    claims,
    context,
    form,
    kinds,
    one,
    redeem,
    request_fields,
    signed,
    system_token,
)


def test_a_systems_token_says_for_whom_it_acts_alone() -> None:
    token = claims(system_token(replace(SYSTEM, acting_for=("st-example-surgery",)), scope="escalations.read"))
    expected = {
        "iss": ISSUER,
        "aud": f"{ISSUER}/api",
        "sub": "police-system",
        "client_id": "police-system",
        "agency": "cheshire-constabulary",
        "agency_type": "police",
        "roles": ["agency_lead"],
        "access": "application",
        "acting_for": ["st-example-surgery"],
        "scope": "escalations.read",
        "iat": NOW,
        "exp": NOW + 300,
    }
    assert {name: token[name] for name in expected} == expected
    assert "refresh_token" not in system_token().answer.body


def test_a_token_is_signed_by_the_current_key_and_says_which() -> None:
    for _ in range(20):
        token = jwt.decode(str(system_token().answer.body["access_token"]), CURRENT, algorithms=["ES256"])
        assert token.header == {"alg": "ES256", "typ": "at+jwt", "kid": "current"}


def test_scope_is_what_is_registered_or_less() -> None:
    assert claims(system_token())["scope"] == "escalations.read escalations.write"
    assert system_token(scope="escalations.read reports.read") == Rejected("invalid_scope")
    narrow = replace(SYSTEM, scopes=frozenset({"escalations.read"}))
    assert system_token(narrow, scope="escalations.write") == Rejected("invalid_scope")


def test_one_audience_or_none() -> None:
    assert claims(system_token(resource=f"{ISSUER}/api/escalations"))["aud"] == f"{ISSUER}/api/escalations"
    for foreign in (f"{ISSUER}/api/training", "https://foreign.example/api", ISSUER):
        assert system_token(resource=foreign) == Rejected("invalid_target")


def test_a_person_may_not_be_spared_where_a_registration_says_so() -> None:
    assert system_token(replace(SYSTEM, grant_types=frozenset())) == Rejected("unauthorized_client")
    public = running.token(context(FRONT), form({"grant_type": "client_credentials", "client_id": "front"}), uuid4)
    assert public == Rejected("invalid_client")


def access_token(client: Any = SYSTEM) -> str:
    return str(system_token(client).answer.body["access_token"])


def ask(endpoint: Any, token: str, client: Any = SYSTEM, ctx: Any = None, **fields: str) -> Any:
    proof = {"client_id": client.client_id} if client.is_public else signed(client)
    return endpoint(ctx or context(client), form(proof | {"token": token} | fields), uuid4)


def test_introspection_tells_an_owner_about_its_own_token() -> None:
    body = ask(running.introspect, access_token()).answer.body
    assert (body["active"], body["client_id"], body["token_type"]) == (True, "police-system", "Bearer")
    assert ask(running.introspect, access_token(), token_type_hint="unheard_of").answer.status == 200


@pytest.mark.parametrize("spoiled", ["other", "revoked", "expired", "garbage", "id_token", "foreign key"])
def test_introspection_tells_nothing_else(spoiled: str) -> None:
    token, ctx = access_token(), context()
    if spoiled == "other":
        token = access_token(NHS)
    if spoiled == "revoked":
        ctx = context(token_revoked=True)
    if spoiled == "expired":
        ctx = context(now=NOW + 20, profile=replace(PROFILE, access_life=1))
        token = str(system_token(ctx=replace(ctx, now=NOW)).answer.body["access_token"])
    if spoiled == "garbage":
        token = "a.b.c"
    if spoiled == "id_token":
        _, code, grant = authorized(SYSTEM)
        token = str(redeem(SYSTEM, code, grant).answer.body["id_token"])
    if spoiled == "foreign key":
        ctx = context(published_keys=(NEXT,))
    assert ask(running.introspect, token, ctx=ctx).answer.body == {"active": False}


def test_a_refresh_token_is_introspected_until_it_is_used_or_its_grant_ends() -> None:
    _, _, grant = authorized()
    kept = RefreshToken(hash=digest("r"), grant=grant)
    body = ask(running.introspect, "r", FRONT, context(FRONT, refresh=kept)).answer.body
    assert (body["active"], body["sub"], body["exp"]) == (True, str(PERSON.person_id), grant.expires_at)
    for ended in (
        replace(kept, used=True),
        replace(kept, grant=replace(grant, revoked=True)),
        replace(kept, grant=replace(grant, expires_at=NOW)),
        replace(kept, grant=replace(grant, client_id="other")),
    ):
        assert ask(running.introspect, "r", FRONT, context(FRONT, refresh=ended)).answer.body == {"active": False}


def test_an_owner_revokes_its_token_and_with_a_refresh_token_the_grant() -> None:
    outcome = ask(running.revoke, access_token())
    assert outcome.answer.status == 200
    assert isinstance(one(outcome, RevokeToken), RevokeToken)
    _, _, grant = authorized()
    kept = RefreshToken(hash=digest("r"), grant=grant)
    ended = ask(running.revoke, "r", FRONT, context(FRONT, refresh=kept), token_type_hint="unheard_of")
    assert one(ended, RevokeGrant) == RevokeGrant(grant_id=grant.grant_id, reason="revoked_by_client")


def test_nobody_revokes_for_another_and_nobody_learns_that_it_exists() -> None:
    assert kinds(ask(running.revoke, access_token(NHS))) == ["UseAssertion"]
    for endpoint in (running.revoke, running.introspect):
        unproved = endpoint(context(), form({"client_id": "police-system", "token": access_token()}), uuid4)
        assert unproved == Rejected("invalid_client"), "`none` is for public clients, at every endpoint"
        assert unproved.to_commit() == ()
        assert ask(endpoint, "").answer.body["error"] == "invalid_request"


def test_metadata_is_valid_and_offers_no_more_than_stands() -> None:
    document = metadata(PROFILE)
    more = [rfc9207.AuthorizationServerMetadata, rpinitiated.OpenIDProviderMetadata]
    rfc8414.AuthorizationServerMetadata(document).validate(metadata_classes=more)
    assert document["end_session_endpoint"] == f"{ISSUER}/oauth/logout"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert "none" not in document["token_endpoint_auth_signing_alg_values_supported"]
    assert "RS256" not in document["token_endpoint_auth_signing_alg_values_supported"]
    assert document["id_token_signing_alg_values_supported"] == ["ES256"]
    assert document["require_pushed_authorization_requests"] is True


def test_published_keys_are_public_and_two() -> None:
    keys = jwks((CURRENT, NEXT))["keys"]
    assert [key["kid"] for key in keys] == ["current", "next"]
    assert all("d" not in key and key["use"] == "sig" and key["alg"] == "ES256" for key in keys)
    KeySet.import_key_set({"keys": keys})


def test_no_log_line_holds_a_token_whatever_the_level(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        token = access_token()
        _, code, grant = authorized()
        redeem(FRONT, code, grant)
    assert token not in caplog.text
    assert code not in caplog.text
    assert logging.getLogger("authlib.oauth2").getEffectiveLevel() >= logging.INFO


def test_behind_a_proxy_the_address_is_the_public_one() -> None:
    from services.gateway.oauth.reading import Request

    local = Profile(issuer="http://127.0.0.1:8000", services=frozenset(), scopes=frozenset())
    assert Request(local, "token", {}).uri == "http://127.0.0.1:8000/oauth/token"
    assert Request(PROFILE, "token", {}).uri == f"{ISSUER}/oauth/token"
    assert request_fields()["client_id"] == "front"
