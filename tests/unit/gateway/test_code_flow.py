"""A person's way to a token: pushed request, code, PKCE, refresh; each trap of the library beneath it has its test."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from authlib.oauth2.rfc6749.grants import BaseGrant
from joserfc import jwt

from services.gateway.oauth import running
from services.gateway.oauth.context import PushedRequest, digest
from services.gateway.oauth.running import Ask
from services.gateway.oauth.writes import (
    IssueRefresh,
    Outcome,
    RevokeGrant,
    StartGrant,
    UseCode,
    UseRefresh,
    UseRequest,
)
from tests.unit.gateway.parties import (
    CALLBACK,
    CHALLENGE,
    CURRENT,
    FRONT,
    ISSUER,
    NOW,
    PERSON,
    PROFILE,
    SYSTEM,
    VERIFIER,
    Rejected,
    authorized,
    claims,
    context,
    form,
    kept_request,
    kinds,
    one,
    pushed,
    query,
    redeem,
    refresh,
    request_fields,
    signed,
)

CLIENTS = pytest.mark.parametrize("client", [FRONT, SYSTEM], ids=["public", "confidential"])


@CLIENTS
def test_the_whole_way_for_public_and_confidential_clients(client: Any) -> None:
    outcome, code, grant = authorized(client)
    assert outcome.answer.status == 303, "a redirect that never repeats a POST"
    assert query(outcome) == {"kept": "1", "code": code, "state": 's"t\\ate', "iss": ISSUER}
    assert kinds(outcome) == ["StartGrant", "UseRequest"]
    answer = redeem(client, code, grant)
    assert answer.answer.body["expires_in"] == 300
    token = claims(answer)
    assert token["exp"] - token["iat"] == 300, "the lifetime stands in the token itself"
    assert (token["sub"], token["access"], token["roles"]) == (str(PERSON.person_id), "user", ["practitioner"])
    assert token["aud"] == f"{ISSUER}/api"
    assert token["grant_id"] == str(grant.grant_id)
    assert one(answer, UseCode) == UseCode(grant_id=grant.grant_id)
    assert {"UseCode", "IssueRefresh"} <= set(kinds(answer))


def test_the_id_token_says_who_signed_in_and_how() -> None:
    _, code, grant = authorized()
    for _ in range(20):
        issued = str(redeem(FRONT, code, grant).answer.body["id_token"])
        assert jwt.decode(issued, CURRENT, algorithms=["ES256"]).header["kid"] == "current"
    identity = claims(redeem(FRONT, code, grant), "id_token")
    assert identity["iss"] == ISSUER
    assert identity["aud"] == "front"
    assert (identity["nonce"], identity["name"], identity["amr"]) == ("n", "Morgan Example", ["pwd", "otp"])
    assert (identity["auth_time"], identity["exp"]) == (PERSON.auth_time, NOW + 300)
    assert "at_hash" in identity
    _, code, grant = authorized(scope="escalations.read")
    assert "id_token" not in redeem(FRONT, code, grant).answer.body


@CLIENTS
@pytest.mark.parametrize(
    "missing",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"code_challenge": "short"},
    ],
)
def test_pkce_with_s256_is_required_of_everybody(client: Any, missing: dict[str, str]) -> None:
    assert pushed(client, **missing) == Rejected("invalid_request")


@CLIENTS
def test_the_verifier_is_required_and_compared(client: Any) -> None:
    _, code, grant = authorized(client)
    assert redeem(client, code, grant, code_verifier="") == Rejected("invalid_request")
    assert redeem(client, code, grant, code_verifier="w" * 50) == Rejected("invalid_grant")
    assert redeem(client, code, grant, code_verifier=CHALLENGE) == Rejected("invalid_grant")
    assert redeem(client, code, grant, code_verifier="short") == Rejected("invalid_request")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"redirect_uri": "https://front.example/callback"}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"scope": "escalations.close"}, "invalid_scope"),
        ({"resource": "https://foreign.example"}, "invalid_target"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"request": "a.b.c"}, "invalid_request"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"client_id": "other"}, "invalid_client"),
    ],
)
def test_a_pushed_request_is_checked_and_its_error_never_redirects(fields: dict[str, str], error: str) -> None:
    outcome = pushed(FRONT, **fields)
    assert outcome == Rejected(error)
    assert outcome.answer.location is None
    assert kinds(outcome) == []


def test_a_confidential_client_pushes_only_with_its_proof() -> None:
    without = running.push(context(SYSTEM), form(request_fields(SYSTEM)), uuid4)
    assert without == Rejected("invalid_client")


def test_what_is_kept_of_a_request_holds_no_proof() -> None:
    kept = kept_request(pushed(SYSTEM))
    assert not [name for name in kept.parameters if "assertion" in name]
    assert kept.expires_at - kept.pushed_at < 600


def authorize(
    kept: PushedRequest | None, client: Any = FRONT, person: Any = PERSON, consent: bool | None = None
) -> Any:
    return running.authorize(context(client, person=person, pushed=kept), uuid4, consent)


@pytest.mark.parametrize(
    "changed", [{"used": True}, {"expires_at": NOW}, {"client_id": "police-system"}], ids=["used", "expired", "other's"]
)
def test_a_request_is_answered_once_in_its_time_for_its_client(changed: dict[str, Any]) -> None:
    outcome = authorize(kept_request(pushed(), **changed))
    assert outcome == Rejected("invalid_request")
    assert outcome.answer.location is None, "nothing proves where to redirect"
    assert authorize(None) == Rejected("invalid_request")
    assert authorize(kept_request(pushed()), replace(FRONT, suspended=True)) == Rejected("invalid_client")


def test_who_is_not_signed_in_is_asked_to() -> None:
    kept = kept_request(pushed())
    assert authorize(kept, person=None).what == "sign_in"
    again = kept_request(pushed(prompt="login"))
    assert authorize(again).what == "sign_in", "she signed in before this was asked"
    assert isinstance(authorize(again, person=replace(PERSON, auth_time=NOW)), Outcome)
    assert isinstance(authorize(kept_request(pushed(max_age="10"))), Outcome)
    assert authorize(kept_request(pushed(max_age="1"))).what == "sign_in"


def test_prompt_none_never_shows_a_page() -> None:
    kept = kept_request(pushed(prompt="none"))
    outcome = authorize(kept, person=None)
    assert query(outcome)["error"] == "login_required"
    assert query(outcome)["iss"] == ISSUER, "errors name their issuer too"
    assert kinds(outcome) == ["UseRequest"]
    foreign = replace(FRONT, agency_id="cheshire-east-council")
    assert query(authorize(kept, foreign))["error"] == "consent_required"


def test_an_error_of_the_librarys_own_names_its_issuer_too() -> None:
    """It is found after the push: the registration has changed, and the request is answered by that for good."""
    narrowed = replace(FRONT, scopes=frozenset({"openid"}))
    outcome = authorize(kept_request(pushed()), narrowed)
    assert (query(outcome)["error"], query(outcome)["iss"]) == ("invalid_scope", ISSUER)
    assert query(outcome)["state"] == 's"t\\ate'
    assert kinds(outcome) == ["UseRequest"]


def test_no_two_hooks_wait_for_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library keeps them in a set: two at one moment would run in an order that nobody has chosen."""
    seen: dict[str, int] = {}
    registered = BaseGrant.register_hook

    def counted(self: Any, kind: str, hook: Any) -> None:
        registered(self, kind, hook)
        seen[kind] = max(seen.get(kind, 0), len(self._hooks[kind]))

    monkeypatch.setattr(BaseGrant, "register_hook", counted)
    _, code, grant = authorized()
    redeem(FRONT, code, grant)
    assert set(seen) == {
        "after_validate_authorization_request_payload",
        "after_validate_token_request",
        "after_create_token_response",
    }
    assert set(seen.values()) == {1}


