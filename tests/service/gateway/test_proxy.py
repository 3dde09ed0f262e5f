"""The door to the services: what passes, what does not, and what reaches a service of what passes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import delete, func, select, update

from services.gateway.models import Agency, Base, Client, Standing
from services.gateway.proxy import passing
from shared.embedded import Address
from tests.postgres import OwnDatabase
from tests.service.gateway.running import PUBLIC_URL, Running, proof, raw, running, serving

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["in process", "over the network"])
async def gateway(database: OwnDatabase, request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    """A gateway before a service in the same process, and before one that it reaches over the network."""
    async with running(database, over_network=request.param == "over the network") as started:
        yield started


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


NOWHERE = (
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
)


async def test_a_path_that_is_not_exactly_an_operation_does_not_exist(gateway: Running) -> None:
    await gateway.system()
    token = await gateway.bearer()
    for path in NOWHERE:
        status, _ = await raw(gateway.app, "GET", path, token)
        assert status == 404, path
    assert not [s for s in gateway.seen if s["path"] != "/internal/operations"]


async def test_only_the_methods_of_an_operation(gateway: Running) -> None:
    await gateway.system()
    token = await gateway.bearer()
    assert (await raw(gateway.app, "HEAD", ONE, token))[0] == 200
    assert [one["method"] for one in gateway.seen if one["path"] == ONE] == ["HEAD"]
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST", "get", "BREW"):
        status, headers = await raw(gateway.app, method, ONE, token)
        assert (status, headers["allow"]) == (405, "GET, HEAD"), method


async def test_no_header_changes_the_method(gateway: Running) -> None:
    await gateway.system()
    token = await gateway.bearer()
    for header in ("x-http-method-override", "x-method-override", "x-http-method"):
        assert (await gateway.http.get(ONE, headers=token | {header: "DELETE"})).status_code == 405


async def test_only_the_public_name_is_answered(gateway: Running) -> None:
    await gateway.system()
    token = await gateway.bearer()
    for host in ("evil.example", "safer.example.evil.example", "", "safer.example:444", "127.0.0.1"):
        assert (await gateway.http.get(ONE, headers=token | {"host": host})).status_code == 404, host
        assert (await gateway.http.get("/health/live", headers={"host": host})).status_code == 200
        assert (await gateway.http.get("/oauth/jwks", headers={"host": host})).status_code == 200, (
            "services ask by address"
        )


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


async def test_an_answer_is_streamed_as_it_comes(database: OwnDatabase) -> None:
    """The first half arrives while the service still holds back the second."""
    go_on = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        body = b'{"items": [{"method": "GET", "path": "/slow/v1/halves", "action": null}]}'
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/slow/v1/halves":
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            await asyncio.wait_for(go_on.wait(), 10)
            body = b"second"
        await send({"type": "http.response.body", "body": body})

    for over_network in (False, True):
        go_on.clear()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with (
                running(database, {"slow": slow}, over_network=over_network, public_url=url) as started,
                serving(started.app, listener),
                httpx.AsyncClient() as http,
                http.stream("GET", f"{url}/slow/v1/halves") as answer,
            ):
                chunks = answer.aiter_bytes()
                assert await anext(chunks) == b"first"
                go_on.set()
                assert await anext(chunks) == b"second"
        await delete_agencies(database)


async def delete_agencies(database: OwnDatabase) -> None:
    """Make room for another gateway on this database."""
    connection = await asyncpg.connect(database.url())
    await connection.execute("DELETE FROM gateway.agency")
    await connection.close()


async def test_a_service_that_takes_too_long_is_cut_off(database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "ANSWER_SECONDS", 0.2)

    async def stuck(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/stuck/v1/it":
            await asyncio.sleep(30)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        body = b'{"items": [{"method": "GET", "path": "/stuck/v1/it", "action": null}]}'
        await send({"type": "http.response.body", "body": body})

    async with running(database, {"stuck": stuck}) as started:
        answer = await started.http.get("/stuck/v1/it")
    assert answer.status_code == 504
    assert "may yet have done" in answer.json()["detail"]


async def test_who_calls_too_often_waits(database: OwnDatabase) -> None:
    async with running(database, requests_a_minute=3) as started:
        await started.system()
        await started.system("other-system")
        mine, others = await started.bearer(), await started.bearer("other-system")
        assert [(await started.http.get(ONE, headers=mine)).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = await started.http.get(ONE, headers=mine)
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["code"] == "too_many_requests"
        own = await started.http.get("/gateway/v1/clients", headers=mine)
        assert (own.status_code, int(own.headers["retry-after"]) > 0) == (429, True), "by no other door either"
        assert (await started.http.get(ONE, headers=others)).status_code == 200, "each client has its own"


@asynccontextmanager
async def cuttable(database: OwnDatabase, folder: Path) -> AsyncIterator[tuple[OwnDatabase, Callable[[], None]]]:
    """The same database behind a socket of ours, which can be cut."""
    connections: list[asyncio.StreamWriter] = []
    real = database.address.socket_folder / ".s.PGSQL.5432"

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_unix_connection(str(real))
        connections.extend((writer, to_there))
        with suppress(OSError):
            await asyncio.gather(copied(reader, to_there), copied(there, writer))

    async def copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    server = await asyncio.start_unix_server(joined, folder / ".s.PGSQL.5432")

    def cut() -> None:
        server.close()
        for writer in connections:
            writer.transport.abort()

    yield OwnDatabase(Address(folder), database.name), cut
    cut()


async def test_without_its_database_the_gateway_lets_nobody_in(database: OwnDatabase, tmp_path: Path) -> None:
    async with cuttable(database, tmp_path) as (away, cut), running(away) as started:
        await started.system()
        token = await started.bearer()
        assert (await started.http.get(ONE, headers=token)).status_code == 200
        cut()
        answers = [await started.http.get(ONE, headers=token) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503] * 3
        assert answers[0].headers["retry-after"]
        browser = await started.http.options(
            ONE, headers={"origin": "https://front.example", "access-control-request-method": "GET"}
        )
        assert browser.status_code == 503
