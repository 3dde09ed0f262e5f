"""Risks over HTTP: scored, taken to the Executive by their score, answered, reviewed, chased, closed."""

from datetime import timedelta
from typing import Any

from shared.contracts import governance as events
from shared.policy import Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, WEDNESDAY_NOON, Person, Running

RISK: dict[str, Any] = {
    "title": "Health visiting has a third of its posts vacant",
    "description": "Families are seen late.",
    "owner_agency_id": ICB[0],
    "owner_body_id": "quality-assurance",
    "inherent": {"likelihood": 5, "impact": 4},
    "current": {"likelihood": 3, "impact": 3},
    "target": {"likelihood": 2, "impact": 3},
    "reason": "The service's own notice.",
    "controls": ["Visits go first to families with a plan"],
    "causes": [{"type": "governance.notice", "id": "7"}],
}


def executive(suite: Running, **more: Any) -> Person:
    """A member of the Executive, of the police."""
    return suite.person(POLICE, Role.EXECUTIVE_MEMBER, **more)


async def does(person: Person, risk: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    """Do something to a risk; the risk as it is then."""
    answer = await person.edit(f"/risks/{risk['id']}", body, action)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(person: Person, risk: dict[str, Any], action: str, **body: Any) -> tuple[int, str]:
    """Try to; the status and the code."""
    answer = await person.edit(f"/risks/{risk['id']}", body, action)
    return answer.status_code, answer.json()["code"]


async def told(suite: Running) -> list[str]:
    """What was emitted of risks, in order."""
    return [event.type.split(".")[2] for event in await suite.events("risk")]


async def test_to_the_executive_and_back(suite: Running) -> None:
    """At 12 by itself; its question, the reply, its answer; worse again; below 12 it is the body's again."""
    risk = await suite.unit.made("/risks", **RISK)
    assert (risk["reference"], risk["status"], risk["current_score"], risk["band"]) == (
        "RSK-2627-0001", "managed", 9, "medium",
    )  # fmt: skip
    assert [(one["which"], one["score"]) for one in risk["scores"]] == [("inherent", 20), ("current", 9), ("target", 6)]
    risk = await does(suite.unit, risk, "score", likelihood=3, impact=4, reason="Two more have left.")
    assert (risk["status"], risk["awaiting_executive"], risk["target_score"]) == ("escalated", True, 6)
    assert risk["in_words"] == "With the Executive, whose answer is awaited."
    assert risk["steps"][-1]["facts"] == {"threshold": 12, "matrix": "1", "body_id": "executive"}
    assert (risk["steps"][-1]["did"], risk["steps"][-1]["agency_id"]) == ("escalate", None)
    [waiting] = await executive(suite).items("/risks", awaiting_executive=True)
    assert waiting["id"] == risk["id"]
    assert await refused(suite.unit, risk, "close", text="Let it be.") == (409, "not_in_this_status")
    assert await refused(suite.unit, risk, "answer", answer="tolerate", text="Fine.") == (403, "role_not_granted")
    await does(executive(suite), risk, "ask", text="When will the posts be filled?")
    risk = await does(suite.person(ICB, Role.AGENCY_LEAD), risk, "reply", text="Four of nine in January.")
    assert risk["status"] == "escalated"
    decided = {"body_id": "executive", "taken_on": "2026-10-06", "how": "meeting", "text": "Treat it."}
    decision = await suite.unit.made("/body-decisions", **decided, partners_present=["council", "icb", "police"])
    given = {"answer": "treat", "text": "Agency staff until January.", "body_decision_id": decision["id"]}
    risk = await does(executive(suite), risk, "answer", **given)
    assert (risk["status"], risk["answer"], risk["steps"][-1]["facts"]["own_cause"]) == ("answered", "treat", False)
    answered = (await suite.events("risk"))[-1]
    assert isinstance(answered, events.RiskAnswered)
    assert await suite.causes(answered) == [*RISK["causes"], {"type": "governance.body_decision", "id": decision["id"]}]
    risk = await does(suite.unit, risk, "score", likelihood=3, impact=4, reason="As it was.")
    assert risk["status"] == "answered"  # no worse than what was answered
    risk = await does(suite.unit, risk, "score", likelihood=4, impact=4, reason="January is March.")
    assert (risk["status"], risk["answer"]) == ("escalated", None)
    risk = await does(suite.unit, risk, "score", likelihood=2, impact=4, reason="Six posts are filled.")
    assert (risk["status"], risk["awaiting_executive"]) == ("managed", False)
    risk = await does(suite.unit, risk, "close", text="All posts are filled.")
    assert (risk["status"], len([one for one in risk["scores"] if one["which"] == "current"])) == ("closed", 5)
    assert await told(suite) == [
        "raised", "scored", "escalated", "asked", "replied", "answered", "scored", "scored", "escalated", "scored",
        "de_escalated", "closed",
    ]  # fmt: skip


async def test_who_does_not_answer_and_what_is_refused(suite: Running) -> None:
    both = suite.person(ICB, Role.EXECUTIVE_MEMBER, Role.QA_MEMBER, subject="both")
    risk = await both.made("/risks", **RISK | {"current": {"likelihood": 4, "impact": 4}})
    assert risk["status"] == "escalated"
    assert await refused(both, risk, "answer", answer="tolerate", text="Fine.") == (403, "own_score")
    decision = {"body_decision_id": "0192e4f0-0000-7000-8000-000000000000"}
    assert await refused(executive(suite), risk, "answer", answer="treat", text="So.", **decision) == (422, "invalid")
    own = await does(suite.person(ICB, Role.EXECUTIVE_MEMBER), risk, "answer", answer="tolerate", text="Fine.")
    assert own["steps"][-1]["facts"]["own_cause"] is True
    off = await suite.unit.create("/risks", **RISK | {"target": {"likelihood": 6, "impact": 1}})
    assert (off.status_code, off.json()["errors"][0]["path"]) == (422, "target.likelihood")
    for field, wrong in (("owner_agency_id", "nowhere"), ("owner_body_id", "nowhere"), ("title", "Robin Madeup left")):
        answer = await suite.unit.create("/risks", **RISK | {field: wrong})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, field)
    changed = {"reason": "It moved.", "title": RISK["title"]}
    assert await refused(suite.unit, risk, "change", **changed) == (422, "invalid")
    named = await does(suite.unit, risk, "change", reason="Clearer.", controls=["A rota", "A bank of staff"])
    assert named["steps"][-1]["facts"] == {"before": {"controls": RISK["controls"]}}
    assert (await suite.unit.edit(f"/risks/{risk['id']}", changed, "change", etag='"1"')).status_code == 412


