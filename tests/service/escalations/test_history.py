"""What was done and said is shared with both sides, and shown to who oversees without the people who did it."""

from datetime import timedelta

import pytest

from shared.policy import Role
from tests.service.escalations.running import COUNCIL, ICB, POLICE, WEDNESDAY_NOON, Running

pytestmark = pytest.mark.anyio


async def test_both_sides_read_the_answer(suite: Running) -> None:
    """Each move with its text, in order; of the other side the agency and its level, and no person."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    path = f"/escalations/v1/escalations/{matter['id']}/history"
    await worker.does(matter, "respond", text="A strategy discussion is at 14:00.", seniority="practitioner")
    await officer.does(matter, "advance", text="That is too late.", seniority="practitioner")
    items = (await officer.get(path)).json()["items"]
    assert [(one["did"], one["agency_id"], one["text"]) for one in items] == [
        ("raise", POLICE[0], None),
        ("respond", COUNCIL[0], "A strategy discussion is at 14:00."),
        ("advance", POLICE[0], "That is too late."),
    ]
    assert [one["actor"] for one in items] == [
        "cheshire-constabulary/practitioner",
        None,
        "cheshire-constabulary/practitioner",
    ]
    assert [one["text"] for one in (await worker.get(path)).json()["items"]] == [one["text"] for one in items]
    overseer = (await suite.person(COUNCIL, Role.LI_MEMBER).get(path)).json()["items"]
    assert [one["text"] for one in overseer] == [one["text"] for one in items]


async def test_silence_has_no_author(suite: Running) -> None:
    """What time did has nobody's name."""
    matter = await suite.person(POLICE).raised()
    await suite.at(WEDNESDAY_NOON + timedelta(days=1, hours=6))
    items = (await suite.person(POLICE).get(f"/escalations/v1/escalations/{matter['id']}/history")).json()["items"]
    assert [(one["did"], one["agency_id"], one["actor"]) for one in items][-1] == ("silence", None, None)


async def test_hidden_and_quarantined(suite: Running) -> None:
    """A stranger finds nothing; a quarantined text is the parties' alone; each reading is recorded."""
    matter = await suite.person(POLICE).raised(priority="immediate", safety_action="Police protection.")
    path = f"/escalations/v1/escalations/{matter['id']}/history"
    worker, overseer = suite.person(COUNCIL), suite.person(COUNCIL, Role.BUSINESS_UNIT)
    await worker.does(matter, "respond", text="Amy Pond was seen.", seniority="practitioner")
    assert (await worker.get(path)).json()["items"][-1]["text"] == "Amy Pond was seen."
    assert (await overseer.get(path)).json()["items"][-1]["text"] is None
    assert (await suite.person(ICB).get(path)).status_code == 404
    shown = [one for one in await suite.access_records() if one.subject == "cheshire-east-council/business_unit"]
    assert [(one.record_id, one.view) for one in shown] == [(matter["id"], "pseudonymised")]


async def test_where_it_goes_instead_is_not_said_to_who_was_challenged(suite: Running) -> None:
    """Of whistleblowing or an allegation they hear by its own procedure; who raised it reads it here, and who oversees."""
    officer, worker, unit = suite.person(POLICE), suite.person(COUNCIL), suite.person(COUNCIL, Role.BUSINESS_UNIT)
    matter = await officer.raised()
    path = f"/escalations/v1/escalations/{matter['id']}"
    reason = "It is about how one of them behaved."
    redirected = await unit.does(matter, "redirect", to="allegation_against_a_person", reason=reason)
    assert redirected.status_code == 200, redirected.text
    for person, to, text in (
        (officer, "allegation_against_a_person", reason),
        (unit, "allegation_against_a_person", reason),
        (worker, None, None),
    ):
        whole = (await person.get(path)).json()
        assert (whole["status"], whole["redirected_to"]) == ("redirected", to)
        assert (await person.get(f"{path}/history")).json()["items"][-1]["text"] == text
