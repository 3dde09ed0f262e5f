"""Seats give roles for a term: who may hold which, one at a time, told to the gateway, and ended on the day."""

from asyncio import gather
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts import governance as events
from shared.policy import Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, Running

LI, EXECUTIVE = "learning-and-improvement", "executive"


def seat(agency: tuple[str, object], **more: Any) -> dict[str, Any]:
    """A seat for somebody new."""
    usual = {"body_id": LI, "seat": "member", "starts_on": "2026-10-01", "person_name": "Robin Madeup"}
    return usual | {"person_id": str(uuid4()), "agency_id": agency[0]} | more


async def test_a_seat_gives_the_roles_of_its_body(suite: Running) -> None:
    made = await suite.unit.made("/memberships", **seat(TRUST))
    assert (made["roles"], made["standing"], made["ends_on"]) == (["li_member"], "current", None)
    told = (await suite.events("membership"))[-1]
    assert isinstance(told, events.MembershipAssigned)
    assert (told.subject, told.agency_id, told.roles, told.starts_on, told.ends_on) == (
        made["id"],
        TRUST[0],
        ("li_member",),
        date(2026, 10, 1),
        None,
    )


@pytest.mark.parametrize(
    ("body_id", "what", "roles"),
    [
        (EXECUTIVE, "delegated_partner", ["delegated_partner", "executive_member"]),
        (EXECUTIVE, "lead_partner", ["executive_member", "lead_partner"]),
        (EXECUTIVE, "adviser", ["observer"]),
        (LI, "chair", ["body_chair", "li_member"]),
        ("quality-assurance", "member", ["qa_member"]),
        ("operational-group", "member", ["operational_member"]),
        ("rapid-review-panel", "member", []),
        ("neglect-board", "lay_member", ["lay_member"]),
    ],
)
async def test_what_each_seat_gives(suite: Running, body_id: str, what: str, roles: list[str]) -> None:
    made = await suite.unit.made("/memberships", **seat(POLICE, body_id=body_id, seat=what))
    assert made["roles"] == roles


async def test_only_the_three_hold_a_partners_seat(suite: Running) -> None:
    refused = await suite.unit.create("/memberships", **seat(TRUST, body_id=EXECUTIVE, seat="delegated_partner"))
    assert refused.status_code == 422
    assert "Only the council, the integrated care board and the police" in refused.json()["errors"][0]["message"]
    elsewhere = await suite.unit.create("/memberships", **seat(POLICE, seat="delegated_partner"))
    assert "Only the Executive" in elsewhere.json()["errors"][0]["message"]
    independent = await suite.unit.create("/memberships", **seat(COUNCIL, body_id=EXECUTIVE, seat="scrutineer"))
    assert "independent" in independent.json()["errors"][0]["message"]


async def test_one_delegated_partner_of_each_agency_at_a_time(suite: Running) -> None:
    partner = {"body_id": EXECUTIVE, "seat": "delegated_partner"}
    await suite.unit.made("/memberships", **seat(POLICE, **partner, ends_on="2026-12-31"))
    refused = await suite.unit.create("/memberships", **seat(POLICE, **partner, starts_on="2026-12-31"))
    assert (refused.status_code, refused.json()["code"]) == (409, "seat_taken")
    await suite.unit.made("/memberships", **seat(POLICE, **partner, starts_on="2027-01-01"))
    await suite.unit.made("/memberships", **seat(ICB, **partner))


async def test_the_chair_rotates_yearly(suite: Running) -> None:
    chair = await suite.unit.made("/memberships", **seat(POLICE, seat="chair"))
    assert chair["ends_on"] == "2027-09-30"
    refused = await suite.unit.create("/memberships", **seat(ICB, seat="chair", starts_on="2027-09-30"))
    assert refused.json()["code"] == "seat_taken"
    longer = seat(ICB, seat="chair", starts_on="2027-10-01", ends_on="2028-10-01")
    assert (await suite.unit.create("/memberships", **longer)).json()["errors"][0]["code"] == "too_late"
    await suite.unit.made("/memberships", **longer | {"ends_on": "2028-09-30"})


