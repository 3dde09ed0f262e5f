"""One challenge between two agencies, from one system's first call to the quarterly report; and its dark twin."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.sandbox.token import token

ESCALATIONS = "/escalations/v1/escalations"


@dataclass
class Agency:
    """People and a system of one agency, calling through the gateway."""

    client: httpx.AsyncClient
    url: str
    short: str
    tokens: dict[tuple[str, bool], str] = field(default_factory=dict)

    async def headers(self, role: str, *, system: bool = False) -> dict[str, str]:
        """The Authorization header, by the real sign-in; a token is used as long as it lasts."""
        key = (role, system)
        if key not in self.tokens:
            self.tokens[key] = await token(self.url, self.short, role, system=system)
        return {"authorization": f"Bearer {self.tokens[key]}"}

    async def get(self, path: str, role: str = "practitioner", **query: Any) -> httpx.Response:
        """Read."""
        return await self.client.get(self.url + path, params=query, headers=await self.headers(role))

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
        path = f"{ESCALATIONS}/{matter['id']}"
        read = await self.get(path)
        headers = await self.headers("practitioner") | {"if-match": read.headers.get("etag", '"0"')}
        return await self.client.post(f"{self.url}{path}/{action}", json=body, headers=headers)

    async def moves(self, matter: Mapping[str, Any], action: str, **body: Any) -> dict[str, Any]:
        """Move a matter; it must be let."""
        answer = await self.does(matter, action, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def let_time_pass(client: httpx.AsyncClient, url: str, to: str) -> None:
    """Move the sandbox's clock."""
    answer = await client.post(f"{url}/sandbox/v1/clock", json={"to": to}, timeout=120)
    assert answer.status_code == 200, answer.text


async def bright(url: str) -> None:
    """Raised by a system, answered, resolved, told, closed; and counted in the quarter's report."""
    async with httpx.AsyncClient(timeout=30) as client:
        police, council, icb = (Agency(client, url, short) for short in ("police", "council", "icb"))
        matter = await police.raises(system=True)
        assert matter["status"] == "open"
        answered = await council.moves(matter, "respond", text="It is at 14:00 today.", seniority="team_manager")
        assert answered["status"] == "responded"
        resolved = await police.moves(
            matter, "resolve", outcome="decision_changed", text="It took place.", seniority="team_manager"
        )
        assert resolved["status"] == "resolved"
        assert (await police.does(matter, "close", impact="safer")).status_code == 409
        await police.moves(matter, "tell", text="Told in person.", satisfied=True)
        assert (await police.moves(matter, "close", impact="safer"))["status"] == "closed"
        assert (await icb.get(f"{ESCALATIONS}/{matter['id']}")).status_code == 404


async def dark(url: str) -> None:
    """Nobody answers: the matter climbs by itself to the last stage, in working time, and is seen there."""
    async with httpx.AsyncClient(timeout=30) as client:
        police, council = (Agency(client, url, short) for short in ("police", "council"))
        matter = await police.raises()
        await let_time_pass(client, url, "2026-10-21T12:00:00Z")
        found = (await police.get(f"{ESCALATIONS}/{matter['id']}")).json()
        assert found["stage_order"] == 4
        assert [stage["opened_by"] for stage in found["stages"]][1:] == ["silence"] * 3
        assert found["overdue"]
        late = await council.does(matter, "respond", text="We are sorry.", seniority="director")
        assert late.status_code == 422
        assert late.json()["errors"][0]["path"] == "overrun_reason"
        await asyncio.sleep(0)
