"""What an ID token that comes back proves when a front end's user signs out, and where she may be taken."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from services.gateway.oauth.ending import Ending, ending
from tests.unit.gateway.parties import (
    CURRENT,
    FRONT,
    NEXT,
    NOW,
    PERSON,
    PROFILE,
    SYSTEM,
    authorized,
    context,
    form,
    redeem,
    system_token,
)

SIGNED_OUT = "https://front.example/signed-out?kept=1"
CLIENT = replace(FRONT, post_logout_redirect_uris=(SIGNED_OUT,))


def id_token(client: Any = CLIENT) -> str:
    _, code, grant = authorized(client)
    return str(redeem(client, code, grant).answer.body["id_token"])


def asked(client: Any = CLIENT, ctx: Any = None, **fields: str) -> Ending | None:
    given = {"id_token_hint": id_token(), "post_logout_redirect_uri": SIGNED_OUT, "state": "s&t"} | fields
    return ending(ctx or context(client), form({name: value for name, value in given.items() if value}), uuid4)


def test_it_says_whose_sign_in_ends_and_where_she_goes_on() -> None:
    expected = Ending(PERSON.person_id, "front", PERSON.auth_time, f"{SIGNED_OUT}&state=s%26t")
    assert asked() == expected
    assert asked(client_id="front") == expected
    assert asked(state="") == replace(expected, location=SIGNED_OUT)
    assert asked(post_logout_redirect_uri="") == replace(expected, location=None)


def test_an_expired_hint_still_says_whose_session_it_was() -> None:
    assert asked(ctx=context(CLIENT, now=NOW + 8 * 3600))


@pytest.mark.parametrize(
    "elsewhere",
    ["https://front.example/signed-out", f"{SIGNED_OUT}&more=1", "https://evil.example", f"{SIGNED_OUT}#x"],
)
def test_an_address_that_is_not_registered_exactly_is_not_gone_to(elsewhere: str) -> None:
    found = asked(post_logout_redirect_uri=elsewhere)
    assert found
    assert found.location is None


def forged(**changed: Any) -> str:
    claims = {"iss": PROFILE.issuer, "aud": "front", "sub": str(PERSON.person_id), "auth_time": PERSON.auth_time}
    return jwt.encode({"alg": "ES256", "kid": "current"}, claims | changed, CURRENT)


@pytest.mark.parametrize(
    "hint",
    [
        "",
        "a.b.c",
        "garbage",
        forged(iss="https://foreign.example"),
        forged(aud="another"),
        forged(aud=["front"]),
        jwt.encode({"alg": "ES256", "kid": "current"}, {"aud": "front"}, ECKey.generate_key("P-256")),
        id_token().rsplit(".", 1)[0] + ".",
    ],
)
def test_what_proves_nothing_ends_nothing_and_leads_nowhere(hint: str) -> None:
    assert asked(id_token_hint=forged()), "what is forged here is otherwise good"
    assert asked(id_token_hint=hint) is None


def test_an_access_token_is_no_id_token() -> None:
    token = str(system_token().answer.body["access_token"])
    for client_id in ("", "police-system", f"{PROFILE.issuer}/api"):
        assert asked(SYSTEM, id_token_hint=token, client_id=client_id) is None


def test_another_clients_hint_or_a_suspended_clients_leads_nowhere() -> None:
    assert asked(client_id="police-system") is None
    assert asked(replace(CLIENT, client_id="other")) is None
    assert asked(replace(CLIENT, suspended=True)) is None
    assert asked(ctx=context(CLIENT, published_keys=(NEXT,))) is None
