"""The sandbox's history of governance: every list has something to show, and a second start adds nothing."""

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
        "No": "escalated", "Health": "managed", "Figures": "managed", "Strategy": "closed",
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
    await SERVICE.sandbox(suite.runtime.database, suite.runtime.settings)
    assert len(await suite.events()) == told
