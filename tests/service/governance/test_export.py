"""The export: all that is an agency's own in governance, people of others left out, and nothing that is not its own."""

import json

from services.governance.exports.queries import PARTS
from shared.policy import Role
from tests.service.exported import records, taken_out, whole
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, Running
from tests.service.governance.test_challenges import CHALLENGE
from tests.service.governance.test_risks import RISK, does, executive


async def test_everything_of_ones_own(suite: Running) -> None:
    """What the agency owns, answers and was written, with all that was done to it; of others neither records nor people."""
    named = {
        "agency_id": ICB[0],
        "purpose": "single_point_of_contact",
        "name": "Sam Madeup",
        "email": "icb@work.example",
    }
    await suite.unit.made("/contacts", **named)
    risk = await suite.unit.made("/risks", **RISK | {"current": {"likelihood": 4, "impact": 4}})
    other = await suite.unit.made("/risks", **RISK | {"owner_agency_id": TRUST[0]})
    await does(executive(suite), risk, "ask", text="When will the posts be filled?")
    await does(suite.person(ICB, Role.AGENCY_LEAD, subject="lead"), risk, "reply", text="In January.")
    made = await suite.person(POLICE, Role.DELEGATED_PARTNER).made("/challenges", **CHALLENGE | {"agency_id": ICB[0]})
    archive = await taken_out(suite.person(ICB, Role.AGENCY_LEAD))
    [agency] = records(archive, "agency")
    assert agency["id"] == ICB[0]
    assert [one["name"] for one in records(archive, "contacts")] == ["Sam Madeup"]
    assert [one["id"] for one in records(archive, "risks")] == [risk["id"]]
    history = [(one["did"], one["actor"]) for one in records(archive, "risk_history")]
    assert [did for did, _ in history] == ["raise", "escalate", "ask", "reply"]
    assert [actor for _, actor in history if actor] == ["lead"]
    assert [one["scored_by"] for one in records(archive, "risk_scores")] == [None, None, None]
    assert [one["id"] for one in records(archive, "challenges")] == [made["id"]]
    assert {one["address"] for one in records(archive, "letters")} == {"icb@work.example"}
    assert other["id"] not in whole(archive)
    theirs = await taken_out(suite.person(POLICE, Role.AGENCY_LEAD))
    assert [one["id"] for one in records(theirs, "challenges")] == [made["id"]]  # who made it has it too
    assert records(theirs, "risks") == []


async def test_only_a_lead_and_only_the_own(suite: Running) -> None:
    """Not who oversees; of an agency acted for nothing; an agency without anything gets every part, empty but for its entry."""
    for role in (Role.BUSINESS_UNIT, Role.QA_MEMBER, Role.PRACTITIONER):
        assert (await suite.person(COUNCIL, role).get("/export")).status_code == 403
    await suite.unit.made("/risks", **RISK | {"owner_agency_id": SCHOOL[0]})
    stand_in = suite.person(TRUST, Role.AGENCY_LEAD, acting_for=[SCHOOL[0]])
    archive = await taken_out(stand_in)
    held = {part.name for part in PARTS if records(archive, part.name)}
    assert held == {"agency", "agency_history"}
    manifest = json.loads(archive.read("manifest.json"))
    files = {f"{part.name}.{ending}" for part in PARTS for ending in ("jsonl", "csv")}
    assert {one["file"] for one in manifest["files"]} == files == set(archive.namelist()) - {"manifest.json"}
    system = suite.person(SCHOOL, Role.AGENCY_LEAD, access="application")
    assert len(records(await taken_out(system), "risks")) == 1
