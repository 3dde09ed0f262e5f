"""Contacts are told by e-mail, over a real mail server: who, when, and with nothing about the child in it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.escalations.escalations import commands as escalations
from services.escalations.post import ERRANDS
from shared import errands
from shared.contracts.governance import Hours
from shared.policy import AgencyType, Role
from tests.service.escalations.post_office import (
    PostOffice,
    delegates,
    delivered,
    due_now,
    names,
    post_office,
    written,
)
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, WEDNESDAY_NOON, Running, register_agency

pytestmark = pytest.mark.anyio

GP = ("made-up-surgery", AgencyType.GP)
IMMEDIATE = {"priority": "immediate", "safety_action": "Police protection at once."}


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server."""
    async with post_office() as open_:
        yield open_


async def test_the_receiving_contact_is_told(suite: Running, office: PostOffice) -> None:
    """Reference, agencies, stage, due date and a link; nothing of what was written, of the child or of the theme."""
    address = await names(suite, COUNCIL)
    matter = await suite.person(POLICE).raised(child_views="Wants to go home.")
    (letter,) = await delivered(suite, office)
    assert letter["To"] == address
    assert letter["From"] == "safer@partnership.example"
    assert letter["Subject"] == f"Escalation {matter['reference']}: an answer is needed"
    text = letter.get_content()
    assert "Cheshire Constabulary challenges a decision of Cheshire East Council." in text
    assert "Due by 17:00 on Thursday 8 October 2026." in text
    assert "http://127.0.0.1:8000/escalations/v1/links/" in text
    whole = letter.as_string()
    child = matter["children"][0]
    secret = (
        matter["summary"],
        matter["wanted"],
        "go home",
        child["pseudonym"],
        child["child_id"],
        "SANDBOX",
        "10_to_15",
    )
    assert not [one for one in (*secret, "strategy", "complex", matter["id"]) if one in whole]


async def test_a_letter_is_sent_once(suite: Running, office: PostOffice) -> None:
    """What has left does not leave again."""
    await names(suite, COUNCIL)
    await suite.person(POLICE).raised()
    assert len(await delivered(suite, office)) == 1
    assert await delivered(suite, office) == []


async def test_a_refused_challenge_writes_to_nobody(suite: Running, office: PostOffice) -> None:
    """The letter is part of the transaction that it tells of."""
    await names(suite, COUNCIL)
    child = {"identifiers": [{"type": "police_id", "value": "SANDBOX-0001"}]}
    assert (await suite.person(POLICE).raise_(children=[child, child])).status_code == 422
    assert await written(suite) == []


async def test_the_stand_in_while_absent(suite: Running, office: PostOffice) -> None:
    """Own stand-in, then the agency that stands in, then the absent contact all the same."""
    spoc = await names(suite, SCHOOL, away=[(date(2026, 10, 5), date(2026, 10, 9))])
    await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0])
    assert [letter["To"] for letter in await delivered(suite, office)] == [spoc]
    await delegates(suite, COUNCIL, SCHOOL, "stand_in")
    council = await names(suite, COUNCIL)
    await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0])
    assert [letter["To"] for letter in await delivered(suite, office)] == [council]
    stand_in = await names(suite, SCHOOL, "stand_in")
    await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0])
    assert [letter["To"] for letter in await delivered(suite, office)] == [stand_in]


async def test_the_escalation_partner_above_its_level(suite: Running, office: PostOffice) -> None:
    """A small agency's partner is told from its level upwards, beside the agency's own contact."""
    own, partner = await names(suite, SCHOOL), await names(suite, COUNCIL)
    await delegates(suite, COUNCIL, SCHOOL, "escalation_partner", "senior_manager")
    officer, teacher = suite.person(POLICE), suite.person(SCHOOL)
    matter = await officer.raised(receiving_agency_id=SCHOOL[0])
    told = [[letter["To"] for letter in await delivered(suite, office)]]
    for _ in range(2):
        await teacher.does(matter, "respond", text="No.", seniority="chief_officer")
        await officer.does(matter, "advance", text="It is not answered.", seniority="chief_officer")
        told.append(sorted(letter["To"] for letter in await delivered(suite, office)))
    assert told == [[own], [own], sorted([own, partner])]


