"""Text that seems to identify somebody: warned about where it can wait, taken and kept from others where it cannot."""

import logging

import pytest

from shared.policy import Role
from tests.service.escalations.running import COUNCIL, POLICE, Running

pytestmark = pytest.mark.anyio

NAMING = "Amy Pond of CW1 2BJ, NHS 999 000 0018, was seen."
IMMEDIATE = {"priority": "immediate", "safety_action": "Police protection at once."}


async def test_warned_about(suite: Running) -> None:
    """Each field is named with where to look, never with what stands there; nothing is raised."""
    answer = await suite.person(POLICE).raise_(summary=NAMING, wanted="Ring 01270 123456.", raiser_team="SK10 1AB")
    assert (answer.status_code, answer.json()["code"]) == (422, "seems_to_identify")
    errors = {error["path"]: (error["code"], error["message"]) for error in answer.json()["errors"]}
    assert set(errors) == {"summary", "wanted", "raiser_team"}
    assert {code for code, _ in errors.values()} == {"seems_to_identify"}
    assert "a name (at character 1)" in errors["summary"][1]
    assert not any(told in answer.text for told in ("Pond", "CW1", "999 000", "123456", "SK10"))
    assert (await suite.person(POLICE).get("/escalations/v1/escalations")).json()["items"] == []
    assert await suite.outbox() == []


async def test_read_again(suite: Running) -> None:
    """Who has read it again is believed."""
    assert not (await suite.person(POLICE).raised(summary=NAMING, text_checked=True))["quarantined"]


async def test_agencies_are_nobody(suite: Running) -> None:
    """The two agencies and their teams may be called by their names."""
    told = "Ruskin Rory of Cheshire Constabulary rang Tardis Corner."
    assert (await suite.person(POLICE).raise_(summary=told)).status_code == 422
    told = "Cheshire Constabulary rang Tardis Corner."
    assert (await suite.person(POLICE).raise_(summary=told, receiving_team="Tardis Corner")).status_code == 201


async def test_immediate_is_taken_and_quarantined(suite: Running) -> None:
    """A child at immediate risk never waits: the parties see the text, others only once a party's lead releases it."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised(summary=NAMING, **IMMEDIATE)
    path = f"/escalations/v1/escalations/{matter['id']}"
    overseer = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert matter["quarantined"]
    assert (await worker.get(path)).json()["summary"] == NAMING
    hidden = (await overseer.get(path)).json()
    assert (hidden["summary"], hidden["wanted"], hidden["safety_action"]) == (None, None, None)
    assert hidden["primary_theme"] == matter["primary_theme"]
    assert (await officer.does(matter, "release")).status_code == 403  # no lead
    assert (await overseer.does(matter, "release")).status_code == 403
    lead = suite.person(COUNCIL, Role.AGENCY_LEAD)
    assert not (await lead.does(matter, "release")).json()["quarantined"]
    assert (await overseer.get(path)).json()["summary"] == NAMING
    assert (await lead.does(matter, "release")).json()["code"] == "not_quarantined"


async def test_a_misread_number_can_be_put_right_and_at_immediate_risk_is_kept_as_such(suite: Running) -> None:
    """It would be another child: by its place, never with its digits; taken in haste, whoever sees it is told."""
    officer, wrong = suite.person(POLICE), {"type": "nhs_number", "value": "999 000 0081"}
    children = [{"identifiers": [{"type": "police_id", "value": "9990000081"}, wrong]}]
    refused = await officer.raise_(children=children)
    assert refused.status_code == 422
    assert [(error["path"], error["code"]) for error in refused.json()["errors"]] == [
        ("children.0.identifiers.1.value", "misread")
    ]
    assert "0081" not in refused.text
    assert await suite.outbox() == []
    matter = await officer.raised(children=children, **IMMEDIATE)
    read = await suite.person(COUNCIL).get(f"/escalations/v1/escalations/{matter['id']}")
    [child] = read.json()["children"]
    assert {one["type"]: one["misread"] for one in child["identifiers"]} == {"police_id": False, "nhs_number": True}
    searched = await officer.client.post(
        "/escalations/v1/children/search", json={"identifiers": [wrong]}, headers=officer.headers
    )
    assert (searched.status_code, searched.json()["errors"][0]["path"]) == (422, "identifiers.0.value")


async def test_moves_are_looked_through_too(suite: Running) -> None:
    """An answer is warned about; at immediate risk it is taken, and the matter quarantined from then on."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    refused = await worker.does(matter, "respond", text=NAMING, seniority="practitioner")
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "text")
    taken = await worker.does(matter, "respond", text=NAMING, seniority="practitioner", text_checked=True)
    assert (taken.status_code, taken.json()["quarantined"]) == (200, False)
    matter = await officer.raised(**IMMEDIATE)
    taken = await worker.does(matter, "respond", text=NAMING, seniority="practitioner")
    assert (taken.status_code, taken.json()["quarantined"]) == (200, True)


async def test_a_vignette_can_wait(suite: Running) -> None:
    """What is written to be read widely is refused even of an immediate matter."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised(**IMMEDIATE)
    await worker.does(matter, "respond", text="Yes.", seniority="practitioner")
    await officer.does(matter, "resolve", outcome="decision_changed", text="Done.", seniority="practitioner")
    await officer.does(matter, "tell", text="Told.", satisfied=True)
    assert (await officer.does(matter, "close", impact="safer", vignette=NAMING)).status_code == 422
    assert (await officer.does(matter, "close", impact="safer", vignette="A child was seen.")).status_code == 200


async def test_nothing_of_a_case_is_logged(suite: Running, caplog: pytest.LogCaptureFixture) -> None:
    """Neither texts nor identifiers, of requests that succeed, are refused, or fail."""
    caplog.set_level(logging.DEBUG)
    officer = suite.person(POLICE)
    child = {"identifiers": [{"type": "nhs_number", "value": "9990000018"}]}
    matter = await officer.raised(summary=NAMING, children=[child], **IMMEDIATE)
    await officer.raise_(summary=NAMING, children=[child])
    await officer.raise_(summary=NAMING, children=[child, child], text_checked=True)
    await suite.person(COUNCIL).does(matter, "respond", text=NAMING, seniority="practitioner")
    said = "\n".join(record.getMessage() + repr(record.__dict__) for record in caplog.records)
    assert "answered" in said
    assert not [told for told in ("Pond", "CW1 2BJ", "9990000018", "999 000 0018") if told in said]
