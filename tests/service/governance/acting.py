"""People about an action: who owns it, who signs it for which body, and the decisions that signatures rest on."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from shared.policy import Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, Agency, Person, Running

LI, QA, EXECUTIVE, BOARD = "learning-and-improvement", "quality-assurance", "executive", "jtai-improvement-board"
NEW: dict[str, Any] = {
    "text": "Every strategy discussion has health and police in it.",
    "source_type": "audit",
    "source_id": "audit-7",
    "body_id": LI,
    "signing": "case_review",
    "theme": "strategy_meetings",
    "lead_agency_id": COUNCIL[0],
    "owner_name": "Robin Madeup",
    "due_on": "2026-11-02",
    "evidence_required": "Minutes of one month.",
    "measured": "Discussions with all three agencies in the room.",
    "baseline": "41 of 60",
    "target": "57 of 60",
    "measured_by": "2027-03-31",
}
FIGURES = {"kind": "quantitative", "title": "Count of one quarter", "text": "58 of 60."}
VOICES = {"kind": "qualitative", "title": "What practitioners say", "text": "They are heard."}


async def seated(suite: Running, agency: Agency, body_id: str, seat: str = "member", *roles: Role) -> Person:
    """Somebody who sits there since the first, with the roles that the seat gives, and those besides."""
    person_id = str(uuid4())
    given = {"person_id": person_id, "person_name": "Robin Madeup", "agency_id": agency[0], "starts_on": "2026-10-01"}
    made = await suite.unit.made("/memberships", body_id=body_id, seat=seat, **given)
    return suite.person(agency, *(Role(role) for role in made["roles"]), *roles, subject=person_id)


@dataclass
class Life:
    """One action, and everybody who has to do with it."""

    suite: Running
    owner_id: str = field(default_factory=lambda: str(uuid4()))
    id: str = ""

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/actions/{self.id}"

    @property
    def owner(self) -> Person:
        """Who is to do it."""
        return self.suite.person(COUNCIL, subject=self.owner_id)

    @property
    def lead(self) -> Person:
        """Who leads on safeguarding at the agency that does it."""
        return self.suite.person(COUNCIL, Role.AGENCY_LEAD)

    async def proposed(self, **more: Any) -> dict[str, Any]:
        """Propose it."""
        made = await self.lead.made("/actions", **NEW | {"owner_id": self.owner_id} | more)
        self.id = made["id"]
        return made

    async def do(self, who: Person, move: str, **body: Any) -> dict[str, Any]:
        """A move that works; the action after it."""
        answer = await who.edit(self.path, body, move)
        assert answer.status_code == 200, (move, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    async def refused(self, who: Person, move: str, **body: Any) -> str:
        """The code with which a move is refused."""
        answer = await who.edit(self.path, body, move)
        assert answer.status_code >= 400, (move, answer.text)
        return str(answer.json()["code"])

    async def add(self, who: Person, what: str, **body: Any) -> dict[str, Any]:
        """Something that is added."""
        return await who.made(f"{self.path}/{what}", **body)

    async def running(self, **more: Any) -> None:
        """Proposed, agreed to and begun."""
        await self.proposed(**more)
        await self.do(self.suite.unit, "agree")
        await self.do(self.owner, "start")

    async def claimed(self, **more: Any) -> dict[str, Any]:
        """Claimed to be done, on evidence."""
        await self.running(**more)
        await self.add(self.owner, "evidence", kind="qualitative", title="Minutes", text="Of one month.")
        return await self.do(self.owner, "claim", text="It is done.")

    async def decided(self, body_id: str, on: str, **more: Any) -> dict[str, str]:
        """A decision of a body, as a signature cites it."""
        facts: dict[str, Any] = {"body_id": body_id, "taken_on": on, "how": "correspondence", "text": "As claimed."}
        facts |= {"partners_agreed": ["council", "icb", "police"]}
        made = await self.suite.unit.made("/body-decisions", **facts | more)
        return {"decision_id": made["id"]}


__all__ = ["BOARD", "COUNCIL", "EXECUTIVE", "FIGURES", "ICB", "LI", "NEW", "POLICE", "QA", "VOICES", "Life", "seated"]
