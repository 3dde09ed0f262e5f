"""Keys that systems publish themselves: fetched where everybody may look, seldom, and only those that they may use."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest
from aiohttp.resolver import ThreadedResolver
from authlib.oauth2.rfc6749.errors import InvalidClientError
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OKPKey

from services.gateway.authorization import key_sets, outward
from services.gateway.authorization.key_sets import KeySets
from services.gateway.authorization.outward import Unfetched, fetch, public
from services.gateway.clients.domain import Kind, fitting_keys
from services.gateway.oauth.context import keys_of
from services.gateway.oauth.reading import JWT_BEARER
from tests.unit.gateway.parties import EC, ED, FRONT, NHS, RSA, SYSTEM, Rejected, assertion, context, system_token

PUBLISHING = replace(SYSTEM, jwks='{"keys": []}', jwks_uri="https://cases.example/jwks.json")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1",
        "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_an_address_of_this_machine_or_network_or_nobody_is_not_public(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "81.2.69.142", "2606:4700:4700::1111", "2a00:1450:4009::1"])
def test_everybodys_addresses_are_public(address: str) -> None:
    assert public(ip_address(address))


@asynccontextmanager
async def listening(
    answer: Callable[[asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[tuple[int, list[Any]]]:
    """A server on this machine that answers so; its port, and who came."""
    asked: list[Any] = []

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer.get_extra_info("peername"))
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


def saying(head: str, body: bytes = b"{}") -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)

    return say


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.5)


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"])
async def test_no_way_of_writing_leads_to_this_machine(host: str) -> None:
    async with listening(saying("200 OK")) as (port, asked):
        with pytest.raises(Unfetched, match=r"is not a public address|InvalidUrl"):
            await fetch(f"https://{host}:{port}/")
        await asyncio.sleep(0.01)
    assert asked == []


@pytest.mark.anyio
async def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["127.0.0.1", "93.184.216.34"])

    async def rebound(_: ThreadedResolver, host: str, port: int = 0, family: Any = 0) -> list[dict[str, Any]]:
        address = next(answers)
        return [{"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}]

    monkeypatch.setattr(ThreadedResolver, "resolve", rebound)
    async with listening(saying("200 OK")) as (port, asked):
        with pytest.raises(Unfetched, match=r"127\.0\.0\.1 is not a public address"):
            await fetch(f"https://rebound.example:{port}/")
    assert (asked, next(answers)) == ([], "93.184.216.34")


@pytest.mark.anyio
async def test_plain_http_and_this_machine_are_for_a_sandbox_that_says_so() -> None:
    async with listening(saying("200 OK")) as (port, asked):
        with pytest.raises(Unfetched, match="not https"):
            await fetch(f"http://127.0.0.1:{port}/")
        assert asked == []
        assert await fetch(f"http://127.0.0.1:{port}/", loopback=True) == b"{}"
    with pytest.raises(Unfetched, match="not a public address"):
        await fetch("http://10.0.0.1/", loopback=True)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (saying("302 Found\r\nLocation: http://127.0.0.1:1/"), "302"),
        (saying("404 Not Found"), "404"),
        (saying("200 OK", b" " * (outward.MOST_BYTES + 1)), "longer than 64 KiB"),
        (silent, "too slow"),
        (saying("nonsense"), "ClientResponseError"),
    ],
)
async def test_redirects_errors_long_and_slow_answers_are_not_taken(answer: Any, why: str) -> None:
    async with listening(answer) as (port, asked):
        with pytest.raises(Unfetched, match=why):
            await fetch(f"http://127.0.0.1:{port}/", loopback=True, seconds=0.3)
    assert len(asked) == 1


class Publisher:
    """A system's address of keys: what stands there, and how often it was asked."""

    def __init__(self, *keys: Any) -> None:
        self.keys, self.asked, self.away = list(keys), 0, False

    async def fetch(self, url: str) -> bytes:
        assert url.startswith("https://")
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise Unfetched("away")
        return json.dumps(KeySet(self.keys).as_dict(private=False)).encode()


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(f"{key_sets.__name__}.time.monotonic", lambda: self.now)


async def proved(sets: KeySets, client: Any = PUBLISHING, **how: Any) -> bool:
    """Whether the token endpoint takes an assertion signed so."""
    fields = {"client_assertion_type": JWT_BEARER, "client_assertion": assertion(client, **how)}
    filled = await sets.filled(context(client), fields)
    outcome = system_token(client, filled, client_assertion=fields["client_assertion"])
    assert outcome.answer.status == 200 or outcome == Rejected("invalid_client")
    return outcome.answer.status == 200