async def test_the_register_as_each_sees_it(suite: Running) -> None:
    """An agency's lead sees and keeps what is its own; the rest is not there for it, nor counted."""
    risk = await suite.unit.made("/risks", **RISK)
    worse = await suite.unit.made(
        "/risks", **RISK | {"owner_agency_id": TRUST[0], "current": {"likelihood": 5, "impact": 5}}
    )
    lead, other = suite.person(ICB, Role.AGENCY_LEAD), suite.person(TRUST, Role.AGENCY_LEAD)
    assert [one["id"] for one in await suite.unit.items("/risks", limit=1)] == [worse["id"], risk["id"]]
    assert [one["id"] for one in await lead.items("/risks")] == [risk["id"]]
    assert (await lead.get("/risk-counts")).json()["live"] == 1
    counted = (await suite.unit.get("/risk-counts")).json()
    assert (counted["bands"], counted["awaiting_executive"]) == (
        {"low": 0, "medium": 1, "high": 0, "very_high": 1}, 1,
    )  # fmt: skip
    assert (await other.get(f"/risks/{risk['id']}")).status_code == 404
    assert await refused(other, risk, "score", likelihood=1, impact=1, reason="No.") == (404, "risk_not_found")
    assert (await other.create("/risks", **RISK)).json()["code"] == "not_your_agency"
    assert (await suite.person(SCHOOL).get("/risks")).status_code == 403
    assert [one["id"] for one in await suite.unit.items("/risks", band="very_high")] == [worse["id"]]
    assert await suite.unit.items("/risks", owner_body_id="executive") == []
    table = await suite.client.get("/governance/v1/risks", headers=suite.unit.headers | {"accept": "text/csv"})
    lines = table.text.splitlines()
    assert (len(lines), lines[0].split(",")[:3]) == (3, ["id", "reference", "status"])
    matrix = (await lead.get("/risk-matrix")).json()
    assert (matrix["escalates_at"], len(matrix["likelihood"]), matrix["verified"]) == (12, 5, False)


async def test_a_review_is_chased_every_two_months(suite: Running) -> None:
    risk = await suite.unit.made("/risks", **RISK)
    assert (risk["review_due"], risk["overdue_review"]) == ("2026-12-07", False)
    await suite.at(WEDNESDAY_NOON + timedelta(days=61))  # the last day
    assert await told(suite) == ["raised"]
    for days in (62, 63):
        await suite.at(WEDNESDAY_NOON + timedelta(days=days))
    assert await told(suite) == ["raised", "review_overdue"]
    assert [one["id"] for one in await suite.unit.items("/risks", overdue_review=True)] == [risk["id"]]
    found = {"text": "Worse.", "current": {"likelihood": 4, "impact": 3}}
    risk = await does(suite.person(COUNCIL, Role.QA_MEMBER), risk, "review", **found)
    assert (risk["review_due"], risk["overdue_review"], risk["status"]) == ("2027-02-09", False, "escalated")
    assert [step["did"] for step in risk["steps"]] == ["raise", "review", "score", "escalate"]
    await suite.at(WEDNESDAY_NOON + timedelta(days=200))
    assert (await told(suite)).count("review_overdue") == 2


