"""Challenges over HTTP: from the question to the impact of what changed, and who may not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.contracts import governance as events
from shared.policy import AgencyType, Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, WEDNESDAY_NOON, Person, Running

INDEPENDENT = ("an-independent-scrutineer", AgencyType.INDEPENDENT)
CHALLENGE: dict[str, Any] = {
    "title": "Strategy discussions without a health professional",
    "text": "In a third of the discussions sampled nobody from health took part.",
    "wanted": "A named professional for every discussion.",
    "agency_id": ICB[0],
    "causes": [{"type": "governance.risk", "id": "7"}],
}


def scrutineer(suite: Running) -> Person:
    """The independent scrutineer."""
    return suite.person(INDEPENDENT, Role.SCRUTINEER)


def lead(suite: Running) -> Person:
    """The lead of the challenged agency."""
    return suite.person(ICB, Role.AGENCY_LEAD)


async def does(person: Person, challenge: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    """Do something to a challenge; the challenge as it is then."""
    answer = await person.edit(f"/challenges/{challenge['id']}", body, action)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(person: Person, challenge: dict[str, Any], action: str, **body: Any) -> tuple[int, str]:
    """Try to; the status and the code."""
    answer = await person.edit(f"/challenges/{challenge['id']}", body, action)
    return answer.status_code, answer.json()["code"]


async def told(suite: Running) -> list[str]:
    """What was emitted of challenges, in order."""
    return [event.type.split(".")[2] for event in await suite.events("challenge")]


async def test_from_the_question_to_the_impact(suite: Running) -> None:
    """Answered late, sent back, agreed, changed, re-checked on its date, closed as changed."""
    of = await scrutineer(suite).made("/challenges", **CHALLENGE)
    assert (of["reference"], of["due"], of["made_as"]) == ("CHL-2627-0001", "2026-11-04", "scrutineer")
    assert of["in_words"] == "The agency's answer is awaited until 4 November 2026."
    for days in (28, 29, 30):  # the last day, and two after it
        await suite.at(WEDNESDAY_NOON + timedelta(days=days))
    assert await told(suite) == ["made", "overdue"]
    assert [one["id"] for one in await suite.unit.items("/challenges", overdue=True)] == [of["id"]]
    of = await does(lead(suite), of, "respond", text="We look into it.")
    assert (of["status"], of["due"], of["overdue"]) == ("responded", None, False)
    of = await does(scrutineer(suite), of, "return", text="Until when?", respond_by="2026-11-10")
    of = await does(lead(suite), of, "respond", text="A rota from December.")
    assert [step["facts"] for step in of["steps"] if step["did"] == "respond"] == [{"late": True}, {"late": False}]
    of = await does(scrutineer(suite), of, "agree", text="A rota.", change_by="2026-12-01")
    assert await refused(scrutineer(suite), of, "close", outcome="unresolved", text="No.") == (
        409,
        "not_in_this_status",
    )
    of = await does(lead(suite), of, "change", text="The rota stands.")
    assert (of["status"], of["due"]) == ("changed", "2027-05-06")
    await suite.at(WEDNESDAY_NOON + timedelta(days=212))  # 7 May 2027
    assert (await told(suite))[-2:] == ["changed", "recheck_due"]
    assert [one["id"] for one in await suite.unit.items("/challenges", to_recheck=True)] == [of["id"]]
    of = await does(suite.unit, of, "recheck", impact="improved", text="Nine of ten in the sample of April.")
    assert of["in_words"] == "Its impact was looked at: improved."
    assert await refused(scrutineer(suite), of, "close", outcome="answer_accepted", text="So.") == (422, "invalid")
    of = await does(scrutineer(suite), of, "close", outcome="changed", text="It holds.")
    assert (of["status"], of["outcome"], of["impact"]) == ("closed", "changed", "improved")
    assert await told(suite) == [
        "made", "overdue", "responded", "returned", "responded", "agreed", "changed", "recheck_due", "rechecked", "closed",
    ]  # fmt: skip
    closed = (await suite.events("challenge"))[-1]
    assert isinstance(closed, events.ChallengeClosed)
    assert (closed.agency_id, closed.by_agency_id) == (ICB[0], INDEPENDENT[0])
    assert await suite.causes(closed) == CHALLENGE["causes"]
    counted = (await suite.unit.get("/challenge-counts")).json()
    assert counted == {
        "statuses": {"closed": 1}, "outcomes": {"changed": 1}, "impacts": {"improved": 1}, "live_by_agency": {},
        "overdue": 0, "to_recheck": 0,
    }  # fmt: skip


async def test_who_may_not(suite: Running) -> None:
    """Each writes the own part only: the scrutineer his challenge, the agency its answer, others the impact."""
    of = await scrutineer(suite).made("/challenges", **CHALLENGE)
    partner = suite.person(POLICE, Role.DELEGATED_PARTNER)
    other = suite.person(("another-scrutineer", AgencyType.INDEPENDENT), Role.SCRUTINEER)
    for who in (partner, other):
        assert await refused(who, of, "withdraw", reason="Let it be.") == (403, "not_your_challenge")
    assert await refused(scrutineer(suite), of, "respond", text="I answer.") == (403, "role_not_granted")
    elsewhere = suite.person(TRUST, Role.AGENCY_LEAD)
    assert await refused(elsewhere, of, "respond", text="We answer.") == (404, "challenge_not_found")
    assert await elsewhere.items("/challenges") == []
    ours = await partner.made("/challenges", **CHALLENGE)
    colleague = suite.person(POLICE, Role.AGENCY_LEAD)
    assert [one["id"] for one in await colleague.items("/challenges")] == [ours["id"]]
    assert await refused(colleague, ours, "respond", text="We answer.") == (403, "not_your_agency")
    assert (await elsewhere.get("/challenge-counts")).json()["statuses"] == {}
    assert [one["id"] for one in await lead(suite).items("/challenges")] == [ours["id"], of["id"]]
    assert (await suite.unit.create("/challenges", **CHALLENGE)).status_code == 403
    assert (await suite.person(SCHOOL).get("/challenges")).status_code == 403
    await does(lead(suite), of, "respond", text="A rota.")
    await does(scrutineer(suite), of, "agree", text="A rota.", change_by="2026-12-01")
    of = await does(lead(suite), of, "change", text="It stands.")
    own = suite.person(ICB, Role.QA_MEMBER)
    assert await refused(own, of, "recheck", impact="improved", text="It works.") == (403, "own_impact")
    assert await refused(partner, of, "recheck", impact="improved", text="So I hear.") == (403, "not_your_challenge")
    later = await does(scrutineer(suite), of, "postpone", recheck_on="2027-06-01", reason="The sample is in May.")
    assert (later["due"], later["steps"][-1]["facts"]) == ("2027-06-01", {"before": "2027-04-07"})
    of = await does(suite.person(COUNCIL, Role.QA_MEMBER), of, "recheck", impact="too_early", text="Too few.")
    again = await does(scrutineer(suite), of, "postpone", recheck_on="2027-09-01", reason="Again.")
    assert again["status"] == "changed"
    for path, body in {
        "agency_id": {"agency_id": "nowhere"},
        "respond_by": {"respond_by": "2026-12-01"},
        "text": {"text": "Robin Madeup was not invited."},
    }.items():
        answer = await scrutineer(suite).create("/challenges", **CHALLENGE | body)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


async def test_a_chair_challenges_in_the_name_of_the_body(suite: Running) -> None:
    """Whoever chairs it follows; a chair elsewhere does not."""
    chairs = {}
    for body_id, agency in (("learning-and-improvement", POLICE), ("quality-assurance", COUNCIL)):
        person_id = str(uuid4())
        seat = {"body_id": body_id, "seat": "chair", "starts_on": "2026-10-01", "person_name": "Robin Madeup"}
        await suite.unit.made("/memberships", **seat, person_id=person_id, agency_id=agency[0])
        chairs[body_id] = suite.person(agency, Role.BODY_CHAIR, subject=person_id)
    here, there = chairs.values()
    of = await here.made("/challenges", **CHALLENGE, body_id="learning-and-improvement")
    assert (of["made_as"], of["body_id"]) == ("body_chair", "learning-and-improvement")
    assert await refused(there, of, "withdraw", reason="Let it be.") == (403, "not_your_challenge")
    nameless = await here.create("/challenges", **CHALLENGE)
    assert (nameless.status_code, nameless.json()["errors"][0]["path"]) == (422, "body_id")
    foreign = await there.create("/challenges", **CHALLENGE, body_id="learning-and-improvement")
    assert foreign.json()["code"] == "not_your_challenge"
    assert (await does(here, of, "withdraw", reason="Answered at the meeting."))["status"] == "withdrawn"
    table = await suite.client.get("/governance/v1/challenges", headers=suite.unit.headers | {"accept": "text/csv"})
    assert table.text.splitlines()[1].split(",")[1:3] == ["CHL-2627-0001", "withdrawn"]
