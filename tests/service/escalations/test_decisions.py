"""Joint decisions: three votes, dissent, silence, two rounds of chiefs, and everything that is no vote."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import delete, select, update

from services.escalations.app import SERVICE
from services.escalations.ladders.commands import load
from shared.plumbing import append_only
from shared.policy import Access, AgencyType, Role
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, WEDNESDAY_NOON, Person, Running

pytestmark = pytest.mark.anyio

THREE = (POLICE, ICB, COUNCIL)
DELEGATE, CHIEF = Role.DELEGATED_PARTNER, Role.LEAD_PARTNER


async def disputed(suite: Running, *, to_stage: int = 3, raiser: tuple[str, AgencyType] = POLICE) -> dict[str, Any]:
    """A dispute between partners, taken to the stage at which the three decide."""
    person = suite.person(raiser)
    matter = await person.raised(kind="partnership_dispute", priority="standard")
    for stage in range(1, min(to_stage, 3)):
        answer = await person.does(matter, "advance", text=f"Not settled at {stage}.", seniority="director")
        assert answer.status_code == 200, answer.text
    return matter


async def votes(
    person: Person, matter: dict[str, Any], outcome: str = "decision_changed", *, round_: int = 3
) -> httpx.Response:
    """Vote, with a reason."""
    body = {"stage_number": round_, "outcome": outcome, "reason": f"We think: {outcome}."}
    headers = person.headers | {"idempotency-key": str(uuid4())}
    path = f"/escalations/v1/escalations/{matter['id']}/vote"
    return await person.client.post(path, json=body, headers=headers)


async def stands(suite: Running, matter: dict[str, Any]) -> dict[str, Any]:
    """The matter as its raiser reads it."""
    found: dict[str, Any] = (await suite.person(POLICE).get(f"/escalations/v1/escalations/{matter['id']}")).json()
    return found


async def decision(person: Person, matter: dict[str, Any]) -> dict[str, Any]:
    """The decision as somebody reads it."""
    answer = await person.get(f"/escalations/v1/escalations/{matter['id']}/decision")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def since_opened(events: list[str]) -> list[str]:
    """The events after the three were called to vote."""
    return events[events.index("decision.opened.v1") :]


async def test_three_equal_votes_settle_it(suite: Running) -> None:
    """Police, ICB and council agree: the matter has the outcome that they voted for, with all three reasons."""
    matter = await disputed(suite)
    for agency in THREE:
        answer = await votes(suite.person(agency, DELEGATE), matter, "new_plan_or_meeting")
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"].endswith("/decision")
    found = await stands(suite, matter)
    assert (found["status"], found["outcome"], found["due_at"]) == ("resolved", "new_plan_or_meeting", None)
    assert found["outcome_text"].count("We think: new_plan_or_meeting.") == 3
    assert found["outcome_text"].startswith("Cheshire Constabulary (in its own cause): new plan or meeting.")
    assert since_opened(await suite.outbox()) == [
        "decision.opened.v1",
        *["decision.voted.v1"] * 3,
        "escalation.resolved.v1",
        "decision.reached.v1",
    ]
    shown = await decision(suite.person(POLICE), matter)
    assert shown["outcome"] == "new_plan_or_meeting"
    [only] = shown["rounds"]
    assert (only["ended_by"], only["missing"]) == ("decide", [])
    assert [(vote["partner"], vote["own_cause"]) for vote in only["votes"]] == [
        ("police", True),
        ("icb", False),
        ("council", True),
    ]
    raiser = suite.person(POLICE)
    assert (await raiser.does(matter, "tell", text="Told.", satisfied=True)).status_code == 200
    assert (await raiser.does(matter, "close", impact="plan_changed")).json()["status"] == "closed"


async def test_two_equal_votes_decide_nothing(suite: Running) -> None:
    """A joint decision exists only when the third has agreed too."""
    matter = await disputed(suite)
    for agency in THREE[:2]:
        await votes(suite.person(agency, DELEGATE), matter)
    assert (await stands(suite, matter))["status"] == "open"
    [only] = (await decision(suite.person(ICB, DELEGATE), matter))["rounds"]
    assert (only["missing"], only["ended_at"]) == (["council"], None)


async def test_dissent_goes_to_the_chiefs(suite: Running) -> None:
    """The second vote that differs takes it up at once, dissent kept with its reason; delegates have no say there."""
    matter = await disputed(suite)
    await votes(suite.person(POLICE, DELEGATE), matter)
    await votes(suite.person(COUNCIL, DELEGATE), matter, "upheld_with_rationale_accepted")
    found = await stands(suite, matter)
    assert (found["status"], found["stage_order"]) == ("open", 4)
    assert found["stages"][-1]["opened_by"] == "dissent"
    assert since_opened(await suite.outbox()) == [
        "decision.opened.v1",
        "decision.voted.v1",
        "decision.voted.v1",
        "decision.failed.v1",
        "escalation.advanced.v1",
        "decision.opened.v1",
    ]
    late = await votes(suite.person(ICB, DELEGATE), matter, round_=4)
    assert (late.status_code, late.json()["code"]) == (403, "not_your_vote")
    assert "lead partner" in late.json()["detail"]
    for agency in THREE:
        answer = await votes(suite.person(agency, CHIEF), matter, "partly_changed", round_=4)
        assert answer.status_code == 201, answer.text
    assert (await stands(suite, matter))["outcome"] == "partly_changed"
    first, second = (await decision(suite.person(ICB, CHIEF), matter))["rounds"]
    assert (first["ended_by"], first["missing"], second["ended_by"]) == ("dissent", ["icb"], "decide")
    assert first["votes"][1]["reason"] == "We think: upheld_with_rationale_accepted."


async def test_silence_goes_to_the_chiefs(suite: Running) -> None:
    """Past the date of a vote that is missing, the chiefs decide; with them it waits, and is overdue."""
    matter = await disputed(suite)
    due = (await decision(suite.person(POLICE), matter))["rounds"][0]["due_at"]
    assert due == "2026-10-21T16:00:00Z"  # ten working days
    for agency in THREE[:2]:
        await votes(suite.person(agency, DELEGATE), matter)
    await suite.at(WEDNESDAY_NOON + timedelta(days=14, hours=5) - timedelta(minutes=1))
    assert (await stands(suite, matter))["stage_order"] == 3
    await suite.at(WEDNESDAY_NOON + timedelta(days=14, hours=5, seconds=1))
    found = await stands(suite, matter)
    assert (found["stage_order"], found["stages"][-1]["opened_by"]) == (4, "silence")
    await suite.at(WEDNESDAY_NOON + timedelta(days=40))
    found = await stands(suite, matter)
    assert (found["status"], found["stage_order"], found["overdue"]) == ("open", 4, True)
    for agency in THREE:
        assert (await votes(suite.person(agency, CHIEF), matter, round_=4)).status_code == 201
    assert (await stands(suite, matter))["status"] == "resolved"


async def test_the_date_counts_and_not_the_sweep(suite: Running) -> None:
    """A vote after its date is refused even where nothing has yet taken the matter up."""
    matter = await disputed(suite)
    suite.runtime.clock.advance_to(WEDNESDAY_NOON + timedelta(days=15))
    answer = await votes(suite.person(POLICE, DELEGATE), matter)
    assert (answer.status_code, answer.json()["code"]) == (409, "round_over")


async def test_chiefs_who_differ_vote_again(suite: Running) -> None:
    """As the ladder says: a new round with a new date; a vote meant for the round before is refused."""
    matter = await disputed(suite)
    await votes(suite.person(POLICE, DELEGATE), matter)
    await votes(suite.person(COUNCIL, DELEGATE), matter, "policy_gap")
    await suite.at(WEDNESDAY_NOON + timedelta(days=2))
    await votes(suite.person(POLICE, CHIEF), matter, round_=4)
    await votes(suite.person(COUNCIL, CHIEF), matter, "policy_gap", round_=4)
    rounds = (await decision(suite.person(POLICE), matter))["rounds"]
    assert [(one["stage_number"], one["stage_order"], one["ended_by"]) for one in rounds] == [
        (3, 3, "dissent"),
        (4, 4, "vote_again"),
        (5, 4, None),
    ]
    assert rounds[2]["due_at"] == "2026-10-23T16:00:00Z"
    stale = await votes(suite.person(ICB, CHIEF), matter, round_=4)
    assert (stale.status_code, stale.json()["code"]) == (409, "round_over")
    assert (await votes(suite.person(ICB, CHIEF), matter, round_=5)).status_code == 201
    assert (await suite.outbox()).count("escalation.advanced.v1") == 3  # voting again is no advance


async def test_one_vote_each(suite: Running) -> None:
    """Two people of one agency at the same moment: one vote, the other is told so."""
    matter = await disputed(suite)
    two = [suite.person(POLICE, DELEGATE, subject=name) for name in ("a delegate", "a named deputy")]
    answers = await asyncio.gather(*(votes(person, matter) for person in two))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert next(a for a in answers if a.status_code == 409).json()["code"] == "already_voted"
    [only] = (await decision(two[0], matter))["rounds"]
    assert len(only["votes"]) == 1
    assert (await suite.outbox()).count("decision.voted.v1") == 1


async def test_three_at_once(suite: Running) -> None:
    """All three vote at the same moment: nobody is turned away, and the matter is settled once."""
    matter = await disputed(suite)
    answers = await asyncio.gather(*(votes(suite.person(agency, DELEGATE), matter) for agency in THREE))
    assert [answer.status_code for answer in answers] == [201] * 3
    assert (await suite.outbox()).count("escalation.resolved.v1") == 1


async def test_a_deputys_vote_is_marked(suite: Running) -> None:
    """She has the vote of whom she stands in for; the decision, its event, its history and its outcome say that it was she."""
    matter = await disputed(suite)
    deputy = suite.person(ICB, DELEGATE, Role.DEPUTY)
    assert (await votes(deputy, matter)).status_code == 201
    for agency in (POLICE, COUNCIL):
        await votes(suite.person(agency, DELEGATE), matter)
    [only] = (await decision(suite.person(POLICE), matter))["rounds"]
    marked = {vote["partner"]: vote["as_deputy"] for vote in only["votes"]}
    assert marked == {"icb": True, "police": False, "council": False}
    assert (
        "Nhs Cheshire And Merseyside Icb (by a deputy): decision changed."
        in (await stands(suite, matter))["outcome_text"]
    )
    cast = [entry for entry in await suite.history(matter["id"]) if entry.did == "vote"]
    assert [entry.facts["as_deputy"] for entry in cast] == [True, False, False]
    again = await votes(suite.person(ICB, DELEGATE, subject="whom she stands in for"), matter)
    assert again.status_code == 409


async def test_nobody_votes_for_two(suite: Running) -> None:
    """One person with two agencies' tokens, or who acts for another agency, has one vote and that of the own agency."""
    matter = await disputed(suite)
    person = {"subject": "one person"}
    assert (await votes(suite.person(ICB, DELEGATE, **person, acting_for=[COUNCIL[0]]), matter)).status_code == 201
    [only] = (await decision(suite.person(POLICE), matter))["rounds"]
    assert [(vote["partner"], vote["agency_id"], vote["own_cause"]) for vote in only["votes"]] == [
        ("icb", ICB[0], True)
    ]
    again = await votes(suite.person(COUNCIL, DELEGATE, **person), matter)
    assert (again.status_code, again.json()["code"]) == (403, "not_your_vote")