async def test_what_is_skipped_at_night_is_immediate_from_then_on(suite: Running, office: PostOffice) -> None:
    """A standard matter, and a Sunday's two in the morning: the night's contact is told, and has four hours, not five days."""
    await names(suite, COUNCIL)
    night = await names(suite, COUNCIL, "out_of_hours")
    officer = suite.person(POLICE)
    matter = await officer.raised(priority="standard")
    await delivered(suite, office)
    await suite.at(datetime(2026, 10, 11, 1, 0, tzinfo=UTC))
    told = {"reason": "He was seen with a knife at her door.", "safety_action": "Police protection since one."}
    skipped = (await officer.does(matter, "skip", to_stage=3, **told)).json()
    assert (skipped["priority"], skipped["safety_action"]) == ("immediate", told["safety_action"])
    hours = datetime.fromisoformat(skipped["due_at"]) - datetime.fromisoformat(skipped["stages"][-1]["opened_at"])
    assert hours == timedelta(hours=4)
    letters = [letter for letter in await delivered(suite, office) if letter["To"] == night]
    assert [letter["Subject"] for letter in letters] == [f"IMMEDIATE: Escalation {matter['reference']}: at stage 3"]
    await suite.at(datetime(2026, 10, 11, 5, 30, tzinfo=UTC))
    climbed = (await officer.get(f"/escalations/v1/escalations/{matter['id']}")).json()
    assert (climbed["stage_order"], climbed["priority"]) == (4, "immediate"), "nobody answered: no Monday is waited for"


async def test_out_of_hours_for_what_cannot_wait(suite: Running, office: PostOffice) -> None:
    """A child at immediate risk: at three in the morning the out-of-hours contact is told; an urgent matter tells the other."""
    spoc, night = await names(suite, COUNCIL), await names(suite, COUNCIL, "out_of_hours")
    await suite.at(datetime(2026, 10, 10, 2, 0, tzinfo=UTC))
    await suite.person(POLICE).raised(**IMMEDIATE)
    letters = await delivered(suite, office)
    assert {letter["To"] for letter in letters} == {spoc, night}
    assert all(letter["Subject"].startswith("IMMEDIATE: ") for letter in letters)
    await suite.person(POLICE).raised()
    assert [letter["To"] for letter in await delivered(suite, office)] == [spoc]


async def test_the_raiser_hears_of_the_answer(suite: Running, office: PostOffice) -> None:
    """Answer to the raising side; outcome to both; withdrawal to the other."""
    raising, receiving = await names(suite, POLICE), await names(suite, COUNCIL)
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    await delivered(suite, office)
    await worker.does(matter, "respond", text="Yes.", seniority="practitioner")
    (answered,) = await delivered(suite, office)
    assert (answered["To"], "links" in answered.get_content()) == (raising, False)
    await officer.does(matter, "resolve", outcome="decision_changed", text="Done.", seniority="practitioner")
    assert sorted(letter["To"] for letter in await delivered(suite, office)) == sorted([raising, receiving])
    other = await officer.raised()
    await delivered(suite, office)
    await officer.does(other, "withdraw", reason="Settled.")
    (withdrawn,) = await delivered(suite, office)
    assert (withdrawn["To"], "withdrawn" in withdrawn["Subject"]) == (receiving, True)


