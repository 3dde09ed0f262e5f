"""Decisions of bodies over HTTP: by whom, with which partners, never changed, superseded once."""

from asyncio import gather
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.governance.body_decisions.schemas import EXAMPLE
from shared.contracts import governance as events
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, Agency, Person, Running

LI, QA = "learning-and-improvement", "quality-assurance"
PATH = "/body-decisions"
NEW: dict[str, Any] = {**EXAMPLE}


async def seated(suite: Running, agency: Agency, body_id: str, seat: str, **more: Any) -> tuple[Person, str]:
    """Somebody who sits there since the first, with the role that her seat gives; and her membership."""
    person_id = str(uuid4())
    given = {"person_id": person_id, "person_name": "Robin Madeup", "agency_id": agency[0], "starts_on": "2026-10-01"}
    made = await suite.unit.made("/memberships", body_id=body_id, seat=seat, **given, **more)
    return suite.person(agency, *(Role(role) for role in made["roles"]), subject=person_id), made["id"]


async def test_a_chair_records_what_her_body_has_decided(suite: Running) -> None:
    chair, membership = await seated(suite, POLICE, LI, "chair")
    about = {"type": "governance.action", "id": str(uuid4())}
    made = await chair.made(PATH, **NEW, about=about, causes=[{"type": "reviews.learning_point", "id": "1"}])
    assert (made["reference"], made["body_id"], made["agency_id"]) == ("DEC-2627-0001", LI, POLICE[0])
    assert (made["quorum_rule"], made["partners_missing"], made["about"]) == ("subgroup/1", [], about)
    told = (await suite.events("body_decision"))[-1]
    assert isinstance(told, events.BodyDecisionTaken)
    assert (told.subject, told.about_id, told.partners_agreed) == (
        made["id"],
        about["id"],
        ("council", "icb", "police"),
    )
    deputy, _ = await seated(suite, POLICE, LI, "deputy", deputy_for=membership)
    assert (await deputy.made(PATH, **NEW))["reference"] == "DEC-2627-0002"
    assert [one["id"] for one in await suite.unit.items(PATH, about_type=about["type"], about_id=about["id"])] == [
        made["id"]
    ]


async def test_the_role_of_a_chair_is_not_enough(suite: Running) -> None:
    elsewhere, _ = await seated(suite, ICB, QA, "chair")
    member, membership = await seated(suite, POLICE, LI, "member")
    deputy, _ = await seated(suite, POLICE, LI, "deputy", deputy_for=membership)
    nowhere = suite.person(POLICE, Role.BODY_CHAIR)
    for person in (elsewhere, deputy, nowhere):
        refused = await person.create(PATH, **NEW)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_in_the_chair"), refused.text
    assert (await member.create(PATH, **NEW)).json()["code"] == "role_not_granted"
    assert await suite.unit.items(PATH) == []


async def test_a_chairs_say_ends_with_her_term(suite: Running) -> None:
    chair, membership = await seated(suite, POLICE, LI, "chair")
    assert (await suite.unit.edit(f"/memberships/{membership}", {"ends_on": "2026-10-06"}, "end")).status_code == 200
    assert (await chair.create(PATH, **NEW)).json()["code"] == "not_in_the_chair"


async def test_what_is_refused(suite: Running) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"how": "meeting"}, "partners_agreed"),
        ({"body_id": "nowhere"}, "body_id"),
        ({"taken_on": "2026-10-08"}, "taken_on"),
        ({"supersedes": str(uuid4())}, "supersedes"),
        ({"text": "The mother of Jane Doe has agreed."}, "text"),
    )
    for changes, path in wrong:
        refused = await suite.unit.create(PATH, **NEW | changes)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path), refused.text
    without_the_police: tuple[dict[str, Any], ...] = (
        {"partners_agreed": ["council", "icb"]},
        {"how": "meeting", "partners_agreed": []},
    )
    for changes in without_the_police:
        refused = await suite.unit.create(PATH, **NEW | changes)
        assert (refused.status_code, refused.json()["code"]) == (409, "inquorate")
        assert "the police" in refused.json()["detail"]
    assert await suite.unit.items(PATH) == []


async def test_where_the_rule_says_so_a_decision_stands_and_shows_who_was_missing(suite: Running) -> None:
    group = {"body_id": "contextual-safeguarding-strategic-group", "partners_agreed": ["police"]}
    made = await suite.unit.made(PATH, **NEW | group)
    assert (made["quorum_rule"], made["partners_missing"]) == ("strategic_group/1", ["council", "icb"])


async def test_a_later_decision_supersedes_an_earlier_one_once(suite: Running, database: OwnDatabase) -> None:
    first = await suite.unit.made(PATH, **NEW)
    asked = [suite.unit.create(PATH, **NEW, supersedes=first["id"]) for _ in range(3)]
    answers = await gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    later = next(answer.json() for answer in answers if answer.status_code == 201)
    assert later["causes"] == [{"type": "governance.body_decision", "id": first["id"]}]
    assert (await suite.unit.get(f"{PATH}/{first['id']}")).json()["superseded_by"] == later["id"]
    assert [one["id"] for one in await suite.unit.items(PATH, superseded=False)] == [later["id"]]
    assert [one["id"] for one in await suite.unit.items(PATH, superseded=True, how="correspondence")] == [first["id"]]
    other = await suite.unit.create(PATH, **NEW | {"body_id": QA, "supersedes": later["id"]})
    assert other.json()["errors"][0]["code"] == "no_decision"
    connection = await asyncpg.connect(database.runtime_url("governance"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("UPDATE governance.body_decision SET text = 'Something else.'")
    await connection.close()


async def test_who_may_read_decisions(suite: Running) -> None:
    made = await suite.unit.made(PATH, **NEW)
    assert (await suite.person(SCHOOL).get(f"{PATH}/{made['id']}")).json() == made
    assert await suite.person(SCHOOL).items(PATH, taken_from="2026-10-06") == []
    assert (await suite.person(COUNCIL, Role.OBSERVER).get(PATH)).status_code == 403
    assert (await suite.unit.get(f"{PATH}/{uuid4()}")).json()["code"] == "body_decision_not_found"
