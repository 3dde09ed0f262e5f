"""The sandbox's history of governance: every list has something to show, and a second start adds nothing."""

from services.governance.actions.domain import OVER
from services.governance.app import SERVICE
from shared.jobs import sweep_all
from shared.policy import Role
from tests.service.governance.running import ICB, POLICE, Running


async def test_a_history_to_look_at(suite: Running) -> None:
    assert SERVICE.sandbox
    await SERVICE.sandbox(suite.runtime.database, suite.runtime.settings)
    await sweep_all(suite.runtime.database, SERVICE.jobs)
    unit, told = suite.unit, len(await suite.events())
    decisions = await unit.items("/joint-decisions")
    assert [(one["kind"], one["status"], one["round"]) for one in decisions] == [
        ("commission", "open", 1),
        ("publish", "open", 2),
        ("sign_yearly_report", "reached", 1),
    ]
    mine = await suite.person(ICB, Role.DELEGATED_PARTNER).items("/joint-decisions", mine_to_vote=True)
    assert [one["kind"] for one in mine] == ["commission"]
    risks = {one["title"].split()[0]: one for one in await unit.items("/risks")}
    assert {name: one["status"] for name, one in risks.items()} == {
        "No": "escalated", "Health": "managed", "Figures": "managed", "Strategy": "closed", "Notes": "asked",
    }  # fmt: skip
    assert [name for name, one in risks.items() if one["overdue_review"]] == ["Figures"]
    steps = (await unit.get(f"/risks/{risks['Health']['id']}")).json()["steps"]
    assert {"escalate", "ask", "reply", "answer", "de_escalate"} <= {step["did"] for step in steps}
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    challenges = {one["status"]: one for one in await unit.items("/challenges")}
    assert set(challenges) == {"closed", "changed", "awaiting_response"}
    assert challenges["awaiting_response"]["overdue"]
    due = await suite.person(POLICE, Role.AGENCY_LEAD).items("/challenges", to_recheck=True)
    assert [one["id"] for one in due] == [challenges["changed"]["id"]]
    meetings = await unit.items("/meetings")
    assert [one["status"] for one in meetings].count("approved") == 6
    assert [one["status"] for one in meetings].count("convened") == 2
    agenda = (await unit.get(f"/meetings/{meetings[1]['id']}/agenda")).json()["items"]
    assert {"ACT", "Dec"} <= {one["title"][:3] for one in agenda if one["block"] == "arising"}
    icb = {
        one["agency_id"]: one
        for one in (await unit.get("/attendance", body_id="learning-and-improvement")).json()["agencies"]
    }
    assert (icb[ICB[0]]["attended"], icb[ICB[0]]["of"], icb[ICB[0]]["below"]) == (2, 4, True)
    assert [(one["status"], one["overdue"]) for one in await unit.items("/explanations")] == [
        ("asked", True),
        ("answered", False),
    ]
    assert {
        one["failure"] for one in (await unit.get(f"/meetings/{meetings[0]['id']}/invitations")).json()["items"]
    } == {
        None,
        "no_address",
    }
    standing = {one["reference"]: one["standing"] for one in await unit.items("/retention")}
    over = {one["reference"] for one in await unit.items("/actions") if one["status"] in OVER}
    [hold] = await unit.items("/legal-holds")
    assert standing.pop(hold["reference"]) == "held"
    assert {reference for reference, how in standing.items() if how == "kept"} == over
    assert [one["body_id"] for one in await unit.items("/terms-of-reference", overdue=True)] == ["quality-assurance"]
    assert len(await unit.items("/work-items", late=True)) == 1
    assert [one["extended"] for one in await unit.items("/briefs")] == [1]
    await SERVICE.sandbox(suite.runtime.database, suite.runtime.settings)
    assert len(await suite.events()) == told
