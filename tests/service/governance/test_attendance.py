"""Attendance over time over HTTP: against what is expected, with the agency asked why, and its answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.governance.expectations.schemas import EXAMPLE
from shared.contracts import governance_meetings as events
from shared.policy import Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, Running
from tests.service.governance.test_meetings import LI, NEW, done, seated, times

EXPECTED: dict[str, Any] = {**EXAMPLE, "starts_on": "2026-10-01"}


async def met(suite: Running, at: datetime, hows: dict[str, str]) -> str:
    """A meeting of L&I was held and minuted, with these attending; its id."""
    meeting = await suite.unit.made("/meetings", **NEW | times(at))
    path = f"/meetings/{meeting['id']}"
    await suite.at(at)
    await done(suite.unit, path, "hold")
    await done(suite.unit, path, "attend", members=[{"membership_id": seat, "how": how} for seat, how in hows.items()])
    await done(suite.unit, path, "minute")
    found: str = meeting["id"]
    return found


async def test_who_comes_too_seldom_is_asked_once_and_answers(suite: Running) -> None:
    _, council = await seated(suite, COUNCIL)
    _, police = await seated(suite, POLICE)
    for agency in (COUNCIL, ICB):
        await suite.unit.made("/expectations", **EXPECTED | {"agency_id": agency[0]})
    first = datetime(2026, 11, 11, 10, 5, tzinfo=UTC)
    await met(suite, first, {council["id"]: "present", police["id"]: "absent"})
    assert await suite.unit.items("/explanations") == []
    await met(suite, first + timedelta(days=28), {council["id"]: "apologies", police["id"]: "present"})
    over = (await suite.unit.get("/attendance", body_id=LI)).json()
    assert len(over["meetings"]) == 2
    shown = {one["agency_id"]: one for one in over["agencies"]}
    facts = ("attended", "of", "apologies", "absent", "expected_share", "below")
    assert {agency: tuple(one[fact] for fact in facts) for agency, one in shown.items()} == {
        COUNCIL[0]: (1, 2, 1, 0, 80, True),
        ICB[0]: (0, 2, 0, 2, 80, True),
        POLICE[0]: (1, 2, 0, 1, None, False),
    }
    asked = {one["agency_id"]: one for one in await suite.unit.items("/explanations", status="asked")}
    assert asked.keys() == {COUNCIL[0], ICB[0]}
    assert asked[COUNCIL[0]]["said"].startswith("At 1 of 2 meetings")
    assert asked[COUNCIL[0]]["answer_by"] == "2027-01-11"  # twenty working days over Christmas
    path = f"/explanations/{asked[COUNCIL[0]]['id']}"
    icb, lead = suite.person(ICB, Role.AGENCY_LEAD), suite.person(COUNCIL, Role.AGENCY_LEAD)
    assert (await icb.edit(path, {"text": "We were away."}, "answer", '"1"')).json()["code"] == "explanation_not_found"
    assert [one["agency_id"] for one in await icb.items("/explanations")] == [ICB[0]]
    answered = await done(lead, path, "answer", text="The post was vacant; it is filled since Monday.")
    assert (answered["status"], answered["answer"][:8]) == ("answered", "The post")
    assert (await lead.edit(path, {"text": "Again."}, "answer")).json()["code"] == "not_in_this_status"
    assert [type(event) for event in await suite.events("explanation")] == [
        events.ExplanationAsked,
        events.ExplanationAsked,
        events.ExplanationAnswered,
    ]
    await met(suite, datetime(2027, 1, 20, 10, 5, tzinfo=UTC), {council["id"]: "absent"})
    assert len(await suite.unit.items("/explanations")) == 2
    assert [one["agency_id"] for one in await suite.unit.items("/explanations", overdue=True)] == [ICB[0]]


async def test_what_is_expected_changes_from_a_day_and_ends(suite: Running) -> None:
    first = await suite.unit.made("/expectations", **EXPECTED)
    again = await suite.unit.create("/expectations", **EXPECTED)
    assert again.json()["errors"][0]["code"] == "not_later"
    second = await suite.unit.made("/expectations", **EXPECTED | {"starts_on": "2026-10-07", "share": 100})
    shown = (await suite.unit.get(f"/expectations/{first['id']}")).json()
    assert (shown["ends_on"], shown["standing"]) == ("2026-10-06", "ended")
    held = await suite.person(SCHOOL).items("/expectations", body_id=LI, in_effect_on="2026-10-07")
    assert [one["share"] for one in held] == [100]
    ended = await suite.unit.edit(f"/expectations/{second['id']}", {"ends_on": "2026-12-31"}, "end")
    assert ended.json()["ends_on"] == "2026-12-31"
    assert (await suite.unit.create("/expectations", **EXPECTED | {"agency_id": "nowhere"})).status_code == 422
    assert (await suite.person(POLICE, Role.BODY_CHAIR).create("/expectations", **EXPECTED)).status_code == 403
    told = [type(event) for event in await suite.events("expectation")]
    assert told == [events.ExpectationSet, events.ExpectationEnded, events.ExpectationSet, events.ExpectationEnded]


async def test_attendance_is_for_those_who_sit_there(suite: Running) -> None:
    wrong = await suite.unit.get("/attendance", body_id=LI, first_day="2026-10-07", last_day="2026-10-06")
    assert wrong.json()["errors"][0]["path"] == "last_day"
    assert (await suite.unit.get("/attendance")).json()["errors"][0]["path"] == "body_id"
    _, council = await seated(suite, COUNCIL)
    await met(suite, datetime(2026, 11, 11, 10, 5, tzinfo=UTC), {council["id"]: "present"})
    member, _ = await seated(suite, ICB)
    assert len((await member.get("/attendance", body_id=LI)).json()["meetings"]) == 1
    assert (await suite.person(ICB, Role.LI_MEMBER).get("/attendance", body_id=LI)).json()["meetings"] == []