async def test_of_two_who_give_one_seat_at_once_one_does(suite: Running) -> None:
    await suite.unit.made("/memberships", **seat(TRUST))  # the way is warm
    asked = [suite.unit.create("/memberships", **seat(agency, seat="chair")) for agency in (POLICE, ICB, COUNCIL)]
    assert sorted(answer.status_code for answer in await gather(*asked)) == [201, 409, 409]


async def test_a_deputy_has_the_vote_of_whom_she_stands_in_for_and_no_longer(suite: Running) -> None:
    partner = seat(POLICE, body_id=EXECUTIVE, seat="delegated_partner", ends_on="2027-03-31")
    holder = await suite.unit.made("/memberships", **partner)
    deputy = seat(POLICE, body_id=EXECUTIVE, seat="deputy", deputy_for=holder["id"])
    made = await suite.unit.made("/memberships", **deputy)
    assert made["roles"] == ["delegated_partner", "deputy", "executive_member"]
    assert made["ends_on"] == "2027-03-31"
    for changes, code in (
        ({"agency_id": ICB[0]}, "other_agency"),
        ({"deputy_for": None}, "nobody"),
        ({"deputy_for": made["id"]}, "nobody"),
        ({"deputy_for": str(uuid4())}, "nobody"),
        ({"ends_on": "2027-04-01"}, "deputy"),
        ({"seat": "member"}, "not_a_deputy"),
    ):
        wrong = deputy | {"person_id": str(uuid4())} | changes
        refused = await suite.unit.create("/memberships", **wrong)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code), changes
    await suite.unit.edit(f"/memberships/{holder['id']}", {"ends_on": "2026-10-31"}, "end")
    after = (await suite.unit.get(f"/memberships/{made['id']}")).json()
    assert after["ends_on"] == "2026-10-31"


async def test_nobody_gives_herself_a_seat(suite: Running) -> None:
    """Or the business unit, which has no vote, had the council's."""
    own = str(uuid4())
    host = suite.person(COUNCIL, Role.BUSINESS_UNIT, subject=own)
    refused = await host.create("/memberships", **seat(COUNCIL, body_id=EXECUTIVE, seat="member", person_id=own))
    assert (refused.status_code, refused.json()["code"]) == (403, "own_seat")
    await host.made("/memberships", **seat(COUNCIL, body_id=EXECUTIVE, seat="member"))


async def test_nobody_sits_for_two_agencies(suite: Running) -> None:
    person = str(uuid4())
    await suite.unit.made("/memberships", **seat(POLICE, person_id=person))
    refused = await suite.unit.create("/memberships", **seat(ICB, body_id="quality-assurance", person_id=person))
    assert (refused.status_code, refused.json()["code"]) == (409, "sits_for_another_agency")


