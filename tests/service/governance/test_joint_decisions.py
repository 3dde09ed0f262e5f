"""Joint decisions over HTTP: three votes, dissent, silence, the chiefs, whose vote is awaited, and what is refused."""

from asyncio import gather
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.contracts import governance as events
from shared.policy import Access, Role
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, Person, Running

THREE = (COUNCIL, ICB, POLICE)
DELEGATE, CHIEF = Role.DELEGATED_PARTNER, Role.LEAD_PARTNER
AFTER_TEN_WORKING_DAYS = datetime(2026, 10, 21, 16, 0, tzinfo=UTC)


async def asked(suite: Running, kind: str = "publish", **more: Any) -> dict[str, Any]:
    """A question to the three, from the business unit."""
    return await suite.unit.made("/joint-decisions", kind=kind, question="Shall it be published?", **more)


async def votes(person: Person, of: dict[str, Any], choice: str = "publish", *, round_: int = 1) -> httpx.Response:
    """Vote, with a reason."""
    body: dict[str, Any] = {"round": round_, "choice": choice, "reason": f"We think: {choice}."}
    return await person.create(f"/joint-decisions/{of['id']}/vote", **body)


async def stands(suite: Running, of: dict[str, Any]) -> dict[str, Any]:
    """The decision as the scrutineer reads it."""
    answer = await suite.unit.get(f"/joint-decisions/{of['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(suite: Running) -> list[str]:
    """What was emitted of joint decisions, in order."""
    return [event.type.split(".")[2] for event in await suite.events("joint_decision")]


async def test_three_equal_votes_decide(suite: Running) -> None:
    cause = {"type": "governance.risk", "id": "0192"}
    of = await asked(
        suite, concerned_agency_ids=[ICB[0]], causes=[cause], subject={"type": "reviews.report", "id": "7"}
    )
    assert (of["status"], of["round"], of["decided_by"], of["due_at"]) == (
        "open", 1, "delegated_partner", "2026-10-21T16:00:00Z",
    )  # fmt: skip
    assert of["in_words"] == "Awaited: the council, the ICB, the police, each by its delegated partner."
    for agency in THREE:
        answer = await votes(suite.person(agency, DELEGATE), of)
        assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["status"], found["verdict"], found["choice"]) == ("reached", "agreed", "publish")
    assert found["in_words"] == "All three: It is published."
    [only] = found["rounds"]
    assert {vote["partner"]: vote["own_cause"] for vote in only["votes"]} == {
        "council": False, "icb": True, "police": False,
    }  # fmt: skip
    assert next(vote["agency_name"] for vote in only["votes"]) == "Cheshire East Council"
    assert (only["missing"], only["ended_at"]) == ([], found["ended_at"])
    assert await told(suite) == ["opened", "voted", "voted", "voted", "reached"]
    reached = (await suite.events("joint_decision"))[-1]
    assert isinstance(reached, events.JointDecisionReached)
    assert (reached.subject_type, reached.subject_id, reached.choice) == ("reviews.report", "7", "publish")
    assert await suite.causes(reached) == [{"type": "reviews.report", "id": "7"}, cause]
    late = await votes(suite.person(POLICE, DELEGATE), of)
    assert (late.status_code, late.json()["code"]) == (409, "decision_over")


