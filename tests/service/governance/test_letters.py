"""Owners and challenged agencies are told by e-mail, over a real mail server: who, of what, and when."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.governance.letters.models import Letter
from services.governance.post import ERRANDS
from shared import errands
from shared.policy import Role
from tests.post_office import PostOffice, post_office
from tests.service.governance.acting import LI, POLICE, Life, seated
from tests.service.governance.running import COUNCIL, ICB, SCHOOL, TRUST, Running
from tests.service.governance.test_attendance import EXPECTED, met
from tests.service.governance.test_challenges import CHALLENGE, does, lead, scrutineer
from tests.service.governance.test_joint_decisions import asked, votes
from tests.service.governance.test_meetings import seated as seated_there
from tests.service.governance.test_risks import RISK
from tests.service.governance.test_risks import does as scored

COUNCILS, ICBS, TRUSTS = "council@partnership.example", "icb@partnership.example", "trust@partnership.example"
UNIT = "unit@partnership.example"


@pytest.fixture
async def office(suite: Running) -> AsyncIterator[PostOffice]:
    """A mail server; the council, the board and the trust have named a contact."""
    for agency, address in ((COUNCIL, COUNCILS), (ICB, ICBS), (TRUST, TRUSTS)):
        named = {"agency_id": agency[0], "purpose": "single_point_of_contact", "name": "Sam Madeup", "email": address}
        await suite.unit.made("/contacts", **named)
    async with post_office() as open_:
        yield open_


async def delivered(suite: Running, office: PostOffice) -> list[tuple[str, str]]:
    """To whom letters came since the last time, and what about, once everything that is due has been sent."""
    before = len(office.letters)
    for errand in ERRANDS:
        await errands.run(suite.runtime.database, office.settings(suite.runtime.settings), errand)
    return [(str(one["To"]), str(one["Subject"])) for one in office.letters[before:]]


async def test_an_owner_is_told(suite: Running, office: PostOffice) -> None:
    """Agreed, reminded once, late, claimed and sent back, signed: each time what happened, by when, and where to read it."""
    li, life = await seated(suite, POLICE, LI), Life(suite)
    await life.proposed()
    assert await delivered(suite, office) == []  # nothing is to be done yet
    await life.do(suite.unit, "agree")
    assert await delivered(suite, office) == [(COUNCILS, "ACT-2627-0001: an action is yours")]
    text = office.letters[-1].get_content()
    assert f"/governance/v1{life.path}" in text
    assert "Due by Monday 2 November 2026." in text
    await life.do(life.owner, "start")
    await suite.at(datetime(2026, 10, 23, 16, 0, tzinfo=UTC))
    assert await delivered(suite, office) == []
    for day in (26, 27, 30):
        await suite.at(datetime(2026, 10, day, 10, 0, tzinfo=UTC))
    assert await delivered(suite, office) == [(COUNCILS, "ACT-2627-0001: an action is due soon")]
    await suite.at(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
    assert await delivered(suite, office) == [(COUNCILS, "ACT-2627-0001: an action drifts")]
    await life.add(life.owner, "evidence", kind="qualitative", title="Minutes", text="Of one month.")
    await life.do(life.owner, "claim", text="It is done.")
    await life.do(li, "return", reason="Whose minutes?")
    await life.do(life.owner, "claim", text="It is done.")
    await life.do(li, "sign", **await life.decided(LI, "2026-11-03"))
    about = sorted(subject.partition(": ")[2] for _, subject in await delivered(suite, office))
    assert about == ["not signed", "signed"]
    [signed] = [one for one in office.letters if str(one["Subject"]).endswith(": signed")]
    assert "the activity is complete" in signed.get_content()


async def test_who_sits_somewhere_is_told_herself(suite: Running, office: PostOffice) -> None:
    """At the address that she has given for her seat; when the action gets another owner, that one."""
    life = Life(suite)
    person = {"person_id": life.owner_id, "person_name": "Robin Madeup", "agency_id": COUNCIL[0]}
    seat = {"body_id": LI, "seat": "member", "starts_on": "2026-10-01", "email": "robin@partnership.example"}
    await suite.unit.made("/memberships", **person, **seat)
    await life.running()
    assert await delivered(suite, office) == [("robin@partnership.example", "ACT-2627-0001: an action is yours")]
    await life.do(suite.unit, "amend", owner_id="6f1c1d0a-8a4e-4c0e-9a53-0d8a51f0a099", owner_name="Kit Madeup")
    assert await delivered(suite, office) == [(COUNCILS, "ACT-2627-0001: an action is yours")]
    assert "Its owner: Kit Madeup." in office.letters[-1].get_content()
    contact, account = (await suite.unit.items("/contacts", agency_id=COUNCIL[0]))[0], str(uuid4())
    await suite.unit.edit(f"/contacts/{contact['id']}", {"person_id": account})
    for number, person_id in enumerate(("", account)):  # suspended with her agency, or alone; and nobody stands in
        await suite.suspends(COUNCIL, person_id)
        owner = {"owner_id": f"6f1c1d0a-8a4e-4c0e-9a53-0d8a51f0a09{number}", "owner_name": "Pat Madeup"}
        await life.do(suite.unit, "amend", **owner)
        assert await delivered(suite, office) == []
        await suite.resumes(COUNCIL, person_id)


async def test_a_challenge_passes_to_the_successor_who_is_told(suite: Running, office: PostOffice) -> None:
    """Whose turn it is hears of each step; an ended agency's challenge is its successor's, and its history says so."""
    of = await scrutineer(suite).made("/challenges", **CHALLENGE)
    assert await delivered(suite, office) == [(ICBS, f"{of['reference']}: your agency is challenged")]
    of = await does(lead(suite), of, "respond", text="We look into it.")
    await does(scrutineer(suite), of, "return", text="Into what?")
    async with suite.runtime.database.reading() as tx:  # the scrutineer has no contact, and no business unit hears
        unreached = select(func.count()).where(Letter.failure == "no_contact")
        assert await tx.scalar(unreached) == 1
    assert [subject.partition(": ")[2] for _, subject in await delivered(suite, office)] == [
        "another answer is awaited"
    ]
    ended: dict[str, Any] = {"effective_to": "2026-10-09", "successor_ids": [TRUST[0]]}
    answer = await suite.unit.edit(f"/agencies/{ICB[0]}", ended, "end")
    assert answer.status_code == 200, answer.text
    await suite.at(datetime(2026, 10, 12, 9, 0, tzinfo=UTC))
    assert (TRUSTS, f"{of['reference']}: a successor takes over") in await delivered(suite, office)
    [told] = [one for one in await suite.events("challenge") if one.type.endswith("succeeded.v1")]
    assert (told.data()["agency_id"], told.data()["from_agency_id"]) == (TRUST[0], ICB[0])
    history = (await suite.unit.get(f"/challenges/{of['id']}")).json()["steps"]
    assert history[-1]["did"] == "succeed"


async def test_a_challenge_of_an_ended_agency_is_its_successors_to_follow(suite: Running, office: PostOffice) -> None:
    """The successor hears of it, and whoever has the same role there goes on with it."""
    of = await suite.person(POLICE, Role.DELEGATED_PARTNER).made("/challenges", **CHALLENGE)
    await does(lead(suite), of, "respond", text="We look into it.")
    await delivered(suite, office)
    ended: dict[str, Any] = {"effective_to": "2026-10-09", "successor_ids": [COUNCIL[0]]}
    answer = await suite.unit.edit(f"/agencies/{POLICE[0]}", ended, "end")
    assert answer.status_code == 200, answer.text
    await suite.at(datetime(2026, 10, 12, 9, 0, tzinfo=UTC))
    assert await delivered(suite, office) == [(COUNCILS, f"{of['reference']}: a successor takes over")]
    [told] = [one for one in await suite.events("challenge") if one.type.endswith("passed_on.v1")]
    assert (told.data()["by_agency_id"], told.data()["from_agency_id"]) == (COUNCIL[0], POLICE[0])
    of = await does(suite.person(COUNCIL, Role.DELEGATED_PARTNER), of, "return", text="Into what?")
    assert of["by_agency_id"] == COUNCIL[0]


async def test_the_executive_and_the_owner_of_a_risk_are_told(suite: Running, office: PostOffice) -> None:
    """Whose it is, that it goes to the Executive, what that asks and answers, and that a review is late: each to whose turn it is."""
    risk = await suite.unit.made("/risks", **RISK)
    about = risk["reference"]
    assert await delivered(suite, office) == [(ICBS, f"{about}: a risk is yours")]
    assert "Due by Monday 7 December 2026." in office.letters[-1].get_content()
    risk = await scored(suite.unit, risk, "score", likelihood=4, impact=4, reason="Two more have left.")
    with_the_three = [(one, f"{about}: a risk is with the Executive") for one in (COUNCILS, ICBS)]
    assert sorted(await delivered(suite, office)) == with_the_three  # the police have named nobody
    executive, owner = suite.person(POLICE, Role.EXECUTIVE_MEMBER), suite.person(ICB, Role.AGENCY_LEAD)
    await scored(executive, risk, "ask", text="When will the posts be filled?")
    await scored(owner, risk, "reply", text="In January.")
    await scored(executive, risk, "answer", answer="treat", text="Agency staff until then.")
    told = sorted((to, subject.partition(": ")[2]) for to, subject in await delivered(suite, office))
    assert told == [
        (COUNCILS, "a reply has come"),
        (ICBS, "a reply has come"),
        (ICBS, "the Executive asks"),
        (ICBS, "the Executive has answered"),
    ]
    await scored(suite.unit, risk, "change", owner_agency_id=TRUST[0], reason="It employs them.")
    await suite.at(datetime(2026, 12, 8, 9, 30, tzinfo=UTC))
    assert sorted(await delivered(suite, office)) == [
        (TRUSTS, f"{about}: a review is late"),
        (TRUSTS, f"{about}: a risk is yours"),
    ]


async def test_a_reply_that_the_executive_waits_for_is_asked_for_again(suite: Running, office: PostOffice) -> None:
    """By its day; whoever owns the risk meanwhile hears what is asked of it; when it is over, the business unit hears too."""
    unit = {"agency_id": COUNCIL[0], "purpose": "business_unit", "name": "Kit Madeup", "email": UNIT}
    await suite.unit.made("/contacts", **unit)
    risk = await suite.unit.made("/risks", **RISK | {"current": {"likelihood": 4, "impact": 4}})
    await delivered(suite, office)
    about = risk["reference"]
    risk = await scored(suite.person(POLICE, Role.EXECUTIVE_MEMBER), risk, "ask", text="When will the posts be filled?")
    assert await delivered(suite, office) == [(ICBS, f"{about}: the Executive asks")]
    assert "Due by Wednesday 21 October 2026." in office.letters[-1].get_content()
    await scored(suite.unit, risk, "change", owner_agency_id=TRUST[0], reason="It employs them.")
    given = [(TRUSTS, f"{about}: a risk is yours"), (TRUSTS, f"{about}: the Executive asks")]
    assert sorted(await delivered(suite, office)) == given
    for day in (22, 23):
        await suite.at(datetime(2026, 10, day, 9, 30, tzinfo=UTC))
    assert sorted(await delivered(suite, office)) == [(one, f"{about}: a reply is awaited") for one in (TRUSTS, UNIT)]


async def test_the_three_are_asked_for_votes_reminded_and_told_of_the_chiefs(
    suite: Running, office: PostOffice
) -> None:
    """Who holds a vote and has given an address is told herself, as her deputy is; of other partners the contact is told."""
    here = {"body_id": "executive", "agency_id": POLICE[0], "starts_on": "2026-10-01"}
    holders = {}
    for seat in ("delegated_partner", "lead_partner"):
        person = {"person_id": str(uuid4()), "person_name": "Robin Madeup", "email": f"{seat}@partnership.example"}
        holders[seat] = await suite.unit.made("/memberships", **here, **person, seat=seat)
    deputy = {"person_id": str(uuid4()), "person_name": "Kit Madeup", "email": "deputy@partnership.example"}
    stands_in = {"seat": "deputy", "deputy_for": holders["delegated_partner"]["id"]}
    await suite.unit.made("/memberships", **here, **deputy, **stands_in)
    delegates, chiefs = (
        ["delegated_partner@partnership.example", "deputy@partnership.example"],
        ["lead_partner@partnership.example"],
    )
    of = await asked(suite)
    assert sorted(await delivered(suite, office)) == [
        (one, "A joint decision") for one in sorted([COUNCILS, ICBS, *delegates])
    ]
    text = office.letters[-1].get_content()
    assert f"/governance/v1/joint-decisions/{of['id']}" in text
    assert "a document of the partnership is published. Round 1." in text
    assert "Due by 17:00 on Wednesday 21 October 2026." in text
    assert of["question"] not in text
    await votes(suite.person(COUNCIL, Role.DELEGATED_PARTNER), of)
    await suite.at(datetime(2026, 10, 19, 15, 0, tzinfo=UTC))
    assert await delivered(suite, office) == []
    for hour in (8, 9):
        await suite.at(datetime(2026, 10, 20, hour, 0, tzinfo=UTC))
    reminded = [(one, "A vote is awaited") for one in sorted([ICBS, *delegates])]
    assert sorted(await delivered(suite, office)) == reminded
    await votes(suite.person(ICB, Role.DELEGATED_PARTNER), of, "do_not_publish")
    passed = [(one, "For the chiefs to decide") for one in sorted([COUNCILS, ICBS, *delegates, *chiefs])]
    assert sorted(await delivered(suite, office)) == passed
    assert "The delegated partners have voted differently: a document" in office.letters[-1].get_content()


async def test_who_stands_beside_a_contact_is_told_too(suite: Running, office: PostOffice) -> None:
    """A school's escalation partner hears with it: each has a letter of her own."""
    schools = {"agency_id": SCHOOL[0], "purpose": "single_point_of_contact", "name": "Sam Madeup"}
    await suite.unit.made("/contacts", **schools, email="school@partnership.example")
    acting = {"for_agency_id": SCHOOL[0], "agency_id": ICB[0], "purpose": "escalation_partner"}
    await suite.unit.made("/delegations", **acting, starts_on="2026-10-01", agreed_by="The headteacher")
    of = await scrutineer(suite).made("/challenges", **CHALLENGE | {"agency_id": SCHOOL[0]})
    told = [(one, f"{of['reference']}: your agency is challenged") for one in (ICBS, "school@partnership.example")]
    assert sorted(await delivered(suite, office)) == told


