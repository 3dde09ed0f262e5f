"""Who plays in the thread: people of the agencies, each signed in as herself, and the days on which they do it."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import httpx

from services.gateway.sandbox.cast import PARTS, player
from tests.e2e.modes import Mode
from tests.e2e.story import PATIENCE, Agency, let_time_pass
from tests.post_office import PostOffice

AGENCIES = {part.short: part.agency_id for part in PARTS}
PARTNERS = ("council", "icb", "police")
Record = Mapping[str, Any]
SPINE = {
    "incident": "reviews.incident",
    "review": "reviews.rapid_review",
    "learning": "reviews.learning_point",
    "recommendation": "reviews.recommendation",
    "action": "governance.action",
    "course": "training.course",
    "session": "training.session",
}


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody of an agency in one of her roles."""

    agency: Agency
    role: str

    @property
    def id(self) -> str:
        """The `sub` of her tokens."""
        return str(player(self.agency.short, self.role).person_id)

    @property
    def named(self) -> dict[str, Any]:
        """Herself, as seats and owners name her."""
        return {"person_id": self.id, "person_name": player(self.agency.short, self.role).name}

    async def asks(self, path: str, **query: Any) -> httpx.Response:
        """Read, or be refused."""
        return await self.agency.get(path, self.role, **query)

    async def reads(self, path: str, **query: Any) -> Any:
        """Read what may be read."""
        return await self.agency.reads(path, self.role, **query)

    async def sends(self, path: str, **body: Any) -> httpx.Response:
        """Make something new, or be refused."""
        headers = await self.agency.headers(self.role) | {"idempotency-key": str(uuid4())}
        return await self.agency.client.post(self.agency.url + path, json=body, headers=headers)

    async def makes(self, path: str, **body: Any) -> Any:
        """Make something new; it must be let."""
        answer = await self.sends(path, **body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def tries(self, path: str, action: str, **body: Any) -> httpx.Response:
        """Do something to what has been read, or be refused."""
        return await self.agency.changes(path, self.role, "POST", f"/{action}", **body)

    async def does(self, path: str, action: str, **body: Any) -> Any:
        """Do something to what has been read; it must be let."""
        answer = await self.tries(path, action, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Cast:
    """Everybody, and where what they have made is to be read."""

    def __init__(self, client: httpx.AsyncClient, mode: Mode, office: PostOffice) -> None:
        self.client, self.mode, self.office = client, mode, office
        self.council, self.police, self.icb, self.school = (
            Agency(client, mode.url, short) for short in ("council", "police", "icb", "school")
        )
        self.unit = Person(self.council, "business_unit")
        self.delegates = [Person(agency, "delegated_partner") for agency in (self.council, self.icb, self.police)]
        self.panel = [Person(agency, "operational_member") for agency in (self.icb, self.police, self.council)]
        self.named_nurse, self.police_lead = Person(self.icb, "agency_lead"), Person(self.police, "agency_lead")
        self.social_worker, self.teacher = Person(self.council, "agency_lead"), Person(self.school, "agency_lead")
        self.owner = Person(self.icb, "li_member")  # of the action: she sits on the body that signs its first phase
        self.chair, self.li_police = Person(self.police, "body_chair"), Person(self.police, "li_member")
        self.executive = Person(self.council, "executive_member")
        self.programme, self.trainer = Person(self.council, "training_manager"), Person(self.council, "trainer")
        self.officer = Person(self.police, "practitioner")
        self.day = date.min
        self.paths: dict[str, str] = {}
        self.decisions: dict[str, str] = {}  # of bodies, by what rests on them

    async def until(self, instant: str) -> None:
        """Let time pass, until all that it causes is done in every service."""
        await let_time_pass(self.client, self.mode.url, instant)
        self.day = date.fromisoformat(instant[:10])

    def keep(self, what: str, path: str, record: Record) -> str:
        """Remember where something is to be read; its path."""
        self.paths[what] = f"{path}/{record['id']}"
        return self.paths[what]

    def id(self, what: str) -> str:
        """The id of something that is remembered."""
        return self.paths[what].rpartition("/")[2]

    async def letters(self, about: str, wanted: re.Pattern[str], *, number: int) -> list[str]:
        """What is wanted of so many letters about something, once they have come."""
        found: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while len(found) < number:
                await asyncio.sleep(0.1)
                found = [match[0] for text in self.office.texts if about in text and (match := wanted.search(text))]
        assert len(set(found)) == len(found) == number
        return found

    async def decided(self, body_id: str, text: str) -> str:
        """What a body has decided of the action by correspondence, all three partners agreeing; the decision's id."""
        decision = await self.unit.makes(
            "/governance/v1/body-decisions",
            body_id=body_id,
            taken_on=self.day.isoformat(),
            how="correspondence",
            text=text,
            partners_agreed=list(PARTNERS),
            about={"type": "governance.action", "id": self.id("action")},
        )
        return str(decision["id"])
