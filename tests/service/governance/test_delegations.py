"""Delegations over HTTP: granted by the agency acted for, dated, seen by the two agencies, and ended on the day."""

from asyncio import gather
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.contracts import governance as events
from shared.policy import Access, Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, Agency, Running

PARTNER = {
    "agency_id": COUNCIL[0],
    "for_agency_id": SCHOOL[0],
    "purpose": "escalation_partner",
    "from_seniority": "senior_manager",
    "starts_on": "2026-10-01",
}
STAND_IN = PARTNER | {
    "purpose": "stand_in",
    "from_seniority": None,
    "starts_on": "2027-07-22",
    "ends_on": "2027-09-01",
}


async def test_a_school_names_its_escalation_partner(suite: Running) -> None:
    made = await suite.person(SCHOOL, Role.AGENCY_LEAD).made("/delegations", **PARTNER)
    assert (made["standing"], made["granted_by_agency_id"]) == ("current", SCHOOL[0])
    told = (await suite.events("delegation"))[-1]
    assert isinstance(told, events.DelegationGranted)
    assert (told.agency_id, told.for_agency_id, told.purpose, told.from_seniority, told.starts_on, told.ends_on) == (
        COUNCIL[0],
        SCHOOL[0],
        "escalation_partner",
        "senior_manager",
        date(2026, 10, 1),
        None,
    )


async def test_only_the_agency_itself_delegates(suite: Running) -> None:
    for person in (
        suite.person(COUNCIL, Role.AGENCY_LEAD),
        suite.person(COUNCIL, Role.AGENCY_LEAD, acting_for=[SCHOOL[0]]),  # what was received is not passed on
    ):
        refused = await person.create("/delegations", **PARTNER)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_delegate")
    system = suite.person(SCHOOL, Role.AGENCY_LEAD, access=Access.APPLICATION)
    assert (await system.create("/delegations", **PARTNER)).status_code == 403
    assert (await suite.person(SCHOOL).create("/delegations", **PARTNER)).status_code == 403


async def test_the_host_records_one_that_was_agreed(suite: Running) -> None:
    refused = await suite.unit.create("/delegations", **PARTNER)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "agreed_by")
    made = await suite.unit.made("/delegations", **PARTNER, agreed_by="Pip Madeup, headteacher")
    assert (made["agreed_by"], made["granted_by_agency_id"]) == ("Pip Madeup, headteacher", COUNCIL[0])


async def test_nobody_acts_for_a_safeguarding_partner(suite: Running) -> None:
    wanted = PARTNER | {"agency_id": ICB[0], "for_agency_id": POLICE[0]}
    refused = await suite.person(POLICE, Role.AGENCY_LEAD).create("/delegations", **wanted)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "statutory")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"agency_id": SCHOOL[0]}, "agency_id"),
        ({"agency_id": "nowhere"}, "agency_id"),
        ({"agency_id": "nhs-cheshire-ccg"}, "agency_id"),
        ({"purpose": "stand_in", "from_seniority": None}, "ends_on"),
        ({"purpose": "stand_in", "ends_on": "2026-11-01"}, "from_seniority"),
        ({"ends_on": "2026-09-30"}, "ends_on"),
        ({"from_seniority": "boss"}, "from_seniority"),
    ],
)
async def test_what_is_wrong_with_a_delegation(suite: Running, changes: dict[str, Any], path: str) -> None:
    refused = await suite.person(SCHOOL, Role.AGENCY_LEAD).create("/delegations", **PARTNER | changes)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)