async def test_an_agency_that_came_too_seldom_is_asked_by_letter(suite: Running, office: PostOffice) -> None:
    """At how many meetings of which body, and until when its answer is awaited."""
    _, police = await seated_there(suite, POLICE)
    await suite.unit.made("/expectations", **EXPECTED | {"agency_id": COUNCIL[0]})
    for month in (11, 12):
        await met(suite, datetime(2026, month, 9, 10, 5, tzinfo=UTC), {police["id"]: "present"})
    assert await delivered(suite, office) == [(COUNCILS, "Why was your seat empty?")]
    text = office.letters[-1].get_content()
    assert "at 0 of 2 meetings of Learning and Improvement" in text
    assert "/governance/v1/explanations/" in text
    unit = {"agency_id": COUNCIL[0], "purpose": "business_unit", "name": "Kit Madeup", "email": UNIT}
    await suite.unit.made("/contacts", **unit)
    await suite.at(datetime(2027, 1, 11, 16, 30, tzinfo=UTC))
    assert await delivered(suite, office) == []  # its last day
    for day in (12, 13):
        await suite.at(datetime(2027, 1, day, 10, 0, tzinfo=UTC))
    overdue = "An explanation is awaited"
    assert sorted(await delivered(suite, office)) == sorted([(COUNCILS, overdue), (UNIT, overdue)])
    assert "Why Cheshire East Council was at so few meetings of Learning and Imp" in office.letters[-1].get_content()


async def test_who_asked_the_three_hears_when_they_have_answered(suite: Running, office: PostOffice) -> None:
    """What they decided is read after signing in; of a question that was taken back nobody hears."""
    asking = suite.person(ICB, Role.DELEGATED_PARTNER)
    of, withdrawn = [
        await asking.made("/joint-decisions", kind="publish", question="Shall it be published?") for _ in "12"
    ]
    answer = await asking.edit(f"/joint-decisions/{withdrawn['id']}", {"reason": "It was asked twice."}, "withdraw")
    assert answer.status_code == 200, answer.text
    await delivered(suite, office)
    for agency in (COUNCIL, ICB, POLICE):
        await votes(suite.person(agency, Role.DELEGATED_PARTNER), of)
    assert await delivered(suite, office) == [(ICBS, "A joint decision has ended")]
    text = office.letters[-1].get_content()
    assert f"/governance/v1/joint-decisions/{of['id']}" in text
    assert "is at its end: a document of the partnership is published. What came of it is with it." in text