async def test_silence_tells_both(suite: Running, office: PostOffice) -> None:
    """Who did not answer is asked again a stage higher, and who asked learns of it; the business unit where the ladder says so."""
    raising, receiving = await names(suite, POLICE), await names(suite, COUNCIL)
    unit = await names(suite, COUNCIL, "business_unit")
    await suite.person(POLICE).raised()
    await delivered(suite, office)
    await suite.at(datetime(2026, 10, 8, 17, 0, tzinfo=UTC))
    letters = await delivered(suite, office)
    told = sorted(letter["To"] for letter in letters if "stage 2" in letter["Subject"])
    assert told == sorted([raising, receiving])
    await suite.at(datetime(2026, 10, 9, 17, 0, tzinfo=UTC))
    letters = await delivered(suite, office)
    told = sorted(letter["To"] for letter in letters if "stage 3" in letter["Subject"])
    assert told == sorted([raising, receiving, unit])
    assert not [letter for letter in letters if letter["To"] == unit and "/links/" in letter.get_content()]


async def test_a_mediator_is_told_of_a_dispute(suite: Running, office: PostOffice) -> None:
    """By letter from its first stage; where the three partners decide, and while it runs, she reads it, and how they vote."""
    scrutineer = ("independent-scrutineer", AgencyType.INDEPENDENT)
    address, mediator = await names(suite, scrutineer, "mediator"), suite.person(scrutineer, Role.MEDIATOR)
    officer = suite.person(POLICE)
    matter = await officer.raised(kind="partnership_dispute")
    assert address in [letter["To"] for letter in await delivered(suite, office)]
    read = f"/escalations/v1/escalations/{matter['id']}"
    for status in (404, 404):
        assert (await mediator.get(read)).status_code == status
        await officer.does(matter, "advance", text="Not settled.", seniority="director")
    found = (await mediator.get(read)).json()
    assert (found["view"], found["children"][0]["identifiers"]) == ("pseudonymised", None)
    assert len((await mediator.get(f"{read}/decision")).json()["rounds"]) == 1
    await officer.does(matter, "withdraw", reason="Settled between us.")
    assert (await mediator.get(read)).status_code == 404


async def test_the_board_stands_in_for_a_surgery(suite: Running, office: PostOffice) -> None:
    """A practice without a contact: the integrated care board's is told, in its name."""
    await register_agency(suite.runtime, *GP)
    board = await names(suite, ICB)
    await suite.person(POLICE).raised(receiving_agency_id=GP[0])
    assert [letter["To"] for letter in await delivered(suite, office)] == [board]


async def test_nobody_to_tell_is_not_hidden(suite: Running, office: PostOffice) -> None:
    """An agency without a contact, or one that is not registered: who asked is told to tell it herself."""
    raising = await names(suite, POLICE)
    await suite.person(POLICE).raised()
    await suite.person(POLICE).raised(receiving_agency_id=None, receiving_name="A school elsewhere")
    letters = await delivered(suite, office)
    assert [letter["To"] for letter in letters] == [raising, raising]
    assert all("nobody could be told" in letter["Subject"] for letter in letters)
    assert [row.failure for row in await written(suite) if row.failed_at] == ["no_contact", "no_contact"]


async def test_who_stands_in_is_told_for_a_suspended_agency(suite: Running, office: PostOffice) -> None:
    """Or else whoever raised it, that nobody could be; from its resumption on its own contact is told again."""
    council, raising, school = [await names(suite, agency) for agency in (COUNCIL, POLICE, SCHOOL)]

    async def told() -> list[str]:
        await suite.person(POLICE).raised()
        return [letter["To"] for letter in await delivered(suite, office)]

    assert await told() == [council]
    await suite.suspends(COUNCIL)
    assert await told() == [raising]
    await delegates(suite, SCHOOL, COUNCIL, "stand_in")
    assert await told() == [school]
    await suite.resumes(COUNCIL)
    assert await told() == [council]


async def test_who_stands_in_is_told_for_a_suspended_person(suite: Running, office: PostOffice) -> None:
    """Her link rests as long; the agency is as it was."""
    person_id = uuid4()
    hers = await names(suite, COUNCIL, person_id=person_id)
    other = await names(suite, COUNCIL, "stand_in")
    await suite.person(POLICE).raised()
    (letter,) = await delivered(suite, office)
    assert letter["To"] == hers
    link = re.search(r"http://127\.0\.0\.1:8000(/escalations/v1/links/\S+)", letter.get_content())
    assert link
    await suite.suspends(COUNCIL, str(person_id))
    assert (await suite.client.get(link[1])).status_code == 409
    await suite.person(POLICE).raised()
    assert [letter["To"] for letter in await delivered(suite, office)] == [other]
    await suite.resumes(COUNCIL, str(person_id))
    assert (await suite.client.get(link[1])).status_code == 200