async def test_dissent_goes_to_the_chiefs_at_once_and_is_kept(suite: Running) -> None:
    of = await asked(suite)
    await votes(suite.person(POLICE, DELEGATE), of)
    answer = await votes(suite.person(ICB, DELEGATE, Role.DEPUTY), of, "do_not_publish")
    found = answer.json()
    assert (found["round"], found["decided_by"], found["missing"]) == (2, "lead_partner", ["council", "icb", "police"])
    first, second = found["rounds"]
    assert [(vote["choice"], vote["as_deputy"]) for vote in first["votes"]] == [
        ("publish", False),
        ("do_not_publish", True),
    ]
    assert (first["ended_at"], second["opened_by"], second["ended_at"]) == (second["opened_at"], "dissent", None)
    assert await told(suite) == ["opened", "voted", "voted", "failed", "opened"]
    for agency, choice in zip(THREE, ("publish", "do_not_publish", "publish"), strict=True):
        answer = await votes(suite.person(agency, CHIEF), of, choice, round_=2)
    assert (answer.status_code, answer.json()["code"]) == (409, "decision_over")  # the second that differs ended it
    found = await stands(suite, of)
    assert (found["status"], found["verdict"], found["choice"]) == ("stands", "stands", None)
    assert found["in_words"] == "Nothing was decided. It is not published."
    assert (await told(suite))[-1] == "failed"


async def test_silence_goes_to_the_chiefs_at_the_due_instant(suite: Running) -> None:
    of = await asked(suite, kind="commission")
    await votes(suite.person(POLICE, DELEGATE), of, "commission")
    await suite.at(AFTER_TEN_WORKING_DAYS - timedelta(minutes=1))
    assert (await stands(suite, of))["round"] == 1
    suite.runtime.clock.advance_to(AFTER_TEN_WORKING_DAYS + timedelta(hours=20))
    late = await votes(suite.person(COUNCIL, DELEGATE), of, "commission")  # the date counts, and not the sweep
    assert (late.status_code, late.json()["code"]) == (409, "round_over")
    await suite.at(AFTER_TEN_WORKING_DAYS + timedelta(hours=21))
    second = (await stands(suite, of))["rounds"][1]
    assert (second["opened_at"], second["opened_by"]) == ("2026-10-21T16:00:00Z", "silence")
    stale = await votes(suite.person(ICB, DELEGATE), of, "commission")
    assert (stale.status_code, stale.json()["code"]) == (409, "round_over")
    await suite.at(AFTER_TEN_WORKING_DAYS + timedelta(days=40))
    await suite.at(AFTER_TEN_WORKING_DAYS + timedelta(days=41))
    found = await stands(suite, of)
    assert (found["round"], found["overdue"]) == (2, True)
    assert (await told(suite)).count("overdue") == 1
    assert [one["id"] for one in await suite.unit.items("/joint-decisions", overdue=True)] == [of["id"]]
    for agency in THREE:
        answer = await votes(suite.person(agency, CHIEF), of, "commission", round_=2)
        assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "reached"


async def test_chiefs_who_differ_or_are_silent(suite: Running) -> None:
    """The yearly report is voted on again; nothing is published where nobody speaks, and nothing is awaited any more."""
    kinds = {kind["code"]: kind for kind in (await suite.unit.get("/joint-decision-kinds")).json()["items"]}
    assert set(kinds) == {"sign_yearly_report", "approve_arrangements", "commission", "publish", "other"}
    assert [level["on_silence"] for level in kinds["publish"]["levels"]] == ["climb", "stands"]
    report, silent = await asked(suite, kind="sign_yearly_report"), await asked(suite)
    assert report["decided_by"] == "lead_partner"
    await votes(suite.person(POLICE, CHIEF), report, "sign")
    answer = await votes(suite.person(COUNCIL, CHIEF), report, "send_back")
    assert [(one["number"], one["opened_by"]) for one in answer.json()["rounds"]] == [(1, "open"), (2, "vote_again")]
    stale = await votes(suite.person(ICB, CHIEF), report, "sign", round_=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "round_over")
    await suite.at(AFTER_TEN_WORKING_DAYS + timedelta(days=30))
    found = await stands(suite, silent)
    assert (found["status"], found["ended_at"], len(found["rounds"])) == ("stands", "2026-11-04T17:00:00Z", 2)