async def test_a_reply_that_does_not_come_is_asked_for(suite: Running) -> None:
    """Ten working days, told once and to the business unit too; a reply ends the wait, and the next question has a day of its own."""
    risk = await suite.unit.made("/risks", **RISK | {"current": {"likelihood": 4, "impact": 4}})
    asked = await does(executive(suite), risk, "ask", text="When will the posts be filled?")
    assert (asked["reply_due"], asked["overdue_reply"]) == ("2026-10-21", False)
    assert asked["in_words"] == f"The Executive wants to know more of {ICB[0]} before it answers, by 21 October 2026."
    assert asked["steps"][-1]["facts"]["rule"].startswith("risk_reply/1: 10 working_days")
    await suite.at(WEDNESDAY_NOON + timedelta(days=14))  # the last day
    assert await suite.unit.items("/risks", overdue_reply=True) == []
    assert (await told(suite))[-1] == "asked"
    for days in (15, 16):
        await suite.at(WEDNESDAY_NOON + timedelta(days=days))
    assert (await told(suite)).count("reply_overdue") == 1
    [late] = await suite.unit.items("/risks", overdue_reply=True)
    assert (late["id"], late["overdue_reply"]) == (risk["id"], True)
    assert (await suite.unit.get("/risk-counts")).json()["overdue_reply"] == 1
    replied = await does(suite.person(ICB, Role.AGENCY_LEAD), risk, "reply", text="In January.")
    assert (replied["reply_due"], replied["overdue_reply"], replied["status"]) == (None, False, "escalated")
    again = await does(executive(suite), risk, "ask", text="All nine?")
    assert again["reply_due"] == "2026-11-06"
    below = await does(suite.unit, risk, "score", likelihood=2, impact=4, reason="Six posts are filled.")
    assert (below["reply_due"], below["status"]) == (None, "managed")


async def test_an_ended_agencys_risks_are_its_successors(suite: Running) -> None:
    risk = await suite.unit.made("/risks", **RISK | {"owner_agency_id": TRUST[0]})
    ending = {"effective_to": "2026-10-08", "successor_ids": [ICB[0]]}
    assert (await suite.unit.edit(f"/agencies/{TRUST[0]}", ending, "end")).status_code == 200
    await suite.at(WEDNESDAY_NOON + timedelta(days=2))
    assert (await suite.unit.get(f"/risks/{risk['id']}")).json()["owner_agency_id"] == ICB[0]


async def test_how_risks_moved_is_a_picture_with_its_table(suite: Running) -> None:
    """Over the months against the threshold; the register by band, of the risks that one may see."""
    risk = await suite.unit.made("/risks", **RISK)
    await suite.unit.made("/risks", **RISK | {"owner_agency_id": TRUST[0], "title": "Late letters"})
    await suite.at(WEDNESDAY_NOON + timedelta(days=40))
    await does(suite.unit, risk, "score", likelihood=4, impact=4, reason="Two more have left.")
    lead = suite.person(ICB, Role.AGENCY_LEAD)
    page = await lead.get(f"/risks/{risk['id']}/movement.html")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<svg" in page.text
    assert "Two more have left." in page.text
    found = (await lead.get(f"/risks/{risk['id']}/movement.json")).json()
    plot = found["sections"][0]["parts"][1]
    shown = [{name: cell["value"] for name, cell in row["cells"].items()} for row in plot["rows"]]
    assert shown == [
        {"inherent": 20, "current": current, "target": 6, "threshold": 12} for current in (9, 16)
    ]  # fmt: skip
    assert [row["title"] for row in plot["rows"]] == ["Oct 2026", "Now"]
    other = suite.person(TRUST, Role.AGENCY_LEAD)
    assert (await other.get(f"/risks/{risk['id']}/movement.json")).status_code == 404
    whole, own = [(await who.get("/risk-movement.json")).json() for who in (suite.unit, other)]
    now = whole["sections"][0]["parts"][1]["rows"][-1]["cells"]
    assert {band: cell["value"] for band, cell in now.items()} == {"low": 0, "medium": 1, "high": 1, "very_high": 0}
    assert [row["title"] for row in own["sections"][1]["parts"][0]["rows"]] == ["RSK-2627-0002"]
    assert "Late letters" in (await suite.unit.get("/risk-movement.csv")).text
