"""Terms of reference, work plans and briefs over HTTP."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.governance.briefs.schemas import EXAMPLE as BRIEF
from services.governance.terms_of_reference.schemas import EXAMPLE as TERMS
from services.governance.work_items.schemas import EXAMPLE as ITEM
from shared.contracts import governance_bodies as events
from shared.policy import Role
from tests.service.governance.running import ICB, POLICE, SCHOOL, Running
from tests.service.governance.test_meetings import LI, done, seated

ADOPTED: dict[str, Any] = {**TERMS}
WORK: dict[str, Any] = {**ITEM}
GIVEN: dict[str, Any] = {**BRIEF}
GROUP: dict[str, Any] = {"id": "audit-group", "name": "Audit group", "kind": "task_and_finish"}


async def test_terms_of_reference_are_adopted_reviewed_and_overdue(suite: Running) -> None:
    without = {one["id"] for one in (await suite.unit.get("/terms-of-reference/without")).json()["items"]}
    assert {LI, "executive", "operational-group"} <= without
    assert "health-and-wellbeing-board" not in without
    chair, _ = await seated(suite, POLICE, "chair")
    first = await chair.made("/terms-of-reference", **ADOPTED | {"adopted_on": "2025-10-01"})
    assert (first["number"], first["review_due_on"], first["overdue"]) == (1, "2026-10-01", True)
    assert [one["id"] for one in await suite.person(SCHOOL).items("/terms-of-reference", overdue=True)] == [first["id"]]
    kept = {"adopted_on": "2026-10-06", "changed": False, "text": "Kept as they were."}
    decision = {"body_id": LI, "taken_on": "2026-10-06", "how": "correspondence", "text": "They are kept."}
    taken = await chair.made("/body-decisions", **decision, partners_agreed=["council", "icb", "police"])
    second = await chair.made("/terms-of-reference", **ADOPTED | kept, body_decision_id=taken["id"])
    assert (second["number"], second["current"], second["rule"]) == (2, True, "subgroup/1")
    assert (await suite.unit.get(f"/terms-of-reference/{first['id']}")).json()["current"] is False
    assert await suite.unit.items("/terms-of-reference", overdue=True) == []
    assert LI not in {one["id"] for one in (await suite.unit.get("/terms-of-reference/without")).json()["items"]}
    again = await chair.create("/terms-of-reference", **ADOPTED | kept)
    assert again.json()["errors"][0]["code"] == "order"
    nowhere = await chair.create(
        "/terms-of-reference", **ADOPTED | {"adopted_on": "2026-10-07"}, body_decision_id=str(uuid4())
    )
    assert nowhere.json()["errors"][0]["path"] == "body_decision_id"
    elsewhere, _ = await seated(suite, ICB, "chair", "quality-assurance")
    assert (await elsewhere.create("/terms-of-reference", **ADOPTED)).json()["code"] == "not_in_the_chair"
    assert [type(event) for event in await suite.events("terms_of_reference")] == [events.TermsOfReferenceAdopted] * 2


async def test_work_is_planned_by_quarter_deferred_and_done(suite: Running) -> None:
    chair, _ = await seated(suite, POLICE, "chair")
    made = await chair.made("/work-items", **WORK, lead_agency_id=ICB[0])
    path = f"/work-items/{made['id']}"
    assert (made["status"], made["last_day"], made["late"]) == ("planned", "2026-12-31", False)
    assert (await chair.edit(path, {}, "finish")).json()["code"] == "not_in_this_status"
    await done(chair, path, "begin")
    earlier = {"year": "2026/27", "quarter": "Q2", "reason": "No."}
    assert (await chair.edit(path, earlier, "defer")).json()["errors"][0]["code"] == "not_later"
    deferred = await done(chair, path, "defer", year="2026/27", quarter="Q4", reason="The sample comes in January.")
    assert (deferred["status"], deferred["quarter"], deferred["deferred"]) == ("under_way", "Q4", 1)
    await suite.at(datetime(2027, 4, 1, tzinfo=UTC))
    assert [one["id"] for one in await suite.person(SCHOOL).items("/work-items", late=True)] == [made["id"]]
    finished = await done(chair, path, "finish")
    assert (finished["late"], [step["did"] for step in finished["steps"]]) == (False, ["begin", "defer", "finish"])
    dropped = await chair.made("/work-items", **WORK | {"year": "2027/28"})
    assert (await done(chair, f"/work-items/{dropped['id']}", "drop", reason="Done elsewhere."))["status"] == "dropped"
    wrong = await chair.create("/work-items", **WORK | {"year": "2026/28"})
    assert wrong.json()["errors"][0]["path"] == "year"
    assert (await suite.person(POLICE, Role.LI_MEMBER).create("/work-items", **WORK)).status_code == 403


async def test_a_group_has_its_brief_and_closes_with_its_report(suite: Running) -> None:
    await suite.unit.made("/bodies", **GROUP, parent_ids=["quality-assurance"])
    chair, _ = await seated(suite, ICB, "chair", "quality-assurance")
    _, member = await seated(suite, POLICE, "member", "audit-group")
    made = await chair.made("/briefs", **GIVEN)
    path = f"/briefs/{made['id']}"
    assert (await chair.create("/briefs", **GIVEN)).json()["code"] == "already_briefed"
    assert (await suite.unit.create("/briefs", **GIVEN | {"body_id": LI})).json()["errors"][0]["code"] == "kind"
    extended = await done(chair, path, "extend", due_on="2027-06-30", reason="The third agency begins in April.")
    assert (extended["due_on"], extended["extended"]) == ("2027-06-30", 1)
    await suite.at(datetime(2027, 7, 1, 9, tzinfo=UTC))
    assert [one["id"] for one in await suite.person(SCHOOL).items("/briefs", overdue=True)] == [made["id"]]
    report = {"report": "The tool is in use in three agencies.", "follow_on": "Quality Assurance keeps it."}
    closed = await done(chair, path, "close", **report)
    assert (closed["status"], closed["overdue"], [step["due_on"] for step in closed["steps"]]) == (
        "closed",
        False,
        ["2027-06-30", "2027-06-30"],
    )
    await suite.at(datetime(2027, 7, 2, 9, tzinfo=UTC))
    assert (await suite.unit.get("/bodies/audit-group")).json()["standing"] == "ended"
    assert (await suite.unit.get(f"/memberships/{member['id']}")).json()["ends_on"] == "2027-07-01"
    assert (await chair.edit(path, report, "close")).json()["code"] == "not_in_this_status"
    assert [type(event) for event in await suite.events("brief")] == [
        events.BriefGiven,
        events.BriefExtended,
        events.BriefClosed,
    ]
