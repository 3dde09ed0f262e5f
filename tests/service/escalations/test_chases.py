"""The operational group asks for the next step: whoever has it is told, both sides read why, and nobody is asked daily."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.policy import Role
from tests.service.escalations.post_office import PostOffice, delivered, names, post_office
from tests.service.escalations.running import COUNCIL, ICB, POLICE, Person, Running
from tests.service.escalations.test_decisions import votes

pytestmark = pytest.mark.anyio

WHY = "The group met and saw no answer."


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server."""
    async with post_office() as open_:
        yield open_


def group(suite: Running) -> Person:
    """A member of the operational group, whose agency has no part in the matters."""
    return suite.person(ICB, Role.OPERATIONAL_MEMBER)


async def chased(suite: Running, matter: dict[str, Any], **more: Any) -> tuple[int, str]:
    """What becomes of a chase: the status, and the code of a refusal."""
    answer = await group(suite).does(matter, "chase", text=WHY, **more)
    return answer.status_code, answer.json().get("code", "")


async def test_whoever_has_the_next_step_is_asked_for_it(suite: Running, office: PostOffice) -> None:
    council, police = await names(suite, COUNCIL), await names(suite, POLICE)
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    await delivered(suite, office)
    assert await chased(suite, matter) == (200, "")
    (letter,) = await delivered(suite, office)
    assert (letter["To"], letter["Subject"]) == (council, f"Escalation {matter['reference']}: asked after")
    text = letter.get_content()
    assert "It waits for an answer, due by 17:00 on Thursday 8 October 2026." in text
    assert "/escalations/v1/links/" in text, "who can answer is given what to answer by"
    assert WHY not in text
    for party in (officer, worker):
        told = (await party.get(f"/escalations/v1/escalations/{matter['id']}/history")).json()["items"][-1]
        assert (told["did"], told["status"], told["text"], told["actor"]) == ("chase", "open", WHY, None)
    (tracked,) = (await group(suite).get("/escalations/v1/tracker/matters")).json()["items"]
    assert tracked["chased_at"] == told["at"]

    await worker.does(matter, "respond", text="No.", seniority="practitioner")
    await delivered(suite, office)
    assert await chased(suite, matter) == (200, ""), "another step, of another agency"
    (letter,) = await delivered(suite, office)
    assert letter["To"] == police
    assert "It waits for its next step, which is to resolve it or to take it on." in letter.get_content()
    assert "/escalations/v1/links/" not in letter.get_content()
    done = {"outcome": "upheld_with_rationale_accepted", "text": "So be it.", "seniority": "practitioner"}
    await officer.does(matter, "resolve", **done)
    await delivered(suite, office)
    assert await chased(suite, matter) == (200, "")
    (letter,) = await delivered(suite, office)
    assert (letter["To"], "the raiser to be told the outcome" in letter.get_content()) == (police, True)
    await officer.does(matter, "tell", text="Told.")
    assert await chased(suite, matter) == (200, "")
    await officer.does(matter, "close", impact="no_change")
    assert await chased(suite, matter) == (409, "not_in_this_status")


async def test_nobody_is_asked_for_the_same_again_before_the_rules_time(suite: Running) -> None:
    officer = suite.person(POLICE)
    urgent, standard = await officer.raised(ladder="sefton-casework"), await officer.raised(priority="standard")
    assert [await chased(suite, one) for one in (urgent, standard)] == [(200, "")] * 2
    assert [await chased(suite, one) for one in (urgent, standard)] == [(409, "chased_lately")] * 2
    await suite.at(datetime(2026, 10, 8, 15, 59, tzinfo=UTC))
    assert await chased(suite, urgent) == (409, "chased_lately"), "it has until five"
    await suite.at(datetime(2026, 10, 8, 16, 1, tzinfo=UTC))
    assert [await chased(suite, one) for one in (urgent, standard)] == [(200, ""), (409, "chased_lately")]
    advanced = await officer.does(standard, "advance", text="It has not come.", seniority="team_manager")
    assert advanced.status_code == 200, advanced.text
    assert await chased(suite, standard) == (200, ""), "at another stage somebody else is asked"


async def test_an_immediate_matter_is_asked_after_again_within_the_hour_of_any_night(suite: Running) -> None:
    await suite.at(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    matter = await suite.person(POLICE).raised(priority="immediate", safety_action="Police protection at once.")
    assert await chased(suite, matter) == (200, "")
    await suite.at(datetime(2026, 10, 25, 1, 29, tzinfo=UTC))
    assert (await chased(suite, matter))[0] == 409
    await suite.at(datetime(2026, 10, 25, 1, 31, tzinfo=UTC))
    assert await chased(suite, matter) == (200, ""), "sixty minutes are sixty, also where the clocks go back"


async def test_the_partner_whose_vote_is_missing_is_asked_and_reminded_and_no_other(
    suite: Running, office: PostOffice
) -> None:
    council, icb = await names(suite, COUNCIL), await names(suite, ICB)
    await names(suite, POLICE)
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    matter = await lead.raised(kind="partnership_dispute", priority="standard")
    for _ in range(2):
        await lead.does(matter, "advance", text="Not settled.", seniority="chief_officer")
    assert (await votes(suite.person(POLICE, Role.DELEGATED_PARTNER), matter)).status_code == 201
    await delivered(suite, office)
    assert await chased(suite, matter) == (200, "")
    assert {letter["To"] for letter in await delivered(suite, office)} == {council, icb}
    read = (await group(suite).get(f"/escalations/v1/escalations/{matter['id']}")).json()
    await suite.at(datetime.fromisoformat(read["due_at"]) - timedelta(hours=1))
    assert {letter["To"] for letter in await delivered(suite, office)} == {council, icb}, "the reminder"


async def test_who_may_ask(suite: Running) -> None:
    matter = await suite.person(POLICE).raised()
    for role, status in ((Role.AGENCY_LEAD, 403), (Role.LI_MEMBER, 403), (Role.BUSINESS_UNIT, 200)):
        answer = await suite.person(COUNCIL, role).does(matter, "chase", text=WHY)
        assert answer.status_code == status, role


async def test_an_agency_that_is_not_registered_is_asked_by_the_one_that_knows_it(
    suite: Running, office: PostOffice
) -> None:
    police = await names(suite, POLICE)
    there = {"receiving_agency_id": None, "receiving_name": "A club in another county"}
    matter = await suite.person(POLICE).raised(**there)
    await delivered(suite, office)
    assert await chased(suite, matter) == (200, "")
    (letter,) = await delivered(suite, office)
    assert (letter["To"], "nobody could be told" in letter["Subject"]) == (police, True)
