"""One challenge between two agencies, from one system's first call to the quarterly report."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx

from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.sandbox.cast import PARTS
from services.gateway.sandbox.token import token
from tests.e2e.modes import Mode

ESCALATIONS = "/escalations/v1/escalations"
REPORT = "/escalations/v1/reports/2026-27/Q3"
NAMES = {part.short: part.name for part in PARTS}


PATIENCE = 30.0
TOKEN_SECONDS = 240.0  # of the 300 that one lives
Cut = frozenset[tuple[str, str]]


@dataclass
class Agency:
    """People and a system of one agency, calling through the gateway."""

    client: httpx.AsyncClient
    url: str
    short: str
    tokens: dict[tuple[str, bool], tuple[str, float]] = field(default_factory=dict)  # each with when it was given

    async def headers(self, role: str, *, system: bool = False) -> dict[str, str]:
        """The Authorization header, by the real sign-in; a token is used as long as it lasts."""
        key, now = (role, system), time.monotonic()
        if key not in self.tokens or self.tokens[key][1] + TOKEN_SECONDS < now:
            self.tokens[key] = await token(self.url, self.short, role, system=system), now
        return {"authorization": f"Bearer {self.tokens[key][0]}"}

    async def get(self, path: str, role: str = "practitioner", **query: Any) -> httpx.Response:
        """Read."""
        return await self.client.get(self.url + path, params=query or None, headers=await self.headers(role))

    async def reads(self, path: str, role: str = "practitioner", **query: Any) -> Any:
        """Read what may be read."""
        answer = await self.get(path, role, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def raises(self, *, system: bool = False, **changes: Any) -> dict[str, Any]:
        """Raise the example of the documents."""
        headers = await self.headers("agency_lead" if system else "practitioner", system=system)
        headers |= {"idempotency-key": str(uuid4())}
        answer = await self.client.post(self.url + ESCALATIONS, json=EXAMPLE | changes, headers=headers)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def does(self, matter: Mapping[str, Any], action: str, **body: Any) -> httpx.Response:
        """Move a matter, having read it."""
        return await self.changes(f"{ESCALATIONS}/{matter['id']}", "practitioner", "POST", f"/{action}", **body)

    async def moves(self, matter: Mapping[str, Any], action: str, **body: Any) -> dict[str, Any]:
        """Move a matter; it must be let."""
        answer = await self.does(matter, action, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def changes(self, path: str, role: str, method: str, action: str = "", **body: Any) -> httpx.Response:
        """Change a record, having read it."""
        read = await self.get(path, role)
        headers = await self.headers(role) | {"if-match": read.headers.get("etag", '"0"')}
        return await self.client.request(method, f"{self.url}{path}{action}", json=body, headers=headers)


async def let_time_pass(client: httpx.AsyncClient, url: str, to: str) -> None:
    """Move the sandbox's clock."""
    answer = await client.post(f"{url}/sandbox/v1/clock", json={"to": to}, timeout=120)
    assert answer.status_code == 200, answer.text


async def bright(mode: Mode) -> None:
    """Raised by a system, answered, resolved, told, closed; and counted in the quarter's report."""
    async with httpx.AsyncClient(timeout=30) as client:
        police, council, icb = (Agency(client, mode.url, short) for short in ("police", "council", "icb"))
        matter = await police.raises(system=True)
        assert matter["status"] == "open"
        answered = await council.moves(matter, "respond", text="It is at 14:00 today.", seniority="team_manager")
        assert answered["status"] == "responded"
        assert (await police.does(matter, "close", impact="safer")).status_code == 409
        await resolve_and_close(police, matter, "team_manager")
        assert (await icb.get(f"{ESCALATIONS}/{matter['id']}")).status_code == 404
        found = await figures(council, matter)
        assert {frozenset(), frozenset({("raising", NAMES["police"]), ("receiving", NAMES["council"])})} < found[
            "opened"
        ]
        assert frozenset() in found["told"] & found["satisfied"] & found["closed"]


async def trace(mode: Mode) -> None:
    """One request is found under its caller's own trace in every service's log, to where its event has its effect."""
    trace = token_hex(16)
    async with httpx.AsyncClient(timeout=30) as client:
        council = Agency(client, mode.url, "council")
        [contact] = (
            await council.reads("/governance/v1/contacts", agency_id="cheshire-east-council", purpose="stand_in")
        )["items"]
        path = f"{mode.url}/governance/v1/contacts/{contact['id']}"
        headers = await council.headers("agency_lead")
        version = {"if-match": (await client.get(path, headers=headers)).headers["etag"]}
        sent = headers | version | {"traceparent": f"00-{trace}-{token_hex(8)}-01"}
        answer = await client.patch(path, json={"post": "Duty manager, made up"}, headers=sent)
        assert (answer.status_code, answer.headers["traceparent"][3:35]) == (200, trace)
    wanted = {("gateway", "answered"), ("governance", "answered"), ("escalations", "an event was settled")}
    async with asyncio.timeout(PATIENCE):
        while not wanted <= traced(mode, trace):  # noqa: ASYNC110 - in other processes
            await asyncio.sleep(0.1)


def traced(mode: Mode, trace: str) -> set[tuple[str, str]]:
    """Which services have logged what under a trace."""
    lines = [line for log in mode.logs() for line in log.read_text().splitlines() if trace in line]
    return {(said["service"], said["message"]) for said in map(json.loads, lines)}


async def resolve_and_close(raising: Agency, matter: Mapping[str, Any], seniority: str) -> None:
    """The raising side records the outcome, tells the raiser, and closes."""
    done = await raising.moves(
        matter, "resolve", outcome="decision_changed", text="It took place.", seniority=seniority
    )
    assert done["status"] == "resolved"
    await raising.moves(matter, "tell", text="Told in person.", satisfied=True)
    assert (await raising.moves(matter, "close", impact="safer"))["status"] == "closed"


async def figures(anybody: Agency, matter: Mapping[str, Any]) -> dict[str, set[Cut]]:
    """The figures of the quarter's report behind which the matter stands, each with its cuts: every link is walked."""
    found = defaultdict(set)
    for link, value in linked(await anybody.reads(f"{REPORT}.json", "li_member")).items():
        path, query = urlsplit(link).path, dict(parse_qsl(urlsplit(link).query))
        rows = await pages(anybody, path, query)
        assert 0 < len(rows) <= value, link
        if matter["id"] in {row["id"] for row in rows}:
            figure = query.pop("figure")
            found[figure].add(frozenset(query.items()))
    return found


async def pages(anybody: Agency, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """All rows of a list."""
    page = await anybody.reads(path, "li_member", **query)
    rows: list[dict[str, Any]] = page["items"]
    while page["next"]:
        page = await anybody.reads(path, "li_member", **query, cursor=page["next"])
        rows += page["items"]
    return rows


def linked(part: Any) -> dict[str, int]:
    """Every figure of a report that leads to rows, by its link."""
    if isinstance(part, Mapping):
        own = {part["rows"]: part["value"]} if isinstance(part.get("rows"), str) else {}
        return own | linked(list(part.values()))
    if isinstance(part, list):
        return {link: value for one in part for link, value in linked(one).items()}
    return {}