@pytest.mark.parametrize(
    ("agency", "role", "more", "says"),
    [
        (SCHOOL, DELEGATE, {}, "safeguarding partners"),
        (COUNCIL, Role.BUSINESS_UNIT, {}, "delegated_partner"),
        (POLICE, Role.AGENCY_LEAD, {}, "lead_partner"),
        (ICB, Role.DEPUTY, {}, "delegated_partner"),  # a deputy of somebody who does not hold the vote
        (POLICE, DELEGATE, {"access": Access.APPLICATION}, "a person, signed in"),
    ],
)
async def test_no_vote_without_the_role(
    suite: Running, agency: tuple[str, AgencyType], role: Role, more: dict[str, Any], says: str
) -> None:
    """Refused with the rule in words; nothing is stored and nothing told."""
    matter = await disputed(suite)
    before = await suite.outbox()
    answer = await votes(suite.person(agency, role, **more), matter)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_granted")
    assert says in answer.json()["detail"]
    assert await suite.outbox() == before


async def test_nothing_to_vote_on(suite: Running) -> None:
    """Before its stage a matter is not there for the three; after its outcome there is no vote."""
    matter = await disputed(suite, to_stage=2)
    delegate = suite.person(ICB, DELEGATE)
    assert (await votes(delegate, matter)).status_code == 404
    assert (await delegate.get(f"/escalations/v1/escalations/{matter['id']}/decision")).status_code == 404
    assert await decision(suite.person(POLICE), matter) == {
        "escalation_id": matter["id"],
        "outcome": None,
        "rounds": [],
    }
    settled = await disputed(suite)
    for agency in THREE:
        await votes(suite.person(agency, DELEGATE), settled)
    again = await votes(suite.person(POLICE, DELEGATE), settled)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_this_status")


