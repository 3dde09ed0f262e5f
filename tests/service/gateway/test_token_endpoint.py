"""The token endpoint on real rows: what must happen once happens once, whoever else tries at the same moment."""

import asyncio
import socket

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import func, select
from starlette.responses import JSONResponse

from services.gateway.models import UsedAssertion
from shared.settings import BadSetting
from tests.postgres import OwnDatabase
from tests.service.gateway.running import (
    JWT_BEARER,
    KEY,
    PUBLIC_URL,
    Running,
    assertion,
    insist,
    proof,
    running,
    serving,
)

pytestmark = pytest.mark.anyio

GRANT = {"grant_type": "client_credentials"}


async def test_a_system_gets_a_token_that_the_published_keys_verify(gateway: Running) -> None:
    await gateway.system()
    answer = await gateway.http.post("/oauth/token", data=proof("police-system") | GRANT)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["expires_in"] == 300
    keys = (await gateway.http.get("/oauth/jwks")).json()
    token = jwt.decode(answer.json()["access_token"], KeySet.import_key_set(keys), algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt"
    assert token.claims["agency_type"] == "police"
    assert token.claims["aud"] == f"{PUBLIC_URL}/api"


async def test_fifty_uses_of_one_assertion_give_one_token(gateway: Running) -> None:
    await gateway.system()
    fields = proof("police-system") | GRANT

    async def use() -> httpx.Response:
        return await gateway.http.post("/oauth/token", data=fields)

    answers = await asyncio.gather(*[insist(use) for _ in range(50)])
    assert sorted(a.status_code for a in answers) == [200] + [400] * 49
    assert {a.json()["error"] for a in answers if a.status_code == 400} == {"invalid_client"}
    assert await gateway.value(select(func.count()).select_from(UsedAssertion)) == 1


async def test_an_assertion_is_used_up_by_a_request_that_fails(gateway: Running) -> None:
    await gateway.system()
    fields = proof("police-system") | GRANT
    refused = await gateway.http.post("/oauth/token", data=fields | {"scope": "unknown"})
    assert refused.json()["error"] == "invalid_scope"
    assert (await gateway.http.post("/oauth/token", data=fields)).json()["error"] == "invalid_client"


async def test_a_system_proves_itself_by_a_key_that_it_publishes(database: OwnDatabase) -> None:
    published = JSONResponse(KeySet([KEY]).as_dict(private=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        at = f"http://127.0.0.1:{listener.getsockname()[1]}/jwks.json"
        async with serving(published, listener):
            async with running(database, sandbox=True, loopback_keys=True) as trying:
                await trying.system(jwks='{"keys": []}', jwks_uri=at)
                assert await trying.token()
            async with running(database) as real:  # where nothing is admitted, the same row leads nowhere
                answer = await real.http.post("/oauth/token", data=proof("police-system") | GRANT)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    assert "jwks_uri" in answer.json()["error_description"]


async def test_keys_on_this_machine_are_for_a_sandbox(database: OwnDatabase) -> None:
    with pytest.raises(BadSetting, match="SAFER_LOOPBACK_KEYS is for a sandbox"):
        async with running(database, loopback_keys=True):
            pass


@pytest.mark.parametrize("what", ["client", "agency"])
async def test_a_suspended_client_or_agency_gets_no_token(gateway: Running, what: str) -> None:
    await gateway.system()
    await gateway.suspend(what)
    answer = await gateway.http.post("/oauth/token", data=proof("police-system") | GRANT)
    assert answer.json()["error"] == "invalid_client"


async def test_a_role_that_the_agencys_type_may_not_hold_is_never_issued(gateway: Running) -> None:
    await gateway.system("school", "cheshire-east-council", roles=["agency_lead", "inspector"])
    token = await gateway.token("school")
    assert jwt.decode(token, KeySet.import_key_set((await gateway.http.get("/oauth/jwks")).json())).claims["roles"] == [
        "agency_lead"
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials", "text/plain"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b"grant_type=%FF", "application/x-www-form-urlencoded"),
        (b"client_assertion=a.b.c", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"grant_type=client_credentials&client_id=nobody", "application/x-www-form-urlencoded"),
        (b"grant_type=\x00", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_request_gets_an_oauth_error(http: httpx.AsyncClient, body: bytes, kind: str) -> None:
    answer = await http.post("/oauth/token", content=body, headers={"content-type": kind})
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_request", "invalid_client", "unsupported_grant_type"}


async def test_introspection_and_revocation_over_http(gateway: Running) -> None:
    await gateway.system()
    await gateway.system("icb-system", "nhs-cheshire-and-merseyside-icb")
    token = await gateway.token()

    async def active(client_id: str) -> bool:
        answer = await gateway.http.post("/oauth/introspect", data=proof(client_id) | {"token": token})
        return bool(answer.json()["active"])

    assert await active("police-system")
    assert not await active("icb-system"), "a caller sees its own tokens only"
    await gateway.http.post("/oauth/revoke", data=proof("icb-system") | {"token": token})
    assert await active("police-system"), "and ends only them"
    assert (await gateway.http.post("/oauth/revoke", data=proof("police-system") | {"token": token})).status_code == 200
    assert not await active("police-system")


async def test_discovery_names_this_installation(http: httpx.AsyncClient) -> None:
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"):
        document = (await http.get(path)).json()
        assert document["issuer"] == PUBLIC_URL
        assert document["token_endpoint"] == f"{PUBLIC_URL}/oauth/token"
        assert "escalations.read" in document["scopes_supported"]


async def test_an_assertion_for_another_place_is_refused(gateway: Running) -> None:
    await gateway.system()
    fields = {"client_assertion_type": JWT_BEARER, "client_assertion": assertion("police-system", aud="https://other")}
    assert (await gateway.http.post("/oauth/token", data=fields | GRANT)).json()["error"] == "invalid_client"
