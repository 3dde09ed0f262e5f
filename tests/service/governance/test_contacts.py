"""Contacts over HTTP: one for each purpose, kept by their own agency, and told to escalations."""

from asyncio import gather
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts import governance as events
from shared.policy import Access, Role
from tests.service.governance.running import COUNCIL, ICB, SCHOOL, TRUST, Running

SPOC = {
    "agency_id": TRUST[0],
    "purpose": "single_point_of_contact",
    "name": "Robin Madeup",
    "email": "spoc@trust.example",
}


async def test_an_agencys_lead_names_its_contact(suite: Running) -> None:
    lead = suite.person(TRUST, Role.AGENCY_LEAD)
    made = await lead.made("/contacts", **SPOC)
    assert made["working_hours"][0] == {"weekday": "monday", "opens": "09:00", "closes": "17:00"}
    assert len(made["working_hours"]) == 5
    told = (await suite.events("contact"))[-1]
    assert isinstance(told, events.ContactNamed)
    assert (told.subject, told.email, len(told.working_hours)) == (made["id"], "spoc@trust.example", 5)
    twice = await lead.create("/contacts", **SPOC | {"name": "Another"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_named")
    night = await lead.made("/contacts", **SPOC | {"purpose": "out_of_hours", "telephone": "01632 960001"})
    assert night["working_hours"] == []


@pytest.mark.parametrize(("purpose", "by"), [("business_unit", COUNCIL[0]), ("mediator", "independent-scrutineer")])
async def test_the_host_alone_names_the_business_unit_and_who_is_independent_the_mediator(
    suite: Running, purpose: str, by: str
) -> None:
    """Ladders tell them of formal stages and disputes, and nobody else can say where they are reached."""
    named = {**SPOC, "purpose": purpose}
    refused = await suite.person(TRUST, Role.AGENCY_LEAD).create("/contacts", **named)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_the_host")
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    made = await unit.made("/contacts", **named | {"agency_id": by})
    told = (await suite.events("contact"))[-1]
    assert isinstance(told, events.ContactNamed)
    assert (told.subject, told.purpose) == (made["id"], purpose)


async def test_of_two_contacts_named_at_once_one_is(suite: Running) -> None:
    lead = suite.person(TRUST, Role.AGENCY_LEAD)
    answers = await gather(*(lead.create("/contacts", **SPOC | {"name": name}) for name in ("One", "Two", "Three")))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await suite.events("contact")) == 1


async def test_a_contact_is_changed_with_hours_and_absences(suite: Running) -> None:
    lead = suite.person(TRUST, Role.AGENCY_LEAD)
    made = await lead.made("/contacts", **SPOC)
    path = f"/contacts/{made['id']}"
    august = [{"starts_on": "2027-08-01", "ends_on": "2027-08-14"}]
    hours = [{"weekday": "friday", "opens": "08:00", "closes": "12:00"}]
    changed = await lead.edit(path, {"absences": august, "working_hours": hours, "telephone": "01632 960009"})
    assert (changed.status_code, changed.json()["absences"], changed.json()["absent"]) == (200, august, False)
    told = (await suite.events("contact"))[-1]
    assert isinstance(told, events.ContactChanged)
    assert told.absences == (events.Absence(starts_on=date(2027, 8, 1), ends_on=date(2027, 8, 14)),)
    assert told.working_hours == (events.Hours(weekday="friday", opens="08:00", closes="12:00"),)
    await suite.at(datetime(2027, 8, 14, 22, 0, tzinfo=UTC))
    assert (await lead.get(path)).json()["absent"]
    await suite.at(datetime(2027, 8, 14, 23, 1, tzinfo=UTC))  # after midnight in London
    assert not (await lead.get(path)).json()["absent"]


async def test_a_change_that_changes_nothing_tells_nothing(suite: Running) -> None:
    lead = suite.person(TRUST, Role.AGENCY_LEAD)
    made = await lead.made("/contacts", **SPOC)
    before = await suite.events("contact")
    answer = await lead.edit(f"/contacts/{made['id']}", {"name": "Robin Madeup", "absences": []})
    assert answer.headers["etag"] == '"1"'
    assert await suite.events("contact") == before


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"email": None}, "email"),
        ({"email": "not an address"}, "email"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "email"),
        ({"telephone": "none"}, "telephone"),
        ({"agency_id": "nowhere"}, "agency_id"),
        ({"agency_id": "nhs-cheshire-ccg"}, "agency_id"),
        ({"purpose": "friend"}, "purpose"),
        ({"working_hours": [{"weekday": "monday", "opens": "17:00", "closes": "09:00"}]}, "working_hours.0.closes"),
        ({"working_hours": [{"weekday": "monday", "opens": "9", "closes": "17:00"}]}, "working_hours.0.opens"),
        (
            {"working_hours": [{"weekday": "monday", "opens": f"0{n}:00", "closes": "12:00"} for n in (8, 9)]},
            "working_hours.1.opens",
        ),
        ({"absences": [{"starts_on": "2026-08-02", "ends_on": "2026-08-01"}]}, "absences.0.ends_on"),
        ({"absences": [{"starts_on": "2026-08-01", "ends_on": "2026-08-02"}] * 2}, "absences.1.starts_on"),
        ({"absences": [{"starts_on": "2026-08-01", "ends_on": "2026-08-02", "why": "ill"}]}, "absences.0.why"),
    ],
)
async def test_what_is_wrong_with_a_contact(suite: Running, changes: dict[str, Any], path: str) -> None:
    refused = await suite.unit.create("/contacts", **SPOC | changes)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)
    assert await suite.events("contact") == []