async def test_the_server_is_away(suite: Running, office: PostOffice) -> None:
    """It is tried again later and later, and arrives once, as the same letter."""
    await names(suite, COUNCIL)
    await suite.person(POLICE).raised()
    port, office.port = office.port, 1
    assert await delivered(suite, office) == []
    (row,) = await written(suite)
    assert (row.attempts, row.sent_at, row.failed_at, row.failure) == (1, None, None, "connect_error")
    assert row.attempt_at - datetime.now(UTC) < timedelta(seconds=31)
    assert await delivered(suite, office) == []  # not yet due
    assert (await written(suite))[0].attempts == 1
    office.port = port
    await due_now(suite)
    (letter,) = await delivered(suite, office)
    assert letter["Message-ID"] == f"<{row.id}@partnership.example>"
    (row,) = await written(suite)
    assert (row.attempts, row.failure, row.attempt_at) == (2, None, None)


async def test_a_busy_server_is_asked_again_until_three_days_are_over(suite: Running, office: PostOffice) -> None:
    """A temporary refusal is not final; after three days it is, and is shown."""
    await names(suite, COUNCIL)
    await suite.person(POLICE).raised()
    office.answers = lambda address: "451 try again later"
    await delivered(suite, office)
    (row,) = await written(suite)
    assert (row.failure, row.failed_at) == ("smtp_451", None)
    await due_now(suite, queued_at=datetime.now(UTC) - timedelta(hours=73))
    await delivered(suite, office)
    (row,) = await written(suite)
    assert row.failed_at
    assert row.attempt_at is None


async def test_an_unknown_address_fails_for_good(suite: Running, office: PostOffice) -> None:
    """The next letters are not held up by it."""
    await names(suite, COUNCIL, email="nobody@cheshire-east-council.example")
    night = await names(suite, COUNCIL, "out_of_hours")
    office.answers = lambda address: "550 no such user" if address.startswith("nobody") else "250 OK"
    await suite.person(POLICE).raised(**IMMEDIATE)
    assert [letter["To"] for letter in await delivered(suite, office)] == [night]
    failed = [row for row in await written(suite) if row.failed_at]
    assert [(row.failure, row.attempts) for row in failed] == [("smtp_550", 1)]


async def test_sent_and_not_noted(suite: Running, office: PostOffice) -> None:
    """Who dies between sending and noting it sends again, as the same letter; nobody else does meanwhile."""
    await names(suite, COUNCIL)
    await suite.person(POLICE).raised()
    (errand,) = ERRANDS
    settings = office.settings(suite.runtime.settings)
    async with suite.runtime.database.transaction() as tx:
        (row,) = await errand.take(tx, settings)
    await errand.send(row, settings)  # and no more of that process
    assert await errands.run(suite.runtime.database, settings, errand) == 0
    await due_now(suite)
    assert await errands.run(suite.runtime.database, settings, errand) == 1
    assert len({letter["Message-ID"] for letter in office.letters}) == 1
    assert len(office.letters) == 2


async def test_two_processes_send_it_once(suite: Running, office: PostOffice) -> None:
    """A letter taken by one is not there for the other."""
    import asyncio

    await names(suite, COUNCIL)
    for _ in range(5):
        await suite.person(POLICE).raised()
    await asyncio.gather(*(delivered(suite, office) for _ in range(4)))
    assert len(office.letters) == 5


