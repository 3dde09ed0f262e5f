"""Bodies over HTTP: their dates, and where they report."""

from typing import Any

from shared.contracts import governance as events
from shared.policy import Role
from tests.service.governance.running import COUNCIL, SCHOOL, Running

NEW: dict[str, Any] = {
    "id": "audit-group",
    "name": "Audit group",
    "kind": "task_and_finish",
    "parent_ids": ["quality-assurance"],
}


async def test_the_bodies_of_the_published_documents(suite: Running) -> None:
    anybody = suite.person(SCHOOL, Role.YOUNG_ADVISER)
    found = {body["id"]: body for body in await anybody.items("/bodies", limit=7)}
    assert len(found) == 26
    strategic = found["contextual-safeguarding-strategic-group"]
    assert strategic["parent_ids"] == ["executive", "safer-cheshire-east-partnership"]
    assert found["learning-and-improvement"]["member_role"] == "li_member"
    then = {body["id"] for body in await anybody.items("/bodies", in_effect_on="2019-10-01")}
    assert "neglect-board" not in then
    assert "emotional-health-and-wellbeing" in then


async def test_a_body_is_established_and_changed(suite: Running) -> None:
    made = await suite.unit.made("/bodies", **NEW)
    assert (made["standing"], made["member_role"]) == ("current", None)
    assert (await suite.unit.create("/bodies", **NEW)).json()["code"] == "already_established"
    answer = await suite.unit.edit("/bodies/audit-group", {"effective_to": "2026-10-06"})
    assert (answer.status_code, answer.json()["standing"], answer.headers["etag"]) == (200, "ended", '"2"')
    told = [type(event) for event in await suite.events("body") if event.subject == "audit-group"]
    assert told == [events.BodyEstablished, events.BodyChanged]


async def test_no_body_reports_to_itself(suite: Running) -> None:
    await suite.unit.made("/bodies", **NEW)
    circle = await suite.unit.edit("/bodies/quality-assurance", {"parent_ids": ["audit-group"]})
    assert (circle.status_code, circle.json()["errors"][0]["code"]) == (422, "circle")
    itself = await suite.unit.create("/bodies", **NEW | {"id": "loop", "parent_ids": ["loop"]})
    assert itself.json()["errors"][0]["code"] == "circle"
    nowhere = await suite.unit.create("/bodies", **NEW | {"id": "loop", "parent_ids": ["nowhere"]})
    assert nowhere.json()["errors"][0]["code"] == "not_established"


async def test_no_body_gives_a_role_that_is_held_by_law(suite: Running) -> None:
    refused = await suite.unit.create("/bodies", **NEW | {"member_role": "lead_partner"})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "member_role")


async def test_only_the_business_unit_keeps_bodies(suite: Running) -> None:
    assert (await suite.person(COUNCIL, Role.BODY_CHAIR).create("/bodies", **NEW)).status_code == 403