async def test_one_partner_at_a_time(suite: Running) -> None:
    lead = suite.person(SCHOOL, Role.AGENCY_LEAD)
    await lead.made("/delegations", **PARTNER | {"ends_on": "2026-12-31"})
    refused = await lead.create("/delegations", **PARTNER | {"agency_id": TRUST[0], "starts_on": "2026-12-31"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_delegated")
    await lead.made("/delegations", **PARTNER | {"agency_id": TRUST[0], "starts_on": "2027-01-01"})
    await lead.made("/delegations", **STAND_IN)


async def test_of_two_partners_granted_at_once_one_is(suite: Running) -> None:
    lead = suite.person(SCHOOL, Role.AGENCY_LEAD)
    asked = [lead.create("/delegations", **PARTNER | {"agency_id": agency[0]}) for agency in (COUNCIL, TRUST, ICB)]
    assert sorted(answer.status_code for answer in await gather(*asked)) == [201, 409, 409]


async def test_it_ends_after_its_last_day(suite: Running) -> None:
    lead = suite.person(SCHOOL, Role.AGENCY_LEAD)
    made = await lead.made("/delegations", **STAND_IN)
    assert made["standing"] == "planned"
    await suite.at(datetime(2027, 7, 21, 23, 1, tzinfo=UTC))
    assert (await lead.get(f"/delegations/{made['id']}")).json()["standing"] == "current"
    await suite.at(datetime(2027, 9, 1, 23, 1, tzinfo=UTC))
    assert (await lead.get(f"/delegations/{made['id']}")).json()["standing"] == "ended"
    assert isinstance((await suite.events("delegation"))[-1], events.DelegationEnded)


@pytest.mark.parametrize("agency", [SCHOOL, COUNCIL])
async def test_either_agency_ends_it(suite: Running, agency: Agency) -> None:
    made = await suite.person(SCHOOL, Role.AGENCY_LEAD).made("/delegations", **PARTNER)
    lead = suite.person(agency, Role.AGENCY_LEAD)
    ended = await lead.edit(f"/delegations/{made['id']}", {"ends_on": "2026-10-06"}, "end")
    assert (ended.status_code, ended.json()["standing"]) == (200, "ended")
    assert isinstance((await suite.events("delegation"))[-1], events.DelegationEnded)


async def test_what_has_not_begun_is_taken_back(suite: Running) -> None:
    lead = suite.person(SCHOOL, Role.AGENCY_LEAD)
    made = await lead.made("/delegations", **STAND_IN)
    assert (await lead.edit(f"/delegations/{made['id']}", {}, "withdraw")).json()["standing"] == "withdrawn"
    assert isinstance((await suite.events("delegation"))[-1], events.DelegationWithdrawn)
    await lead.made("/delegations", **STAND_IN)


async def test_others_do_not_know_of_it(suite: Running) -> None:
    made = await suite.person(SCHOOL, Role.AGENCY_LEAD).made("/delegations", **PARTNER)
    path = f"/delegations/{made['id']}"
    for agency in (SCHOOL, COUNCIL):
        assert len(await suite.person(agency).items("/delegations", in_effect_on="2026-10-07")) == 1
    stranger = suite.person(TRUST, Role.AGENCY_LEAD)
    assert await stranger.items("/delegations") == []
    hidden, absent = await stranger.get(path), await stranger.get(path[:-4] + "0000")
    assert (hidden.status_code, hidden.json()) == (404, absent.json())
    assert (await stranger.edit(path, {"ends_on": "2026-10-08"}, "end", etag='"1"')).status_code == 404
    assert len(await suite.unit.items("/delegations")) == 1


async def test_it_ends_with_its_agency(suite: Running) -> None:
    made = await suite.person(SCHOOL, Role.AGENCY_LEAD).made("/delegations", **PARTNER)
    await suite.unit.made("/contacts", agency_id=SCHOOL[0], purpose="stand_in", name="Una Madeup", email="a@b.example")
    await suite.unit.edit(f"/agencies/{SCHOOL[0]}", {"effective_to": "2026-12-31"}, "end")
    await suite.at(datetime(2027, 1, 1, 9, tzinfo=UTC))
    after = (await suite.unit.get(f"/delegations/{made['id']}")).json()
    assert (after["ends_on"], after["standing"], after["end_reason"]) == ("2026-12-31", "ended", f"{SCHOOL[0]} ended")
    assert await suite.unit.items("/contacts", agency_id=SCHOOL[0]) == []
