"""The door to the services: what passes, what does not, and what reaches a service of what passes."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from services.gateway.models import Agency, Base, Client, Standing
from tests.service.gateway.running import PUBLIC_URL, Running, proof, raw, running

pytestmark = pytest.mark.anyio

ONE = "/escalations/v1/escalations/0192"
RAISE_STANDING = update(Standing).values(version=Standing.version + 1)


async def test_a_callers_own_token_reaches_the_service_and_its_trace_with_it(gateway: Running) -> None:
    await gateway.system()
    spoofed = {"x-forwarded-for": "1.2.3.4", "x-agency": "other", "cookie": "a=b", "x-request-id": "1"}
    answer = await gateway.http.get(ONE + "?a=%20b", headers=await gateway.bearer() | spoofed)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"path": "0192", "agency": "cheshire-constabulary"}
    scope = next(s for s in gateway.seen if s["path"] == ONE)
    reached = dict(scope["headers"])
    assert not {b"x-forwarded-for", b"x-agency", b"cookie", b"x-request-id"} & reached.keys()
    assert reached[b"traceparent"].split(b"-")[1].decode() == answer.headers["traceparent"].split("-")[1]
    assert scope["query_string"] == b"a=%20b"


async def test_without_a_token_nothing_is_done(gateway: Running) -> None:
    answer = await gateway.http.get(ONE)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [s["path"] for s in gateway.seen] == ["/internal/operations"]


@pytest.mark.parametrize(
    "path",
    [
        "//escalations/v1/escalations/0192",
        "/escalations//v1/escalations/0192",
        "/escalations/v1/escalations/0192/",
        "/escalations/v1/escalations/01%2f92",
        "/escalations/v1/escalations/%30192",
        "/escalations/v1/Escalations/0192",
        "/Escalations/v1/escalations/0192",
        "/escalations/v1/x/../escalations/0192",
        "/escalations/v1/./escalations/0192",
        "/escalations/v1/escalations/..%2f..%2finternal/operations",
        "/escalations/internal/operations",
        "/internal/operations",
        "/metrics",
        "/escalations/v1/unknown",
        "/escalations",
    ],
)
async def test_a_path_that_is_not_exactly_an_operation_does_not_exist(gateway: Running, path: str) -> None:
    await gateway.system()
    status, _ = await raw(gateway.app, "GET", path, await gateway.bearer())
    assert status == 404
    assert not [s for s in gateway.seen if s["path"] != "/internal/operations"]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST", "get", "BREW"])
async def test_only_the_methods_of_an_operation(gateway: Running, method: str) -> None:
    await gateway.system()
    status, headers = await raw(gateway.app, method, ONE, await gateway.bearer())
    assert (status, headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("header", ["x-http-method-override", "x-method-override", "x-http-method"])
async def test_no_header_changes_the_method(gateway: Running, header: str) -> None:
    await gateway.system()
    answer = await gateway.http.get(ONE, headers=await gateway.bearer() | {header: "DELETE"})
    assert answer.status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "safer.example.evil.example", "", "safer.example:444", "127.0.0.1"])
async def test_only_the_public_name_is_answered(gateway: Running, host: str) -> None:
    await gateway.system()
    answer = await gateway.http.get(ONE, headers=await gateway.bearer() | {"host": host})
    assert answer.status_code == 404
    assert (await gateway.http.get("/health/live", headers={"host": host})).status_code == 200


async def test_a_role_without_the_action_is_refused_with_the_rule_and_recorded(gateway: Running) -> None:
    await gateway.system()
    answer = await gateway.http.post(ONE + "/close", headers=await gateway.bearer())
    assert answer.status_code == 403
    assert "needs a person" in answer.json()["detail"]
    record = Base.plumbing.access_record
    assert await gateway.value(select(record.c.refused)) == "role_not_granted"
    assert await gateway.value(select(record.c.record_id)) == "0192"
    narrow = await gateway.bearer(scope="governance.read")
    refused = await gateway.http.get(ONE, headers=narrow)
    assert "escalations.read" in refused.json()["detail"]
    assert not [s for s in gateway.seen if s["path"].startswith(ONE)]


async def test_a_token_for_one_service_opens_that_one(gateway: Running) -> None:
    await gateway.system()
    fitting = await gateway.bearer(resource=f"{PUBLIC_URL}/api/escalations")
    assert (await gateway.http.get(ONE, headers=fitting)).status_code == 200


@pytest.mark.parametrize("what", ["client", "agency", "token"])
async def test_a_suspension_holds_from_the_next_request(gateway: Running, what: str) -> None:
    await gateway.system()
    token = await gateway.token()
    headers = {"authorization": f"Bearer {token}"}
    assert (await gateway.http.get(ONE, headers=headers)).status_code == 200
    if what == "token":
        await gateway.http.post("/oauth/revoke", data=proof("police-system") | {"token": token})
    else:
        await gateway.suspend(what)
    answer = await gateway.http.get(ONE, headers=headers)
    assert answer.status_code == 401
    assert "suspended" in answer.json()["detail"] or "revoked" in answer.json()["detail"]


async def test_a_suspension_holds_under_a_crowd_of_requests(gateway: Running) -> None:
    """Whoever asks after the suspension is refused, though many who asked before it are still being answered."""
    await gateway.system()
    headers = await gateway.bearer()
    suspended = asyncio.Event()
    late: list[int] = []

    async def caller() -> None:
        for _ in range(15):
            after = suspended.is_set()
            status = (await gateway.http.get(ONE, headers=headers)).status_code
            if after:
                late.append(status)

    crowd = [asyncio.create_task(caller()) for _ in range(20)]
    await asyncio.sleep(0.05)
    async with gateway.gateway.database.transaction() as tx:
        await tx.execute(update(Client).values(suspended_at=func.now()))
        await tx.execute(RAISE_STANDING)
    suspended.set()
    await asyncio.gather(*crowd)
    assert len(late) > 20
    assert set(late) == {401}


async def test_a_body_goes_through_whole_and_a_great_one_does_not(gateway: Running) -> None:
    await gateway.system()
    path, headers = "/escalations/v1/escalations", await gateway.bearer()
    answer = await gateway.http.post(path, json={"text": "é" * 50_000}, headers=headers)
    assert answer.json()["path"] == "50000"
    assert (await gateway.http.post(path, json={"text": "x" * 300_000}, headers=headers)).status_code == 413

    async def drip() -> Any:
        for _ in range(10):
            yield b"x" * 50_000

    assert (await gateway.http.post(path, content=drip(), headers=headers)).status_code == 413
    packed = await gateway.http.post(path, content=b"x", headers=headers | {"content-encoding": "gzip"})
    assert packed.status_code == 415


async def test_long_headers_are_refused(gateway: Running) -> None:
    await gateway.system()
    headers = await gateway.bearer()
    assert (await gateway.http.get(ONE, headers=headers | {"x-long": "x" * 20_000})).status_code == 431
    many = {f"x-{n}": "1" for n in range(200)}
    assert (await gateway.http.get(ONE, headers=headers | many)).status_code == 431
    two = [("authorization", headers["authorization"])] * 2
    assert (await gateway.http.get(ONE, headers=two)).status_code == 401


async def test_an_operation_that_needs_no_token_needs_none(gateway: Running) -> None:
    answer = await gateway.http.get("/escalations/v1/open")
    assert answer.json() == {"path": "open", "agency": ""}


async def test_every_answer_tells_what_is_left(gateway: Running) -> None:
    await gateway.system()
    headers = await gateway.bearer()
    first, second = [await gateway.http.get(ONE, headers=headers) for _ in range(2)]
    assert first.headers["ratelimit-policy"] == '"requests";q=6000;w=60'
    assert first.headers["ratelimit"].startswith('"requests";r=5999;')
    assert second.headers["ratelimit"].startswith('"requests";r=599')
    assert (await gateway.http.get(ONE)).headers["ratelimit-policy"], "callers without a token are counted too"


async def test_browsers_are_answered_from_registered_origins_only(gateway: Running) -> None:
    await gateway.system(origins=["https://front.example"])
    asks = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    good = await gateway.http.options(ONE, headers=asks | {"origin": "https://front.example"})
    assert good.status_code == 204
    assert good.headers["access-control-allow-origin"] == "https://front.example"
    assert good.headers["access-control-allow-methods"] == "GET"
    assert "access-control-allow-credentials" not in good.headers
    for origin in ("https://front.example.evil", "http://front.example", "null", "https://front.example:8443"):
        bad = await gateway.http.options(ONE, headers=asks | {"origin": origin})
        assert bad.status_code == 403
        answer = await gateway.http.get(ONE, headers=await gateway.bearer() | {"origin": origin})
        assert "access-control-allow-origin" not in answer.headers
    answer = await gateway.http.get(ONE, headers={"origin": "https://front.example"})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "https://front.example", "errors are readable too"
    token = await gateway.http.options("/oauth/token", headers=asks | {"origin": "https://front.example"})
    assert token.headers["access-control-allow-methods"] == "POST"


async def test_a_service_that_is_away_is_a_503(gateway: Running) -> None:
    async def away(scope: Any, receive: Any, send: Any) -> None:
        raise ConnectionError("nobody is there")

    await gateway.system()
    headers = await gateway.bearer()
    await gateway.write(delete(Agency))
    async with running(gateway.database, {"escalations": away}) as other:
        answer = await other.http.get(ONE, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
