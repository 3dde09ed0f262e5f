"""Reading and listing of each service's chief noun, against FastAPI and asyncpg by hand that give the same answers."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

import pytest

from shared.migrations import runtime
from tests.bench.load import in_turns, load, rate, request
from tests.bench.nouns import NOUNS, Noun
from tests.bench.report import told
from tests.bench.serving import served
from tests.postgres import Databases, run
from tests.tokens import ISSUER, Tokens

ROUNDS = 15


@dataclass(frozen=True)
class Given:
    """A noun with its rows in a database, what all applications are told, and a row to read."""

    noun: Noun
    settings: dict[str, Any]
    tokens: Tokens
    id: str

    def headers(self) -> dict[str, str]:
        """Of its reader; her token lasts for five minutes."""
        agency, role = self.noun.reader
        return self.tokens.bearer(*agency, [role])


@pytest.fixture(scope="module", params=NOUNS)
def given(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Given]:
    """One noun after another."""
    noun = NOUNS[request.param]
    with databases.lent() as database:
        tokens = Tokens()
        id_ = run(noun.fill(database))
        settings: dict[str, Any] = {"url": database.url(runtime(noun.service)), "issuer": ISSUER}
        settings |= {"service": noun.service, "noun": noun.name, "keys": run(tokens.fetch_keys())}
        yield Given(noun, settings | {"agency": noun.reader[0][0]}, tokens, id_)


async def _compare(what: str, given: Given, path: str, requests: int) -> None:
    with ExitStack() as stack:
        applications = ["ours", "by_hand", *given.noun.besides]
        urls = [stack.enter_context(served(f"tests.bench.{name}", given.settings)) for name in applications]
        assert _answer(urls[0] + path, given) == _answer(urls[1] + path, given)
        sent = request(path, given.headers())
        slices = await in_turns(ROUNDS, *(partial(load, url, sent, requests) for url in urls))
    besides = {
        f"{name} Starlette and asyncpg per second": round(rate(one), 1)
        for name, one in zip(given.noun.besides, slices[2:], strict=True)
    }
    told(what, slices[0], slices[1], reach=0.7, more=besides)


def _answer(url: str, given: Given) -> Any:
    """What is said there; cursors differ, for each is signed over its own filter."""
    with urlopen(Request(url, headers=given.headers())) as answer:
        found = json.load(answer)
    return found | {"next": bool(found.get("next"))}


@pytest.mark.timeout(600)
async def test_read_one(given: Given) -> None:
    """One: token, policy, view, and the access record of what is about a child."""
    await _compare(f"read one {given.noun.one}", given, f"{given.noun.path}/{given.id}", 250)


@pytest.mark.timeout(600)
async def test_list_50(given: Given) -> None:
    """Fifty, filtered and scoped, each that is about a child with its access record."""
    what = f"list of 50 {given.noun.one}s, filtered and scoped"
    await _compare(what, given, f"{given.noun.path}?status={given.noun.status}&limit=50", 100)