async def test_a_reminder_on_the_day(suite: Running, office: PostOffice) -> None:
    """Urgent: at the opening of the day on which the answer is due, once; none when it has come. The date stays."""
    address = await names(suite, COUNCIL)
    officer = suite.person(POLICE)
    matter, answered = await officer.raised(), await officer.raised()
    await delivered(suite, office)
    await suite.person(COUNCIL).does(answered, "respond", text="Yes.", seniority="practitioner")
    await delivered(suite, office)
    await suite.at(datetime(2026, 10, 8, 7, 59, tzinfo=UTC))
    (overdue,) = await delivered(suite, office)
    assert "needed an acknowledgement, which has not come." in overdue.get_content()
    await suite.at(datetime(2026, 10, 8, 8, 0, tzinfo=UTC))
    (reminder,) = await delivered(suite, office)
    assert (reminder["To"], "a reminder" in reminder["Subject"]) == (address, True)
    assert matter["reference"] in reminder["Subject"]
    await suite.at(datetime(2026, 10, 8, 12, 0, tzinfo=UTC))
    assert await delivered(suite, office) == []
    due_at = (await officer.get(f"/escalations/v1/escalations/{matter['id']}")).json()["due_at"]
    assert due_at == matter["due_at"]


async def test_a_successor_is_reminded_of_what_its_predecessor_owed(suite: Running, office: PostOffice) -> None:
    await register_agency(suite.runtime, *GP)
    address = await names(suite, GP)
    await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0], receiving_team=None)
    async with suite.runtime.database.transaction() as tx:
        await escalations.succeed(tx, SCHOOL[0], [GP[0]])
    await delivered(suite, office)
    await suite.at(datetime(2026, 10, 8, 8, 0, tzinfo=UTC))
    told = [letter for letter in await delivered(suite, office) if "reminder" in letter["Subject"]]
    assert [letter["To"] for letter in told] == [address]


async def test_both_sides_hear_of_a_successor(suite: Running, office: PostOffice) -> None:
    """An event with both agencies; the successor can answer by its letter, the other side knows with whom it now deals."""
    await register_agency(suite.runtime, *GP)
    officers, surgery = await names(suite, POLICE), await names(suite, GP)
    matter = await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0], receiving_team=None)
    await delivered(suite, office)
    before = len(await suite.outbox())
    async with suite.runtime.database.transaction() as tx:
        assert await escalations.succeed(tx, SCHOOL[0], [GP[0], COUNCIL[0]]) == 1
        assert await escalations.succeed(tx, SCHOOL[0], [GP[0], COUNCIL[0]]) == 0
    assert (await suite.outbox())[before:] == ["escalation.succeeded.v1"]
    said = (await suite.emitted())[-1].data
    ended = {"ended_agency_id": SCHOOL[0], "successor_agency_id": GP[0], "receiving_agency_id": GP[0]}
    assert said | ended | {"raising_agency_id": POLICE[0], "reference": matter["reference"]} == said
    letters = {letter["To"]: letter for letter in await delivered(suite, office)}
    assert letters.keys() == {officers, surgery}
    for letter in letters.values():
        assert "it is now the challenge of Cheshire Constabulary to Made Up Surgery." in letter.get_content()
        assert "Due by 17:00 on Thursday 8 October 2026." in letter.get_content()
    assert ["/links/" in letters[to].get_content() for to in (surgery, officers)] == [True, False]


async def test_a_successor_is_asked_for_no_answer_that_has_come(suite: Running, office: PostOffice) -> None:
    await register_agency(suite.runtime, *GP)
    await names(suite, COUNCIL)
    matter = await suite.person(POLICE).raised()
    await suite.person(COUNCIL).does(matter, "respond", text="Yes.", seniority="practitioner")
    await delivered(suite, office)
    async with suite.runtime.database.transaction() as tx:
        await escalations.succeed(tx, POLICE[0], [GP[0]])
    (letter,) = await delivered(suite, office)
    assert "Made Up Surgery to Cheshire East Council" in letter.get_content()
    assert not [word for word in ("/links/", "Due by") if word in letter.get_content()]