async def test_the_two_agencies_do_not_end_it(suite: Running) -> None:
    """Where the three decide, neither side answers, advances, passes on, resolves or rejects; withdrawing is the raiser's."""
    matter = await disputed(suite)
    raising, receiving = suite.person(POLICE), suite.person(COUNCIL)
    said = {"text": "Ours.", "seniority": "chief_officer"}
    for person, action, body in (
        (receiving, "respond", said),
        (raising, "advance", said),
        (raising, "resolve", said | {"outcome": "decision_changed"}),
        (receiving, "pass_on", {"receiving_agency_id": ICB[0], "reason": "Theirs."}),
    ):
        answer = await person.does(matter, action, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "decided_jointly"), action
    assert (await raising.does(matter, "meet", **said)).status_code == 200
    for agency in THREE:
        assert (await votes(suite.person(agency, DELEGATE), matter)).status_code == 201
    answer = await raising.does(matter, "reject", reason="Not what we asked for.")
    assert (answer.status_code, answer.json()["code"]) == (409, "decided_jointly")


async def test_withdrawn_between_votes(suite: Running) -> None:
    """The raiser may take it back; the round ends with that."""
    matter = await disputed(suite)
    await votes(suite.person(POLICE, DELEGATE), matter)
    assert (await suite.person(POLICE).does(matter, "withdraw", reason="Settled between us.")).status_code == 200
    answer = await votes(suite.person(ICB, DELEGATE), matter)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_this_status")
    [only] = (await decision(suite.person(POLICE), matter))["rounds"]
    assert only["ended_by"] == "withdraw"


