"""The sandbox's made-up cases: every list has something to show, and a second start adds nothing."""

import pytest
from sqlalchemy import select

from services.reviews.children.models import Child
from services.reviews.keeping.queries import KEEPING
from services.reviews.returns.models import ScopingReturn
from services.reviews.sandbox import fill
from services.reviews.sandbox.people import COUNCIL, ICB, POLICE, SCHOOL, TRUST, person_id
from services.reviews.sandbox.reviewing import AWAY
from shared.jobs import sweep
from shared.keeping.commands import job
from shared.policy import Role
from tests.service.answering import agency_registered
from tests.service.reviews.running import Running

pytestmark = pytest.mark.anyio


async def test_four_cases_and_no_more(suite: Running) -> None:
    for agency in (TRUST, SCHOOL, AWAY):
        await suite.hears(agency_registered(*agency))
    for _ in range(2):
        await fill(suite.runtime.database, suite.runtime.settings)
    await sweep(suite.runtime.database, job(KEEPING))
    incidents = await suite.unit.items("/incidents")
    assert [one["status"] for one in incidents] == ["near_miss", "considered", "notified", "acknowledged"]
    [match] = await suite.person(TRUST, Role.AGENCY_LEAD).items("/children/matches")
    assert match["incident_id"] == incidents[0]["id"]
    assert not any(one["overdue"] or one["late"] for one in incidents)
    running, closed = await suite.unit.items("/rapid-reviews")
    assert (closed["status"], closed["decision"], closed["late"]) == ("closed", "practice_review", False)
    assert (running["status"], running["overdue"]) == ("scoping", False)
    [waiting] = await suite.person(POLICE, Role.DELEGATED_PARTNER).items("/joint-decisions", mine_to_vote=True)
    assert waiting["missing"] == ["council", "police"]
    member = suite.person(ICB, Role.PANEL_MEMBER, subject=str(person_id(ICB, Role.PANEL_MEMBER)))
    assert [one["id"] for one in await member.items("/rapid-reviews")] == [running["id"]]
    seen = await member.read(f"/rapid-reviews/{running['id']}")
    assert (seen["view"], seen["returns_in_words"]) == (
        "identified",
        "1 of 3 agencies has sent their return, 1 overdue.",
    )
    [own] = await suite.person(COUNCIL, Role.AGENCY_LEAD).items("/returns")
    assert own["status"] == "asked"
    [held] = await suite.unit.items("/practice-reviews", status="under_way")
    assert (held["name"], held["held"], held["overdue"]) == ("Child M", True, False)
    assert (await suite.unit.read(f"/practice-reviews/{held['id']}"))["causes"] == [
        {"type": "reviews.rapid_review", "id": closed["id"]}
    ]
    [elsewhere] = await suite.unit.items("/national-reviews")
    assert elsewhere["in_words"] == f"1 of 2 agencies has answered; overdue: {TRUST[0]}."
    awaited = {one["what"] for one in await suite.unit.items("/waits")}
    running_now = {"notification", "near_miss", "rapid_review", "return", "hold", "panel_reason", "vote", "milestone"}
    assert awaited == running_now | {"action", "briefing", "national_review"}
    assert "Child L" in [one["name"] for one in await suite.unit.items("/published-reviews")]
    [milestone] = (await suite.unit.read(f"/practice-reviews/{held['id']}/conduct"))["milestones"]
    assert (milestone["drift_days"], milestone["drifts"]) == (91, True)
    [hold] = await suite.unit.items("/legal-holds")
    assert (hold["matter_id"], hold["reference"]) == (closed["id"], closed["reference"])
    async with suite.runtime.database.reading() as tx:
        held_too = (await tx.execute(select(ScopingReturn.review_id).where(ScopingReturn.legal_hold))).scalars()
        children = (await tx.execute(select(Child.retain_until.is_(None), Child.legal_hold))).all()
    assert {str(one) for one in held_too} == {closed["id"]}
    assert (False, False) in children  # of the case that is over, which no hold is on
    kept = {one["id"]: one["standing"] for one in await suite.unit.items("/retention")}
    ways = {closed["id"]: "held", running["id"]: "runs", incidents[3]["id"]: "kept", held["id"]: "held"}
    assert {one: kept[one] for one in ways} == ways
    [briefing] = await suite.unit.items("/briefings")
    assert briefing["counts"] == {"sent": 4, "acknowledged": 2, "late": 0, "silent": 0, "reached": 151}
