"""Requests that are almost an operation: another method, another way of writing the path, another name of the host.

Each at the gateway, behind which the services are, and at the service itself; as somebody who may do everything.
"""

from collections.abc import Iterator
from itertools import cycle

import pytest
from fastapi import FastAPI

from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.doors.operations import OPERATIONS, Operation
from tests.service.doors.running import Doors
from tests.service.doors.unchanged import nothing_written
from tests.service.escalations.running import COUNCIL
from tests.service.gateway.running import raw

pytestmark = pytest.mark.anyio

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "QUERY", "get", "BREW")
DOORS = ("gateway", "service")
ORIGIN = "https://front.example"
OVERRIDES = ("x-http-method-override", "x-method-override", "x-http-method")


def paths(path: str) -> Iterator[str]:
    """Ways of writing a path that some servers take for it."""
    first, *rest = path.strip("/").split("/")
    yield f"/{path}"
    yield f"{path}/"
    yield f"{path}//"
    yield f"{path};a=b"
    yield f"{path}%00"
    yield f"{path}%2f"
    yield f"{path}/."
    yield f"/{first}//{'/'.join(rest)}"
    yield f"/{first}/./{'/'.join(rest)}"
    yield f"/{first}/x/../{'/'.join(rest)}"
    yield f"/{first}%2f{'/'.join(rest)}"
    yield f"/{first}/{'%2f'.join(rest)}"
    yield f"/{first}/{'/'.join(rest[:-1])}%5c{rest[-1]}"
    yield path.replace("/v1/", "/V1/")
    yield f"/{first.title()}/{'/'.join(rest)}"
    yield f"/%{ord(first[0]):02x}{first[1:]}/{'/'.join(rest)}"


def app(suite: Doors, door: str, operation: Operation) -> FastAPI:
    """Where to ask for an operation."""
    return suite.app(operation.service if door == "service" else "gateway")


def headers(suite: Doors, operation: Operation) -> dict[str, str]:
    """Of somebody who may do everything."""
    token = suite.bearer(COUNCIL, *Role, subject="somebody", exp=2**40)
    return token | operation.headers() | {"content-type": "application/json", "content-length": "0"}


def offered(path: str) -> set[str]:
    """The methods that a path has, as documents tell them."""
    return {one.method for one in OPERATIONS if one.path == path}


def answered(path: str) -> set[str]:
    """The methods that a path answers: HEAD wherever there is something to read."""
    return offered(path) | ({"HEAD"} if "GET" in offered(path) else set())


@pytest.mark.parametrize("door", DOORS)
async def test_no_other_method(suite: Doors, database: OwnDatabase, door: str) -> None:
    """405, and `Allow` names every method that there is."""
    by_path = {operation.path: operation for operation in OPERATIONS}
    assert len(by_path) > 70
    async with nothing_written(suite, database):
        for path, operation in by_path.items():
            for method in (one for one in METHODS if one not in answered(path)):
                status, told = await raw(
                    app(suite, door, operation), method, operation.url(suite.ids), headers(suite, operation)
                )
                assert status == 405, f"{method} {path}: {status}"
                assert set(told["allow"].split(", ")) == answered(path), f"{method} {path}: {told['allow']}"


@pytest.mark.parametrize("door", DOORS)
async def test_no_other_way_of_writing_the_path(suite: Doors, database: OwnDatabase, door: str) -> None:
    """It does not exist, or is an id that is none. Only the gateway minds escapes: behind it nobody reads them otherwise."""
    async with nothing_written(suite, database):
        for operation in OPERATIONS:
            said = headers(suite, operation)
            for path in paths(operation.url(suite.ids)):
                if door == "gateway" or "%" not in path:
                    status, _ = await raw(app(suite, door, operation), operation.method, path, said)
                    assert status in {404, 405, 422}, f"{operation.method} {path}: {status}"


@pytest.mark.parametrize("door", DOORS)
async def test_no_header_that_changes_the_method(suite: Doors, database: OwnDatabase, door: str) -> None:
    """A reading stays a reading, whatever else it says to be, and without a body too."""
    async with nothing_written(suite, database):
        for operation, name in zip(OPERATIONS, cycle(OVERRIDES), strict=False):
            if operation.method == "GET":
                client = suite.clients[operation.service if door == "service" else "gateway"]
                said, path = headers(suite, operation), operation.url(suite.ids)
                await client.get(path, headers=said | {name: "POST"})
                head = await client.request("HEAD", path, headers=said)
                assert head.status_code in {200, 404, 409, 422}, f"HEAD {path}: {head.status_code}"


async def test_a_browser_that_asks_first_is_told_of_every_operation(suite: Doors) -> None:
    """At a registered origin: the methods that a path has, and every header that one of them reads."""
    lead = suite.bearer(COUNCIL, Role.AGENCY_LEAD)
    front = {"agency_id": COUNCIL[0], "name": "Front end", "kind": "public", "scopes": ["escalations.read"]}
    front |= {"redirect_uris": [f"{ORIGIN}/callback"], "origins": [ORIGIN]}
    await suite.made(lead, "/gateway/v1/clients", **front)
    for operation in OPERATIONS:
        asks = {"origin": ORIGIN, "access-control-request-method": operation.method}
        status, told = await raw(suite.app("gateway"), "OPTIONS", operation.url(suite.ids), asks)
        assert status == 204, f"{operation}: {status}"
        methods = set(told["access-control-allow-methods"].split(", "))
        assert methods == offered(operation.path), f"{operation}: {methods}"
        missing = operation.asked_headers() - set(told["access-control-allow-headers"].lower().split(", "))
        assert not missing, f"{operation}: {missing}"


async def test_no_other_host(suite: Doors, database: OwnDatabase) -> None:
    """The gateway answers under its public name alone."""
    async with nothing_written(suite, database):
        for operation in OPERATIONS:
            for host in ("evil.example", "safer.example.evil.example", "safer.example:444", "safer.example@evil", ""):
                said = headers(suite, operation) | {"host": host}
                status, _ = await raw(suite.app("gateway"), operation.method, operation.url(suite.ids), said)
                assert status == 404, f"{operation} at {host!r}: {status}"