async def test_a_reason_that_seems_to_name_somebody(suite: Running) -> None:
    """Refused until it has been read again; the vote is then cast."""
    matter = await disputed(suite)
    person = suite.person(ICB, DELEGATE)
    path = f"/escalations/v1/escalations/{matter['id']}/vote"
    body = {"stage_number": 3, "outcome": "policy_gap", "reason": "Her NHS number is 943 476 5919."}
    for more, status in (({}, 422), ({"text_checked": True}, 201)):
        headers = person.headers | {"idempotency-key": str(uuid4())}
        assert (await suite.client.post(path, json=body | more, headers=headers)).status_code == status


async def test_who_sees_the_votes_is_recorded(suite: Running) -> None:
    """Each reading of the votes is a reading of the matter."""
    matter = await disputed(suite)
    await decision(suite.person(COUNCIL, Role.BUSINESS_UNIT), matter)
    last = (await suite.access_records())[-1]
    assert (last.record_type, last.record_id, last.view) == ("escalations.escalation", matter["id"], "pseudonymised")
    hidden = await suite.person(SCHOOL).get(f"/escalations/v1/escalations/{matter['id']}/decision")
    assert hidden.status_code == 404


async def ruled(suite: Running, on_dissent: str, on_breach: str = "flag") -> dict[str, Any]:
    """A dispute under a ladder of one's own, at its last stage, where the delegates decide by this rule."""
    times = {"immediate": {"amount": 4, "unit": "clock_hours"}}
    times |= {priority: {"amount": 2, "unit": "working_days"} for priority in ("urgent", "standard")}
    first: dict[str, Any] = {
        "order": 1,
        "name": "The two agencies",
        "formality": "formal",
        "seniority": "director",
        "clocks": {"respond": times | {"on_breach": "flag"}},
    }
    votes_ = {"order": 2, "decided_by": "delegated_partner", "on_dissent": on_dissent}
    second = first | votes_ | {"clocks": {"respond": times | {"on_breach": on_breach}}}
    ladder = {
        "code": f"by-{on_dissent.replace('_', '-')}",
        "version": 1,
        "name": "Made up",
        "kind": "partnership_dispute",
    }
    ladder |= {"verified": False, "source": "Made up", "effective_from": "2019-09-01", "stages": [first, second]}
    async with suite.runtime.database.transaction() as tx:
        await load(tx, [ladder])
    person = suite.person(POLICE)
    matter = await person.raised(kind="partnership_dispute", priority="standard", ladder=ladder["code"])
    assert (await person.does(matter, "advance", text="Not settled.", seniority="director")).status_code == 200
    return matter