@pytest.mark.anyio
async def test_a_published_key_proves_and_is_fetched_once_in_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, publisher = Clock(monkeypatch), Publisher(EC)
    sets = KeySets(publisher.fetch)
    assert [await proved(sets) for _ in range(3)] == [True] * 3
    assert publisher.asked == 1
    clock.now += key_sets.KEPT_SECONDS
    assert (await proved(sets), publisher.asked) == (True, 2)


@pytest.mark.anyio
async def test_a_turned_key_is_found_at_once_and_unknown_ones_are_looked_for_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, publisher = Clock(monkeypatch), Publisher(EC)
    sets = KeySets(publisher.fetch)
    assert await proved(sets)
    clock.now += key_sets.FETCH_EVERY_SECONDS
    publisher.keys = [EC, ED]
    assert (await proved(sets, key=ED, alg="Ed25519"), publisher.asked) == (True, 2)
    unknown = [OKPKey.generate_key("Ed25519", {"kid": f"made-up-{n}"}) for n in range(5)]
    tried = await asyncio.gather(*[proved(sets, key=key, alg="Ed25519") for key in unknown for _ in range(4)])
    assert (any(tried), publisher.asked) == (False, 2)
    clock.now += key_sets.FETCH_EVERY_SECONDS
    await asyncio.gather(*[proved(sets, key=key, alg="Ed25519") for key in unknown])
    assert publisher.asked == 3


@pytest.mark.anyio
async def test_a_key_that_was_taken_away_proves_nothing_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, publisher = Clock(monkeypatch), Publisher(EC, ED)
    sets = KeySets(publisher.fetch)
    assert await proved(sets)
    publisher.keys = [ED]
    clock.now += key_sets.KEPT_SECONDS
    assert not await proved(sets)


@pytest.mark.anyio
async def test_an_address_that_is_away_is_borne_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, publisher = Clock(monkeypatch), Publisher(EC)
    sets = KeySets(publisher.fetch)
    assert await proved(sets)
    publisher.away = True
    clock.now += key_sets.OUTAGE_SECONDS
    assert await proved(sets)
    clock.now += 1
    with pytest.raises(InvalidClientError):
        await proved(sets)
    publisher.away = False
    with pytest.raises(InvalidClientError):  # it was asked a moment ago
        await proved(sets)
    clock.now += key_sets.FETCH_EVERY_SECONDS
    assert await proved(sets)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "client", [SYSTEM, FRONT, replace(PUBLISHING, suspended=True)], ids=["inline", "front", "suspended"]
)
async def test_nobody_else_sends_us_anywhere(client: Any) -> None:
    publisher = Publisher(EC)
    fields = {"client_assertion_type": JWT_BEARER, "client_assertion": assertion(client)}
    assert await KeySets(publisher.fetch).filled(context(client), fields) == context(client)
    assert publisher.asked == 0


def test_of_a_published_set_only_what_the_kind_may_use_is_taken() -> None:
    shared = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}
    enciphering = EC.as_dict(private=False) | {"kid": "enc", "use": "enc"}
    published = {"keys": [*(key.as_dict(private=False) for key in (EC, RSA, ED)), shared, enciphering, ED.as_dict(), 7]}
    assert {key.kid for key in keys_of(fitting_keys(Kind.PRIVATE_KEY_JWT, published))} == {"ec", "rsa", "ed"}
    assert {key.kid for key in keys_of(fitting_keys(Kind(NHS.kind), published))} == {"rsa"}


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
ANY = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))
MEMBERS = st.fixed_dictionaries(
    {"kty": st.sampled_from(["EC", "RSA", "OKP", "oct", "?"]) | ANY},
    optional={
        name: ANY | st.sampled_from(["AQAB", "P-256", "sig"]) for name in ("crv", "x", "y", "n", "e", "use", "kid")
    },
)


@given(st.fixed_dictionaries({"keys": st.lists(MEMBERS | ANY, max_size=3) | ANY}))
def test_whatever_stands_there_it_is_refused_and_breaks_nothing(published: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no key that may be used"):
        fitting_keys(Kind.PRIVATE_KEY_JWT, published)
