"""Serious incidents as tests bring them about, and the people who act in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

from services.reviews.app import SERVICE
from services.reviews.referrals.schemas import EXAMPLE
from shared.jobs import sweep_all
from shared.policy import Role
from tests.service.reviews.running import COUNCIL, ICB, POLICE, Agency, Person, Running

THREE = (COUNCIL, ICB, POLICE)
_NUMBERS = count(1)


def child(harm: str = "seriously_harmed", **more: Any) -> dict[str, Any]:
    """A child whom no other test knows."""
    number = {"type": "nhs_number", "value": f"MADE-UP-{next(_NUMBERS):04d}"}
    return {"identifiers": [number], "age_band": "under_1", "harm": harm, **more}


def lead(suite: Running, agency: Agency) -> Person:
    """An agency's lead."""
    return suite.person(agency, Role.AGENCY_LEAD)


def delegate(suite: Running, agency: Agency) -> Person:
    """A statutory partner's delegate."""
    return suite.person(agency, Role.DELEGATED_PARTNER)


async def referred(suite: Running, agency: Agency = POLICE, **changes: Any) -> dict[str, Any]:
    """A case that an agency has referred."""
    body: Mapping[str, Any] = {**EXAMPLE, "children": [child()], **changes}
    return await lead(suite, agency).made("/incidents", **body)


def at(incident: Mapping[str, Any]) -> str:
    """Where it is."""
    return f"/incidents/{incident['id']}"


async def votes(suite: Running, decision_id: str, choice: str, *agencies: Agency, round_: int = 1) -> dict[str, Any]:
    """These partners vote for the same; the decision after the last of them."""
    for agency in agencies:
        body = {"round": round_, "choice": choice, "reason": f"We think: {choice.replace('_', ' ')}."}
        found = await delegate(suite, agency).made(f"/joint-decisions/{decision_id}/vote", **body)
    return found


async def notified(suite: Running, **changes: Any) -> dict[str, Any]:
    """A case that the council has notified, and whose rapid review has begun."""
    incident = await referred(suite, **changes)
    await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    await sweep_all(suite.runtime.database, SERVICE.jobs)
    return incident


async def review_of(suite: Running, incident: Mapping[str, Any]) -> dict[str, Any]:
    """The rapid review of an incident."""
    [found] = await suite.unit.items("/rapid-reviews", incident_id=incident["id"])
    return found


def place(review: Mapping[str, Any]) -> str:
    """Where it is."""
    return f"/rapid-reviews/{review['id']}"


@dataclass
class Member:
    """Somebody on a panel: with the role that the gateway gives, and her own subject."""

    person: Person
    person_id: str
    member_id: str


async def seated(suite: Running, review: Mapping[str, Any], agency: Agency = ICB, *, declares: bool = True) -> Member:
    """Somebody named for a case's panel, who has declared that nothing conflicts."""
    person_id = str(uuid4())
    named = await suite.unit.did(
        place(review), "name", person_id=person_id, person_name="Robin Madeup", agency_id=agency[0]
    )
    [member] = [one for one in named["panel"] if one["person_id"] == person_id]
    person = suite.person(agency, Role.PANEL_MEMBER, subject=person_id)
    if declares:
        await said(suite, review, Member(person, person_id, member["id"]), conflicted=False)
    return Member(person, person_id, member["id"])


async def said(suite: Running, review: Mapping[str, Any], member: Member, *, conflicted: bool) -> dict[str, Any]:
    """A member declares."""
    etag = (await member.person.get(place(review))).headers["etag"]
    path = f"{place(review)}/panel/{member.member_id}"
    answer = await member.person.does(path, "declare", etag=etag, conflicted=conflicted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def chaired(suite: Running, review: Mapping[str, Any]) -> Member:
    """Somebody who chairs a case's panel."""
    member = await seated(suite, review)
    etag = (await suite.unit.get(place(review))).headers["etag"]
    answer = await suite.unit.does(f"{place(review)}/panel/{member.member_id}", "chair", etag=etag)
    assert answer.status_code == 200, answer.text
    return member


async def weighed(suite: Running, review: Mapping[str, Any], member: Member) -> None:
    """The panel answers every criterion and recommends a practice review."""
    for one in (await member.person.read(place(review)))["criteria"]:
        found = {"criterion": one["criterion"], "met": True, "rationale": "The returns show it."}
        await member.person.did(place(review), "answer", **found)
    recommended = {"recommended": "practice_review", "reason": "Improvements are needed here."}
    await member.person.did(place(review), "propose", **recommended)


async def through(suite: Running, review: Mapping[str, Any], member: Member) -> dict[str, Any]:
    """A review that is decided, sent, answered and closed."""
    await weighed(suite, review, member)
    decision = (await suite.unit.read(place(review)))["decision_id"]
    await votes(suite, decision, "practice_review", *THREE)
    await suite.unit.did(place(review), "send")
    await suite.unit.did(place(review), "hear", answer="agrees", text="The Panel agrees.")
    return await suite.unit.did(place(review), "close")
