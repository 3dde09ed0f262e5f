"""Clients that write whatever happens to the suite, and the ledger of what they were told."""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.sandbox.token import token
from shared.startup import CannotStart

ESCALATIONS = "/escalations/v1/escalations"
PAUSE = 0.05
FRESH_SECONDS = 200.0  # of the three hundred for which a token is good
AWAY = {409, 429, 502, 503, 504}  # the same again is under way, too much, or something is away


@dataclass
class Bearer:
    """The token of an agency's system, asked for again before it ends."""

    url: str
    short: str
    _text: str = ""
    _until: float = 0.0

    async def __call__(self) -> dict[str, str]:
        """The header. CannotStart while the gateway gives none."""
        if time.monotonic() > self._until:
            self._text = await token(self.url, self.short, "agency_lead", system=True)
            self._until = time.monotonic() + FRESH_SECONDS
        return {"authorization": f"Bearer {self._text}"}


@dataclass
class Ledger:
    """What clients sent, and what was acknowledged: challenges by their key, and those of them that were moved on."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)


class Clients:
    """Two agencies' systems, which keep their ledger."""

    def __init__(self, url: str) -> None:
        self.ledger = Ledger()
        self._url, self._police, self._council = url, Bearer(url, "police"), Bearer(url, "council")

    async def write(self, stop: asyncio.Event) -> None:
        """Raise one challenge after the other and acknowledge it, first what had no answer, until told to stop."""
        async with httpx.AsyncClient(base_url=self._url, timeout=10) as client:
            while not stop.is_set():
                key = self.ledger.unanswered.pop() if self.ledger.unanswered else str(uuid4())
                try:
                    await self._raise(client, key)
                except (httpx.TransportError, CannotStart):
                    if key not in self.ledger.acknowledged:
                        self.ledger.unanswered.append(key)
                    await asyncio.sleep(PAUSE)

    async def write_for(self, seconds: float, writers: int) -> None:
        """Let some write for a while."""
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self.write(stop)) for _ in range(writers)]
        await asyncio.sleep(seconds)
        stop.set()
        await asyncio.gather(*tasks)

    async def _raise(self, client: httpx.AsyncClient, key: str) -> None:
        headers = await self._police() | {"idempotency-key": key}
        raised = await client.post(ESCALATIONS, json=EXAMPLE, headers=headers)
        if raised.status_code != 201:
            assert raised.status_code in AWAY, raised.text
            raise CannotStart("Later.")
        matter = self.ledger.acknowledged[key] = raised.json()["id"]
        headers = await self._council() | {"if-match": raised.headers["etag"]}
        moved = await client.post(f"{ESCALATIONS}/{matter}/acknowledge", json={}, headers=headers)
        assert moved.status_code in {200, *AWAY}, moved.text
        if moved.status_code == 200:
            self.ledger.moved.add(matter)