async def test_a_term_ends_after_its_last_day(suite: Running) -> None:
    made = await suite.unit.made("/memberships", **seat(TRUST, ends_on="2026-10-31"))
    await suite.at(datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    assert (await suite.unit.get(f"/memberships/{made['id']}")).json()["standing"] == "current"
    assert not any(isinstance(event, events.MembershipEnded) for event in await suite.events("membership"))
    await suite.at(datetime(2026, 11, 1, 0, 0, 1, tzinfo=UTC))
    assert (await suite.unit.get(f"/memberships/{made['id']}")).json()["standing"] == "ended"
    told = (await suite.events("membership"))[-1]
    assert isinstance(told, events.MembershipEnded)
    assert (told.subject, told.ends_on) == (made["id"], date(2026, 10, 31))
    again = await suite.unit.edit(f"/memberships/{made['id']}", {"ends_on": "2026-10-30"}, "end")
    assert (again.status_code, again.json()["code"]) == (409, "term_over")


async def test_a_term_is_cut_short_and_never_rewritten(suite: Running) -> None:
    made = await suite.unit.made("/memberships", **seat(TRUST, ends_on="2026-12-31"))
    path = f"/memberships/{made['id']}"
    for day, code in (("2026-10-05", "too_early"), ("2026-12-31", "not_earlier"), ("2027-01-31", "not_earlier")):
        refused = await suite.unit.edit(path, {"ends_on": day}, "end")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    assert (await suite.unit.edit(path, {"ends_on": "2026-11-30", "reason": "A new post."}, "end")).status_code == 200
    assert isinstance((await suite.events("membership"))[-1], events.MembershipChanged)
    at_once = await suite.unit.edit(path, {"ends_on": "2026-10-06"}, "end")
    assert at_once.json()["standing"] == "ended"
    assert isinstance((await suite.events("membership"))[-1], events.MembershipEnded)
    await suite.at(datetime(2026, 12, 1, tzinfo=UTC))
    assert [type(e).__name__ for e in await suite.events("membership")] == [
        "MembershipAssigned",
        "MembershipChanged",
        "MembershipEnded",
    ]


async def test_what_has_not_begun_is_taken_back(suite: Running) -> None:
    made = await suite.unit.made("/memberships", **seat(TRUST, starts_on="2026-11-01"))
    path = f"/memberships/{made['id']}"
    assert (await suite.unit.edit(path, {"ends_on": "2026-11-30"}, "end")).json()["errors"][0]["code"] == "not_begun"
    taken_back = await suite.unit.edit(path, {"reason": "Entered by mistake."}, "withdraw")
    assert taken_back.json()["standing"] == "withdrawn"
    assert isinstance((await suite.events("membership"))[-1], events.MembershipWithdrawn)
    assert (await suite.unit.edit(path, {}, "withdraw")).json()["code"] == "term_over"
    begun = await suite.unit.made("/memberships", **seat(TRUST))
    assert (await suite.unit.edit(f"/memberships/{begun['id']}", {}, "withdraw")).json()["code"] == "term_begun"


async def test_seats_are_of_bodies_and_agencies_that_are_there(suite: Running) -> None:
    for changes, path in (
        ({"body_id": "nowhere"}, "body_id"),
        ({"agency_id": "nowhere"}, "agency_id"),
        ({"agency_id": "nhs-cheshire-ccg"}, "agency_id"),
        ({"body_id": "emotional-health-and-wellbeing"}, "starts_on"),
        ({"ends_on": "2026-09-30"}, "ends_on"),
        ({"roles": ["lead_partner"]}, "roles"),
        ({"starts_on": 0}, "starts_on"),
        ({"starts_on": "20261001"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
    ):
        refused = await suite.unit.create("/memberships", **seat(TRUST) | changes)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path), changes


async def test_seats_end_with_their_agency_and_their_body(suite: Running) -> None:
    of_agency = await suite.unit.made("/memberships", **seat(SCHOOL))
    later = await suite.unit.made("/memberships", **seat(SCHOOL, body_id="operational-group", starts_on="2027-06-01"))
    assert (await suite.unit.edit(f"/agencies/{SCHOOL[0]}", {"effective_to": "2026-12-31"}, "end")).status_code == 200
    of_body = await suite.unit.made("/memberships", **seat(POLICE, body_id="neglect-board"))
    assert (await suite.unit.edit("/bodies/neglect-board", {"effective_to": "2026-11-30"})).status_code == 200
    await suite.at(datetime(2027, 1, 1, 9, tzinfo=UTC))
    found = {one["id"]: one for one in await suite.unit.items("/memberships")}
    assert (found[of_agency["id"]]["ends_on"], found[of_agency["id"]]["standing"]) == ("2026-12-31", "ended")
    assert found[later["id"]]["standing"] == "withdrawn"
    assert (found[of_body["id"]]["ends_on"], found[of_body["id"]]["standing"]) == ("2026-11-30", "ended")


async def test_who_may_see_and_who_may_give_seats(suite: Running) -> None:
    await suite.unit.made("/memberships", **seat(TRUST))
    assert len(await suite.person(SCHOOL).items("/memberships", body_id=LI, in_effect_on="2026-10-07")) == 1
    assert await suite.person(SCHOOL).items("/memberships", body_id=LI, in_effect_on="2026-09-30") == []
    assert (await suite.person(SCHOOL, Role.LAY_MEMBER).get("/memberships")).status_code == 403
    for role in (Role.AGENCY_LEAD, Role.BODY_CHAIR, Role.DELEGATED_PARTNER, Role.PLATFORM_ADMIN):
        refused = await suite.person(COUNCIL, role).create("/memberships", **seat(TRUST))
        assert refused.status_code == 403, role