def test_consent_is_asked_for_a_client_of_another_agency_only() -> None:
    kept = kept_request(pushed())
    foreign = replace(FRONT, agency_id="cheshire-east-council")
    asked = authorize(kept, foreign)
    assert isinstance(asked, Ask)
    assert (asked.what, asked.scope) == ("consent", "escalations.read openid")
    assert isinstance(authorize(kept, replace(foreign, for_all_agencies=True)), Outcome)
    assert "code" in query(authorize(kept, foreign, consent=True))
    assert authorize(kept_request(pushed(prompt="consent"))).what == "consent"


def test_a_denied_consent_answers_the_request_for_good() -> None:
    outcome = authorize(kept_request(pushed()), consent=False)
    assert query(outcome)["error"] == "access_denied"
    assert query(outcome)["state"] == 's"t\\ate'
    assert query(outcome)["iss"] == ISSUER
    assert kinds(outcome) == ["UseRequest"]
    assert one(outcome, UseRequest).refusal


def test_a_person_without_a_role_is_refused() -> None:
    outcome = authorize(kept_request(pushed()), person=replace(PERSON, roles=()))
    assert query(outcome)["error"] == "access_denied"


def test_a_code_is_its_clients_and_lives_a_minute() -> None:
    _, code, grant = authorized()
    assert redeem(FRONT, code, None) == Rejected("invalid_grant")
    assert redeem(SYSTEM, code, grant) == Rejected("invalid_grant")
    assert kinds(redeem(SYSTEM, code, replace(grant, code_used=True))) == ["UseAssertion"], (
        "nobody else may end a grant"
    )
    assert redeem(FRONT, code, replace(grant, code_expires_at=NOW)) == Rejected("invalid_grant")
    assert redeem(FRONT, code, replace(grant, revoked=True)) == Rejected("invalid_grant")
    assert redeem(FRONT, code, grant, redirect_uri="https://front.example/") == Rejected("invalid_grant")
    assert redeem(FRONT, code, grant, redirect_uri="") == Rejected("invalid_grant")
    assert grant.code_expires_at == NOW + 60