async def test_whose_vote_is_awaited(suite: Running) -> None:
    delegate, chief = suite.person(ICB, DELEGATE), suite.person(ICB, CHIEF)
    of, other = await asked(suite), await asked(suite, kind="sign_yearly_report")
    assert [one["id"] for one in await delegate.items("/joint-decisions", mine_to_vote=True)] == [of["id"]]
    assert [one["id"] for one in await chief.items("/joint-decisions", mine_to_vote=True)] == [other["id"]]
    assert await suite.unit.items("/joint-decisions", mine_to_vote=True) == []
    await votes(delegate, of)
    assert await delegate.items("/joint-decisions", mine_to_vote=True) == []
    [shown] = await suite.unit.items("/joint-decisions", kind="publish", limit=1)
    assert shown["missing"] == ["council", "police"]
    await votes(suite.person(POLICE, DELEGATE), of, "do_not_publish")  # the chiefs are asked: hers, too
    assert {one["id"] for one in await chief.items("/joint-decisions", mine_to_vote=True)} == {of["id"], other["id"]}


async def test_one_vote_each_and_nobody_for_two(suite: Running) -> None:
    of = await asked(suite)
    two = [suite.person(POLICE, DELEGATE, subject=name) for name in ("a delegate", "a named deputy")]
    assert sorted(answer.status_code for answer in await gather(*(votes(one, of) for one in two))) == [201, 409]
    assert (await votes(suite.person(ICB, DELEGATE, subject="both"), of)).status_code == 201
    again = await votes(suite.person(COUNCIL, DELEGATE, subject="both"), of)
    assert (again.status_code, again.json()["code"]) == (403, "not_your_vote")


async def test_what_is_refused(suite: Running) -> None:
    """Nothing of it is told."""
    of = await asked(suite)
    for agency, role, more, code in (
        (SCHOOL, DELEGATE, {}, "role_not_granted"),
        (COUNCIL, Role.BUSINESS_UNIT, {}, "role_not_granted"),
        (COUNCIL, Role.EXECUTIVE_MEMBER, {}, "role_not_granted"),
        (POLICE, CHIEF, {}, "not_your_vote"),  # the delegates are asked first
        (POLICE, DELEGATE, {"access": Access.APPLICATION}, "role_not_granted"),
    ):
        answer = await votes(suite.person(agency, role, **more), of)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    other = await votes(suite.person(POLICE, DELEGATE), of, "sign")
    assert (other.status_code, other.json()["errors"][0]["path"]) == (422, "choice")
    assert "publish, do_not_publish" in other.json()["errors"][0]["message"]
    wrong: dict[str, dict[str, Any]] = {
        "kind": {"kind": "abolish"},
        "concerned_agency_ids.0": {"concerned_agency_ids": ["nowhere"]},
        "question": {"question": "Shall we name Robin Madeup?"},
    }
    for path, body in wrong.items():
        question = {"kind": "publish", "question": "Shall we?"} | body
        refused = await suite.unit.create("/joint-decisions", **question)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)
    assert await told(suite) == ["opened"]


async def test_a_question_is_taken_back(suite: Running) -> None:
    of = await asked(suite)
    await votes(suite.person(POLICE, DELEGATE), of)
    path = f"/joint-decisions/{of['id']}"
    others = await suite.person(ICB, DELEGATE).edit(path, {"reason": "Not now."}, "withdraw")
    assert (others.status_code, others.json()["code"]) == (403, "not_your_agency")
    stale = await suite.unit.edit(path, {"reason": "Not now."}, "withdraw", etag='"1"')
    assert stale.status_code == 412
    answer = await suite.unit.edit(path, {"reason": "Not now."}, "withdraw")
    assert (answer.status_code, answer.json()["status"], answer.json()["end_reason"]) == (200, "withdrawn", "Not now.")
    assert len(answer.json()["rounds"][0]["votes"]) == 1
    assert (await votes(suite.person(ICB, DELEGATE), of)).json()["code"] == "decision_over"
    assert (await told(suite))[-1] == "withdrawn"