async def test_where_a_majority_decides(suite: Running) -> None:
    """The third vote is awaited, and kept as dissent where it differs."""
    matter = await ruled(suite, "majority")
    await votes(suite.person(POLICE, DELEGATE), matter, "decision_changed", round_=2)
    await votes(suite.person(COUNCIL, DELEGATE), matter, "policy_gap", round_=2)
    assert (await stands(suite, matter))["status"] == "open"
    await votes(suite.person(ICB, DELEGATE), matter, "decision_changed", round_=2)
    found = await stands(suite, matter)
    assert (found["status"], found["outcome"]) == ("resolved", "decision_changed")
    assert "We think: policy_gap." in found["outcome_text"]
    table = suite.runtime.database.plumbing.outbox
    async with suite.runtime.database.reading() as tx:
        reached = await tx.scalar(select(table.c.data).where(table.c.type == "escalations.decision.reached.v1"))
    assert (reached["verdict"], reached["dissenting"]) == ("majority", ["council"])


async def test_three_ways_apart_they_vote_again(suite: Running) -> None:
    """Where a majority would decide and there is none."""
    matter = await ruled(suite, "majority")
    for agency, outcome in zip(THREE, ("decision_changed", "policy_gap", "information_supplied"), strict=True):
        assert (await votes(suite.person(agency, DELEGATE), matter, outcome, round_=2)).status_code == 201
    rounds = (await decision(suite.person(POLICE), matter))["rounds"]
    assert [(one["stage_number"], one["ended_by"]) for one in rounds] == [(2, "vote_again"), (3, None)]


async def test_where_all_stays_as_it_was(suite: Running) -> None:
    """Dissent ends it: what was in dispute stands, determined by the senior partners, with what each of them said."""
    matter = await ruled(suite, "stands")
    await votes(suite.person(POLICE, DELEGATE), matter, "decision_changed", round_=2)
    await votes(suite.person(ICB, DELEGATE), matter, "policy_gap", round_=2)
    found = await stands(suite, matter)
    assert (found["status"], found["outcome"]) == ("resolved", "determined_by_senior_partners")
    assert found["outcome_text"].count("We think:") == 2


async def test_a_duty_of_the_three_is_not_the_agencys(suite: Running) -> None:
    """The clock of their votes lies on nobody's agency, and stops with the decision."""
    matter = await disputed(suite)
    for agency in THREE:
        await votes(suite.person(agency, DELEGATE), matter)
    clock = (await stands(suite, matter))["clocks"][-1]
    assert (clock["stage_order"], clock["duty"], clock["on_whom"], clock["late"]) == (3, "respond", None, False)


async def test_what_was_said_and_done_is_never_changed(suite: Running) -> None:
    """Not even by the service itself: its role may add to it, and alter none of it."""
    kept = append_only(SERVICE.base.metadata)
    assert {"vote", "history_entry", "learning_entry", "frozen_quarter", "ladder_version", "brought_in"} <= {
        table.name for table in kept
    }
    for table in kept:
        column = list(table.c)[-1]
        for statement in (update(table).values({column: column}), delete(table)):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                async with suite.runtime.database.transaction() as tx:
                    await tx.execute(statement)