async def test_who_succeeds_the_other_side_is_told_once(suite: Running, office: PostOffice) -> None:
    council = await names(suite, COUNCIL)
    await suite.person(SCHOOL).raised(raiser_role="Teacher", receiving_agency_id=COUNCIL[0])
    await delivered(suite, office)
    async with suite.runtime.database.transaction() as tx:
        await escalations.succeed(tx, SCHOOL[0], [COUNCIL[0]])
    assert [letter["To"] for letter in await delivered(suite, office)] == [council]


async def test_own_hours_steer_the_reminder(suite: Running, office: PostOffice) -> None:
    """A contact who works in the afternoon is reminded in the afternoon; one away is not, but her stand-in."""
    hours = tuple(Hours(weekday=day, opens="13:00", closes="17:00") for day in ("wednesday", "thursday"))
    address = await names(suite, COUNCIL, hours=hours, subject="1")
    matter = await suite.person(POLICE).raised()
    await suite.person(COUNCIL).does(matter, "acknowledge")
    await delivered(suite, office)
    await suite.at(datetime(2026, 10, 8, 11, 59, tzinfo=UTC))
    assert await delivered(suite, office) == []
    await names(suite, COUNCIL, hours=hours, subject="1", away=[(date(2026, 10, 8), date(2026, 10, 8))])
    stand_in = await names(suite, COUNCIL, "stand_in")
    await suite.at(datetime(2026, 10, 8, 12, 0, tzinfo=UTC))
    (reminder,) = await delivered(suite, office)
    assert reminder["To"] == stand_in != address


async def test_immediate_is_called_to_mind_at_any_hour(suite: Running, office: PostOffice) -> None:
    """An hour before its four hours are over, in the night too."""
    await names(suite, COUNCIL)
    night = await names(suite, COUNCIL, "out_of_hours")
    midnight = datetime(2026, 10, 11, 23, 0, tzinfo=UTC)
    await suite.at(midnight)
    await suite.person(POLICE).raised(**IMMEDIATE)
    await delivered(suite, office)
    await suite.at(midnight + timedelta(hours=2, minutes=59))
    assert not [letter for letter in await delivered(suite, office) if "reminder" in letter["Subject"]]
    await suite.at(midnight + timedelta(hours=3, minutes=1))
    reminded = [letter["To"] for letter in await delivered(suite, office) if "reminder" in letter["Subject"]]
    assert night in reminded


async def test_the_sandbox_stops_for_reminders(suite: Running) -> None:
    """The next instant at which something is due is the reminder's."""
    await names(suite, COUNCIL)
    await suite.person(POLICE).raised(priority="standard")
    answer = await suite.client.get("/internal/sandbox/clock")
    assert answer.json()["next_due"].startswith("2026-10-08T16:00")  # the acknowledgement
    await suite.at(WEDNESDAY_NOON + timedelta(days=2))
    answer = await suite.client.get("/internal/sandbox/clock")
    assert answer.json()["next_due"].startswith("2026-10-13T08:00")


async def test_without_a_mail_server_they_are_kept(suite: Running) -> None:
    """Where none is set, letters wait, and leave once there is one."""
    await names(suite, COUNCIL)
    await suite.person(POLICE).raised()
    assert await errands.run(suite.runtime.database, suite.runtime.settings, ERRANDS[0]) == 0
    (row,) = await written(suite)
    assert (row.attempts, row.failed_at) == (0, None)
    async with post_office() as office:
        assert len(await delivered(suite, office)) == 1


async def test_the_three_are_asked_for_their_votes(suite: Running, office: PostOffice) -> None:
    """A dispute that comes to the statutory partners: each one's contact is told; nobody can vote by a link."""
    addresses = {await names(suite, agency) for agency in (COUNCIL, POLICE, ICB)}
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    matter = await lead.raised(kind="partnership_dispute")
    for _ in range(2):
        await lead.does(matter, "advance", text="Not settled.", seniority="chief_officer")
    letters = [letter for letter in await delivered(suite, office) if "joint decision" in letter["Subject"]]
    assert {letter["To"] for letter in letters} == addresses
    assert not [letter for letter in letters if "/links/" in letter.get_content()]