def test_a_code_that_comes_again_revokes_what_it_had_issued() -> None:
    _, code, grant = authorized()
    outcome = redeem(FRONT, code, replace(grant, code_used=True))
    assert outcome == Rejected("invalid_grant")
    assert outcome.to_commit() == (RevokeGrant(grant_id=grant.grant_id, reason="code_replayed"),)
    first = one(redeem(FRONT, code, grant), UseCode)
    assert first.refusal
    assert first.refusal.error == "invalid_grant"
    assert first.when_refused() == outcome.to_commit(), "the same where two redeem it at the same moment"


@pytest.mark.parametrize(
    "person", [None, replace(PERSON, suspended=True), replace(PERSON, roles=()), replace(PERSON, person_id=uuid4())]
)
def test_the_person_is_judged_again_at_every_token(person: Any) -> None:
    _, code, grant = authorized()
    assert redeem(FRONT, code, grant, person) == Rejected("invalid_grant")


def test_public_clients_rotate_their_refresh_tokens() -> None:
    _, code, grant = authorized()
    token = str(redeem(FRONT, code, grant).answer.body["refresh_token"])
    outcome = refresh(FRONT, token, grant)
    successor = str(outcome.answer.body["refresh_token"])
    assert successor != token
    assert one(outcome, IssueRefresh) == IssueRefresh(hash=digest(successor), grant_id=grant.grant_id, issued_at=NOW)
    assert one(outcome, UseRefresh) == UseRefresh(hash=digest(token), grant_id=grant.grant_id)
    again = refresh(FRONT, token, grant, used=True)
    assert again == Rejected("invalid_grant")
    assert again.to_commit() == (RevokeGrant(grant_id=grant.grant_id, reason="refresh_token_replayed"),)
    assert one(outcome, UseRefresh).when_refused() == again.to_commit()


def test_confidential_clients_keep_theirs() -> None:
    _, code, grant = authorized(SYSTEM)
    token = str(redeem(SYSTEM, code, grant).answer.body["refresh_token"])
    outcome = refresh(SYSTEM, token, grant)
    assert "refresh_token" not in outcome.answer.body
    assert kinds(outcome) == ["UseAssertion"]


def test_a_refresh_never_outlives_its_grant_nor_widens_it() -> None:
    _, _, grant = authorized()
    assert refresh(FRONT, "r", replace(grant, expires_at=NOW)) == Rejected("invalid_grant")
    assert refresh(FRONT, "r", replace(grant, revoked=True)) == Rejected("invalid_grant")
    assert refresh(FRONT, "r", replace(grant, client_id="other")) == Rejected("invalid_grant")
    assert refresh(FRONT, "r", replace(grant, client_id="other"), used=True).to_commit() == ()
    assert refresh(FRONT, "r", grant, scope="escalations.write") == Rejected("invalid_scope")
    assert claims(refresh(FRONT, "r", grant, scope="escalations.read"))["scope"] == "escalations.read"


def test_a_resource_narrows_the_audience_and_never_widens_it() -> None:
    one_service, api = f"{ISSUER}/api/escalations", f"{ISSUER}/api"
    _, code, grant = authorized(resource=one_service)
    assert claims(redeem(FRONT, code, grant))["aud"] == one_service
    assert redeem(FRONT, code, grant, resource=api) == Rejected("invalid_target")
    assert redeem(FRONT, code, grant, resource=f"{ISSUER}/api/governance") == Rejected("invalid_target")
    _, code, grant = authorized()
    assert claims(redeem(FRONT, code, grant, resource=one_service))["aud"] == one_service
    assert refresh(FRONT, "r", grant, resource=f"{ISSUER}/api/unknown") == Rejected("invalid_target")


def test_a_registration_that_lists_no_code_flow_gets_none() -> None:
    narrow = replace(FRONT, grant_types=frozenset({"refresh_token"}))
    assert pushed(narrow) == Rejected("unauthorized_client")
    _, code, grant = authorized()
    assert redeem(narrow, code, grant) == Rejected("unauthorized_client")
    once = redeem(replace(FRONT, grant_types=frozenset({"authorization_code"})), code, grant)
    assert "refresh_token" not in once.answer.body


def test_the_code_goes_nowhere_but_to_the_registered_address() -> None:
    outcome, _, grant = authorized()
    assert str(outcome.answer.location).split("?")[0] == CALLBACK.split("?")[0]
    start = one(outcome, StartGrant)
    assert isinstance(start, StartGrant)
    assert start.expires_at == NOW + PROFILE.grant_life
    assert grant.code_challenge == CHALLENGE
    assert VERIFIER not in repr(start)


def test_a_public_client_may_not_send_a_secret_in_place_of_a_proof() -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": "r", "client_id": "front", "client_secret": "guess"}
    assert running.token(context(FRONT), form(fields), uuid4) == Rejected("invalid_client")
    basic = form(signed(SYSTEM) | {"grant_type": "password"})
    assert running.token(context(SYSTEM), basic, uuid4) == Rejected("unsupported_grant_type")
