"""Plans: the inspection's, to be filled, with what was published about it; and how far one has come, and of what."""

import csv
import io

from shared.policy import Role
from tests.service.governance.acting import BOARD, COUNCIL, NEW, POLICE, Life
from tests.service.governance.running import SCHOOL, Person, Running


async def test_the_inspections_plan_is_there_and_empty(suite: Running) -> None:
    (plan,) = await suite.unit.items("/plans", source_type="inspection")
    whole = (await suite.person(SCHOOL).get(f"/plans/{plan['id']}")).json()
    kinds = [one["kind"] for one in whole["areas"]]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "finding": 8,
        "priority_action": 3,
        "part": 4,
        "further_area": 12,
    }
    assert {one["part_of"] for one in whole["areas"] if one["kind"] == "part"} == {"priority-3"}
    published = whole["statements"][0]
    assert (published["text"], published["reproducible"]) == ("82% of the actions are now complete.", False)
    progress = (await suite.unit.get(f"/plans/{plan['id']}/progress")).json()
    assert progress["sentence"].startswith("No action of this plan is agreed yet")
    assert (progress["whole"]["closed"]["percent"], progress["whole"]["closed"]["of"]) == (None, 0)
    assert {one["actions"] for one in progress["areas"]} == {0}
    assert progress["statements"] == whole["statements"]
    assert (await suite.load("plans")) == "Plans: 0 added, 1 there already"


async def test_a_share_names_what_it_is_of(suite: Running) -> None:
    (plan,) = await suite.unit.items("/plans")
    part = {"plan_id": plan["id"], "area_code": "priority-3b", "body_id": None, "signing": "other"}
    agreed, late, proposal, declined = Life(suite), Life(suite), Life(suite), Life(suite)
    await agreed.running(**part)
    await late.running(**part | {"due_on": "2026-10-01"})
    for life in (proposal, declined):
        await life.proposed(**part | {"area_code": None})
    await declined.do(suite.unit, "decline", reason="Done elsewhere.")
    read = (await suite.unit.get(agreed.path)).json()
    assert (read["body_id"], read["signing_code"], read["signing_version"]) == (BOARD, "inspection", "1")
    progress = (await suite.unit.get(f"/plans/{plan['id']}/progress")).json()
    whole = progress["whole"]
    assert (whole["closed"]["count"], whole["closed"]["of"], whole["closed"]["percent"]) == (0, 2, 0.0)
    assert (whole["proposed"], whole["not_accepted"], whole["overdue"], whole["drifting"]) == (1, 1, 1, 1)
    assert progress["sentence"] == (
        "0 of 2 agreed actions are closed with their impact signed (0 %); 0 have their activity signed; "
        "1 overdue, 1 drifting."
    )
    assert {one["code"]: one["actions"] for one in progress["areas"] if one["actions"]} == {"priority-3b": 2}
    assert (progress["without_area"]["proposed"], progress["sees_all"]) == (1, True)
    theirs = (await suite.person(POLICE).get(f"/plans/{plan['id']}/progress")).json()
    assert (theirs["whole"]["closed"]["of"], theirs["sees_all"]) == (0, False)


async def test_a_plan_is_made_and_changed(suite: Running) -> None:
    given = {"code": "neglect", "title": "Neglect", "source_type": "body_work", "body_id": "neglect-board"}
    early = {"code": "early", "kind": "objective", "text": "Seen early."}
    made = await suite.unit.made("/plans", **given, signing="other", areas=[early])
    path = f"/plans/{made['id']}"
    assert (await suite.unit.create("/plans", **given, signing="other")).json()["code"] == "already_planned"
    late = {"code": "late", "kind": "objective", "text": "Never late."}
    changed = await suite.unit.edit(path, {"title": "Neglect, seen", "areas": [late, early | {"text": "Earlier."}]})
    assert changed.status_code == 200, changed.text
    assert [(one["code"], one["text"]) for one in changed.json()["areas"]] == [
        ("early", "Earlier."),
        ("late", "Never late."),
    ]
    wrong = await suite.unit.create("/plans", **given | {"code": "x", "body_id": "none"}, signing="nobodys")
    assert {error["path"] for error in wrong.json()["errors"]} == {"body_id", "signing"}
    assert (await suite.person(COUNCIL, Role.AGENCY_LEAD).create("/plans", **given, signing="other")).status_code == 403
    told = [one.type for one in await suite.events("plan") if one.subject == made["id"]]
    assert told == ["governance.plan.made.v1", "governance.plan.changed.v1"]


async def test_the_list_as_a_table(suite: Running) -> None:
    life = Life(suite)
    await life.proposed(text="=Act, and act well.")
    as_table = {"accept": "text/csv"}

    async def table(person: Person, path: str) -> list[dict[str, str]]:
        answer = await suite.client.get(f"/governance/v1{path}", headers=person.headers | as_table)
        assert answer.headers["content-type"].startswith("text/csv")
        return list(csv.DictReader(io.StringIO(answer.text)))

    (row,) = await table(suite.unit, "/actions?status=proposed")
    assert (row["reference"], row["text"], row["due_on"]) == ("ACT-2627-0001", "'=Act, and act well.", NEW["due_on"])
    assert row["delay"] == "Due 2 November 2026."
    assert await table(suite.person(POLICE), "/actions") == []
    assert await table(suite.unit, "/drift") == []


async def test_the_report_of_one_plan(suite: Running) -> None:
    (plan,) = await suite.unit.items("/plans")
    empty = (await suite.unit.get(f"/plans/{plan['id']}/progress.json")).json()
    shares = [part for section in empty["sections"] for part in section["parts"] if part["id"] == "closed"]
    assert "not_applicable" in str(shares)
    part = {"plan_id": plan["id"], "area_code": "priority-3b", "body_id": None}
    late = Life(suite)
    await late.running(**part | {"due_on": "2026-10-01"})
    decision = {"decision": "support", "text": "They get a second post."}
    await suite.unit.made(f"{late.path}/drift", **decision, review_on="2026-12-01")
    page = await suite.unit.get(f"/plans/{plan['id']}/progress.html")
    assert page.headers["content-type"].startswith("text/html")
    for said in ("0 of 1 agreed actions", "6 days over", "support: They get a second post.", "82% of the actions"):
        assert said in page.text, said
    lines = (await suite.unit.get(f"/plans/{plan['id']}/progress.csv")).text
    assert "areas-table,priority-3b,overdue,1" in lines