async def test_a_contact_cannot_become_unreachable(suite: Running) -> None:
    made = await suite.unit.made("/contacts", **SPOC)
    refused = await suite.unit.edit(f"/contacts/{made['id']}", {"email": None})
    assert refused.json()["errors"][0]["code"] == "unreachable"


async def test_a_contact_is_removed_and_another_named(suite: Running) -> None:
    lead = suite.person(TRUST, Role.AGENCY_LEAD)
    made = await lead.made("/contacts", **SPOC)
    assert (await lead.edit(f"/contacts/{made['id']}", {}, "remove")).status_code == 204
    assert isinstance((await suite.events("contact"))[-1], events.ContactRemoved)
    assert (await lead.get(f"/contacts/{made['id']}")).status_code == 404
    await lead.made("/contacts", **SPOC | {"name": "Another"})


async def test_a_contact_whose_account_is_suspended_shows_so_to_who_keeps_it(suite: Running) -> None:
    """And to nobody else; the agency's letters go to whoever stands in (tests of letters show where)."""
    lead, person_id = suite.person(TRUST, Role.AGENCY_LEAD), str(uuid4())
    made = await lead.made("/contacts", **SPOC, person_id=person_id)
    assert made["suspended"] is False
    await suite.suspends(TRUST, person_id)
    unit, others = suite.person(COUNCIL, Role.BUSINESS_UNIT), suite.person(SCHOOL, Role.AGENCY_LEAD)
    shown = [(await one.get(f"/contacts/{made['id']}")).json()["suspended"] for one in (lead, unit, others)]
    assert shown == [True, True, None]
    assert [one["suspended"] for one in await lead.items("/contacts", agency_id=TRUST[0])] == [True]


async def test_nobody_keeps_another_agencys_contacts(suite: Running) -> None:
    made = await suite.unit.made("/contacts", **SPOC)
    other = suite.person(ICB, Role.AGENCY_LEAD)
    refused = await other.create("/contacts", **SPOC | {"purpose": "stand_in"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_agency")
    assert (await other.edit(f"/contacts/{made['id']}", {"name": "Mine"})).status_code == 403
    assert (await other.edit(f"/contacts/{made['id']}", {}, "remove")).status_code == 403
    for etag in ('"0"', ""):  # whose it is comes before which version was read
        assert (await other.edit(f"/contacts/{made['id']}", {"name": "Mine"}, etag=etag)).status_code == 403
    assert (await suite.person(TRUST).create("/contacts", **SPOC)).status_code == 403


async def test_who_acts_for_an_agency_and_its_own_system_keep_its_contacts(suite: Running) -> None:
    acting = suite.person(COUNCIL, Role.AGENCY_LEAD, acting_for=[SCHOOL[0]])
    await acting.made("/contacts", **SPOC | {"agency_id": SCHOOL[0]})
    system = suite.person(TRUST, Role.AGENCY_LEAD, access=Access.APPLICATION)
    made = await system.made("/contacts", **SPOC)
    absences = [{"starts_on": "2026-10-07", "ends_on": "2026-10-09"}]
    assert (await system.edit(f"/contacts/{made['id']}", {"absences": absences})).json()["absent"]


async def test_who_works_in_the_partnership_may_know_whom_to_reach(suite: Running) -> None:
    await suite.unit.made("/contacts", **SPOC)
    assert len(await suite.person(SCHOOL).items("/contacts", agency_id=TRUST[0])) == 1
    assert await suite.person(SCHOOL).items("/contacts", purpose="out_of_hours") == []
    assert (await suite.person(SCHOOL, Role.YOUNG_ADVISER).get("/contacts")).status_code == 403
