"""What no body may do: set what is the server's, be anything but honest JSON, or bring a service down."""

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx
import pytest

from services.composition import SERVICES
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.doors.operations import JSON, OPERATIONS, Operation
from tests.service.doors.running import Doors
from tests.service.doors.unchanged import nothing_written
from tests.service.escalations.running import COUNCIL, POLICE

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

WRITES = [operation for operation in OPERATIONS if operation.writes]
# What records have and nobody sends, whether or not an answer shows it.
SERVERS = {"id", "version", "status", "created_at", "recorded_at", "recorded_by", "agency", "agency_type", "view"}
MADE_UP: Mapping[str, Any] = {"id": "00000000-0000-7000-8000-000000000000", "version": 7, "agency": COUNCIL[0]}
JWK = "public_keys"  # a key has whatever members its kind has


@cache
def somebody(suite: Doors) -> dict[str, str]:
    """Who may do everything."""
    return suite.bearer((POLICE[0], COUNCIL[1]), *Role, subject="somebody", exp=2**40)


async def sent(suite: Doors, operation: Operation, **content: Any) -> httpx.Response:
    """One request of somebody who may."""
    headers = somebody(suite) | operation.headers() | content.pop("headers", {})
    client = suite.clients[operation.service]
    return await client.request(operation.method, operation.url(suite.ids), headers=headers, **content)


def of_the_server(operation: Operation) -> set[str]:
    """The fields of a record that its writer does not send."""
    return (operation.answer_fields() | SERVERS) - operation.asked_fields().keys()


async def test_what_is_the_servers_is_refused_by_name(suite: Doors, database: OwnDatabase) -> None:
    """Every field that only the service sets, in the body of every operation that writes: 422, and nothing is changed."""
    asked = 0
    async with nothing_written(suite, database):
        for operation in WRITES:
            fields = of_the_server(operation)
            for some in batched(sorted(fields)):
                answer = await sent(
                    suite, operation, json=operation.body() | {name: MADE_UP.get(name, 1) for name in some}
                )
                assert answer.status_code == 422, f"{operation}: {answer.text}"
                refused = {error["path"] for error in answer.json()["errors"] if error["code"] == "extra_forbidden"}
                assert set(some) <= refused, f"{operation} takes {set(some) - refused}"
            asked += len(fields)
    assert asked > 500


def batched(names: list[str], most: int = 25) -> Iterator[list[str]]:
    """A few at a time: a problem lists fifty errors at most."""
    return (names[first : first + most] for first in range(0, len(names), most))


def objects(operation: Operation, schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object that a body may hold, by its path."""
    schema = operation.resolved(schema)
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from objects(operation, choice, path)
    if schema.get("type") == "array":
        yield from objects(operation, schema["items"], f"{path}[]")
    if schema.get("type") == "object":
        yield path, schema
        for name, inner in schema.get("properties", {}).items():
            yield from objects(operation, inner, f"{path}.{name}")


def test_no_object_within_a_body_takes_more_than_it_names() -> None:
    """However deep: children, identifiers, hours, causes."""
    found = [(one, *o) for one in WRITES for o in objects(one, one.said["requestBody"]["content"][JSON]["schema"])]
    assert {path for _, path, _ in found} >= {".children[]", ".children[].identifiers[]", ".working_hours[]"}
    for operation, path, schema in found:
        assert schema.get("additionalProperties") is False or JWK in path, f"{operation}{path}"


PACKED = gzip.compress(b'{"text": "' + b"a" * 50_000_000 + b'"}')
TYPED = {"content-type": JSON}
RAW: dict[str, dict[str, Any]] = {
    "nothing": {"content": b"", "headers": TYPED},
    "not JSON": {"content": b"{", "headers": TYPED},
    "no object": {"content": b"[]", "headers": TYPED},
    "null": {"content": b"null", "headers": TYPED},
    "bad UTF-8": {"content": b'{"text": "\xff\xfe"}', "headers": TYPED},
    "UTF-16": {"content": '{"text": "a"}'.encode("utf-16"), "headers": TYPED},
    "a name twice": {"content": b'{"text": "a", "text": "b"}', "headers": TYPED},
    "not a number": {"content": b'{"number": NaN}', "headers": TYPED},
    "infinity": {"content": b'{"number": 1e999}', "headers": TYPED},
    "a huge number": {"content": b'{"number": ' + b"9" * 10_000 + b"}", "headers": TYPED},
    "too deep": {"content": b'{"a":' * 100 + b"1" + b"}" * 100, "headers": TYPED},
    "far too deep": {"content": b"[" * 100_000, "headers": TYPED},
    "too large": {"content": b'{"text": "' + b"a" * (1 << 20) + b'"}', "headers": TYPED},
    "a bomb": {"content": PACKED, "headers": TYPED | {"content-encoding": "gzip"}},
    "a form": {"data": {"text": "a"}},
    "several parts": {"files": {"text": ("a.json", b"{}", JSON)}},
    "text": {"content": b"{}", "headers": {"content-type": "text/plain"}},
    "no type": {"content": b"{}"},
    "a part of it": {"content": b"{", "headers": TYPED | {"range": "bytes=0-1", "content-range": "bytes 0-0/2"}},
}


@pytest.mark.parametrize("kind", RAW)
async def test_what_is_no_honest_json_is_refused(suite: Doors, database: OwnDatabase, kind: str) -> None:
    """In every operation that takes JSON, with a problem; and nothing is changed."""
    async with nothing_written(suite, database):
        for operation in WRITES:
            answer = await sent(suite, operation, **RAW[kind])
            assert 400 <= answer.status_code < 500, f"{operation}: {answer.status_code} {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"


POISON: tuple[Any, ...] = (
    "\ud800",
    "a\x00b",
    "\u202e" * 50,
    "x" * 200_000,
    10**18,
    -1,
    0.1,
    True,
    [],
    {},
    [[[[[[[[[[[[1]]]]]]]]]]]],
    ["\ud800"],
    {"\ud800": "\ud800"},
    [None],
    "0001-01-01T00:00:00+14:00",
    "9999-12-31",
)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_value_of_any_field_is_a_failure(suite: Doors, service: str) -> None:
    """Whatever stands in one field of an otherwise good body: it is taken or refused, and never a 5xx."""
    # A field of one name and kind is asked about once, in the first operation that has it.
    fields = {
        (field, str(said)): operation
        for operation in reversed(WRITES)
        if operation.service == service
        for field, said in operation.asked_fields().items()
    }
    assert len(fields) > 20
    for (field, _), operation in fields.items():
        for value in POISON:
            body = json.dumps(operation.body() | {field: value})
            answer = await sent(suite, operation, content=body, headers=TYPED)
            assert answer.status_code < 500, f"{operation}: {field} = {value!r:.50} -> {answer.text}"


async def test_a_part_of_an_answer_is_not_given(suite: Doors) -> None:
    """`Range` is not offered: the whole comes, or a refusal."""
    for operation in OPERATIONS:
        if operation.method == "GET":
            answer = await sent(suite, operation, headers={"range": "bytes=0-1"})
            assert answer.status_code in {200, 400, 404, 422, 429}, f"{operation}: {answer.status_code}"
            assert "content-range" not in answer.headers
