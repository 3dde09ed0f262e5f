"""A request is read strictly before Authlib sees it; what follows once made it answer 500."""

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError

from services.gateway.oauth.context import digest
from services.gateway.oauth.reading import read_fields, wanted


@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=a&grant_type=b",
        b"scope=a&scope=a",
        b"response_type=co%22de",
        b"response_type=co%5Cde",
        "redirect_uri=https://front.example/é".encode(),
        b"redirect_uri=https://front.example/%C3%A9",
        b"client_id=%00",
        b"state=%0D%0AX",
        b"scope=%FF",
        b"code=" + b"c" * 40_000,
        b"&".join(b"a%d=1" % n for n in range(50)),
    ],
)
def test_what_no_protocol_parameter_may_hold_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        read_fields(body)


def test_state_and_nonce_are_the_clients_own_text() -> None:
    assert read_fields(b"state=%22%5C&nonce=%22") == {"state": '"\\', "nonce": '"'}


def test_unknown_parameters_are_ignored_and_empty_ones_count_as_omitted() -> None:
    assert read_fields(b"grant_type=x&login_hint=%C3%A9&login_hint=2&scope=") == {"grant_type": "x"}


def test_secrets_are_looked_up_by_their_digest() -> None:
    rows = wanted({"client_id": "front", "code": "c", "refresh_token": "r", "request_uri": "u"})
    assert (rows.client_id, rows.code, rows.refresh, rows.request) == ("front", digest("c"), digest("r"), digest("u"))


def test_a_presented_token_is_looked_up_by_what_it_says_or_as_a_refresh_token() -> None:
    assert wanted({"token": "opaque"}).refresh == digest("opaque")
    assert wanted({"token": "a.eyJqdGkiOiAiaiJ9.c"}).jti == "j"
