"""Contacts are told by e-mail, over a real mail server: who, when, and with nothing about the child in it."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.reviews.app import SERVICE
from services.reviews.holds.schemas import EXAMPLE as HOLD
from services.reviews.incidents.domain import Status
from services.reviews.letters.models import Letter
from services.reviews.national_reviews.schemas import EXAMPLE as NATIONAL_REVIEW
from services.reviews.practice_reviews.schemas import EXAMPLE as PRACTICE_REVIEW
from services.reviews.register.queries import voters
from shared import errands
from shared.contracts.governance import MembershipAssigned, MembershipWithdrawn
from shared.joint_decisions.domain import DecidedBy
from shared.policy import Role
from tests.post_office import PostOffice, contact_named, post_office
from tests.service.reviews.cases import (
    at,
    chaired,
    child,
    lead,
    notified,
    place,
    referred,
    review_of,
    votes,
    weighed,
)
from tests.service.reviews.running import COUNCIL, ICB, OUTSIDE, POLICE, SCHOOL, TRUST, Agency, Running
from tests.service.reviews.test_briefings import begun
from tests.service.reviews.test_practice_reviews import written
from tests.service.reviews.test_rapid_reviews import succeeded

pytestmark = pytest.mark.anyio

UNIT = "business-unit@cheshire-east-council.example"


def contact(agency: Agency) -> str:
    """The address of its contact."""
    return f"single-point-of-contact@{agency[0]}.example"


@pytest.fixture
async def office(suite: Running) -> AsyncIterator[PostOffice]:
    """A mail server; everybody but the school has named a contact."""
    for agency in (COUNCIL, POLICE, ICB, TRUST):
        await suite.hears(contact_named(agency[0]))
    await suite.hears(contact_named(COUNCIL[0], "business_unit"))
    async with post_office() as open_:
        yield open_


async def delivered(suite: Running, office: PostOffice) -> list[EmailMessage]:
    """What came since the last time, once everything that is due has been sent."""
    before = len(office.letters)
    for errand in SERVICE.errands:
        await errands.run(suite.runtime.database, office.settings(suite.runtime.settings), errand)
    return office.letters[before:]


def said(letters: list[EmailMessage]) -> list[tuple[str, str]]:
    """To whom letters came, and what about."""
    return sorted((str(one["To"]), str(one["Subject"])) for one in letters)


async def test_an_agency_is_asked_and_chased(suite: Running, office: PostOffice) -> None:
    """Reference, what is asked, by when, where to answer; of an agency without a contact the business unit hears."""
    review = await review_of(suite, await notified(suite))
    await delivered(suite, office)
    asked = {"asked": "What did you know of the family?"}
    await suite.unit.did(place(review), "ask", agency_id=TRUST[0], **asked)
    await suite.unit.did(place(review), "ask", agency_id=SCHOOL[0], **asked)
    letters = await delivered(suite, office)
    about = review["reference"]
    assert said(letters) == [(UNIT, f"{about}: nobody could be told"), (contact(TRUST), f"{about}: a return is asked")]
    [letter] = [one for one in letters if one["To"] == contact(TRUST)]
    [its] = await lead(suite, TRUST).items("/returns")
    text = letter.get_content()
    assert "Due by 17:00 on Wednesday 14 October 2026." in text
    assert f"/reviews/v1/returns/{its['id']}" in text
    assert asked["asked"] not in text
    assert "infant" not in text
    assert await delivered(suite, office) == []

    await suite.at(datetime(2026, 10, 16, 7, 59, tzinfo=UTC))
    assert await delivered(suite, office) == []
    await suite.at(datetime(2026, 10, 16, 8, 0, tzinfo=UTC))  # nine in London: the working day opens
    chased = await delivered(suite, office)
    assert (contact(TRUST), f"{about}: a return has not come") in said(chased)


async def test_a_successor_hears_of_what_it_owes(suite: Running, office: PostOffice) -> None:
    """The ended agency was asked so often that nobody would ask again; the successor has never been."""
    review, briefing = await review_of(suite, await notified(suite)), await begun(suite)
    await suite.unit.did(place(review), "ask", agency_id=SCHOOL[0], asked="What did you know of the family?")
    await suite.unit.did(briefing, "send", agency_ids=[SCHOOL[0]])
    await suite.unit.made("/practice-reviews", **PRACTICE_REVIEW | {"agency_ids": [SCHOOL[0]]})
    national = await suite.unit.made("/national-reviews", **NATIONAL_REVIEW)
    await suite.unit.did(f"/national-reviews/{national['id']}", "ask", agency_ids=[SCHOOL[0]])
    for week in range(8):
        await suite.at(datetime(2026, 11, 5, 9, 1, tzinfo=UTC) + timedelta(days=8 * week))
    assert {one["what"] for one in await suite.unit.items("/waits") if one["silent_agency_id"]} == {
        f"{noun}_silent" for noun in ("return", "briefing", "national_review")
    }
    await delivered(suite, office)
    for _ in range(2):  # as it may be told
        await suite.hears(succeeded(SCHOOL, ICB))
    assert said(await delivered(suite, office)) == [
        (contact(ICB), "A seven-minute briefing"),
        (contact(ICB), f"{national['reference']}: is it true for us?"),
        (contact(ICB), f"{review['reference']}: a return is asked"),
        (contact(ICB), "Your agency takes part in a practice review"),
    ]
    assert [one for one in await suite.unit.items("/waits") if one["silent_agency_id"]] == []


async def test_letters_wait_for_working_hours(suite: Running, office: PostOffice) -> None:
    """What is written at seven in the evening leaves as the next working day opens."""
    await suite.at(datetime(2026, 10, 9, 18, 0, tzinfo=UTC))  # Friday
    review = await review_of(suite, await notified(suite))
    await suite.unit.did(
        place(review), "name", person_id=str(review["id"]), person_name="Robin Madeup", agency_id=ICB[0]
    )
    assert await delivered(suite, office) == []
    await suite.at(datetime(2026, 10, 12, 8, 0, tzinfo=UTC))
    named = [one for one in await delivered(suite, office) if "named for a panel" in str(one["Subject"])]
    assert said(named) == [(contact(ICB), f"{review['reference']}: named for a panel")]
    assert "Robin Madeup of your agency" in named[0].get_content()


async def test_the_three_are_asked_and_who_is_silent_is_reminded_once(suite: Running, office: PostOffice) -> None:
    """All three as the round opens; the day before it ends those alone who have not voted."""
    review = await review_of(suite, await notified(suite))
    await weighed(suite, review, await chaired(suite, review))
    asked = [one for one in await delivered(suite, office) if "a joint decision" in str(one["Subject"]).lower()]
    assert sorted(str(one["To"]) for one in asked) == sorted(map(contact, (COUNCIL, ICB, POLICE)))
    assert "what follows from a rapid review. Round 1." in asked[0].get_content()
    decision = (await suite.unit.read(place(review)))["decision_id"]
    await votes(suite, decision, "practice_review", POLICE)
    waiting = await suite.unit.items("/waits", what="vote")
    assert sorted(one["agency_id"] for one in waiting) == [COUNCIL[0], ICB[0]]
    await suite.at(datetime(2026, 10, 9, 8, 0, tzinfo=UTC))  # its last day is Monday
    await suite.at(datetime(2026, 10, 9, 9, 0, tzinfo=UTC))
    reminded = [one for one in await delivered(suite, office) if "A vote is awaited" in str(one["Subject"])]
    assert sorted(str(one["To"]) for one in reminded) == sorted(map(contact, (COUNCIL, ICB)))


async def test_who_referred_it_hears_that_it_was_decided(suite: Running, office: PostOffice) -> None:
    """That something was decided, and not what."""
    incident = await referred(suite, TRUST)
    await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    letters = await delivered(suite, office)
    referral = f"{incident['reference']}: a case is referred"
    asked = [(contact(one), referral) for one in (COUNCIL, ICB, POLICE)]
    assert sorted(said(letters)) == sorted(
        [*asked, (UNIT, referral), (contact(TRUST), f"{incident['reference']}: a decision about your referral")]
    )
    assert not any(Status.NOTIFIED in letter.get_content() for letter in letters)
    joined = await referred(suite, SCHOOL)
    await suite.hears(contact_named(SCHOOL[0]))
    await lead(suite, COUNCIL).did(at(joined), "join", joined_to=incident["id"], reason="The same infant.")
    told = (contact(SCHOOL), f"{incident['reference']}: a decision about your referral")
    assert told in said(await delivered(suite, office))


async def test_what_is_late_is_told_once_and_stands_in_the_list(suite: Running, office: PostOffice) -> None:
    """The council's time, a briefing, the facts, a publication, a hold: each once, and all of it under waits."""
    incident = await referred(suite, TRUST)
    path = await written(suite)
    await suite.unit.did(path, "circulate")
    briefing = await begun(suite)
    await suite.unit.did(briefing, "send", agency_ids=[TRUST[0]])
    hold = await lead(suite, COUNCIL).made(f"{path}/holds", **HOLD | {"review_on": "2026-10-30"})
    first = said(await delivered(suite, office))
    assert (contact(POLICE), "Are the facts right?") in first
    assert (contact(TRUST), "A seven-minute briefing") in first
    assert [one["what"] for one in await lead(suite, POLICE).items("/waits")] == ["facts"]
    assert [one["what"] for one in await lead(suite, TRUST).items("/waits")] == ["briefing"]
    assert await lead(suite, SCHOOL).items("/waits") == []

    await suite.at(datetime(2026, 11, 9, 12, 0, tzinfo=UTC))
    late = said(await delivered(suite, office))
    for expected in (
        (contact(COUNCIL), f"{incident['reference']}: the time to notify is over"),
        (contact(TRUST), "A briefing is not acknowledged"),
        (contact(POLICE), "Nothing was said of the facts"),
        (contact(COUNCIL), "A hold is to be looked at"),
    ):
        assert late.count(expected) == 1
    assert "hold" in [one["what"] for one in await suite.unit.items("/waits", overdue=True)]
    assert [one["id"] for one in await suite.unit.items("/holds", overdue=True, authority="coroner")] == [hold["id"]]
    assert await suite.unit.items("/waits", due_before="2026-10-07") == []
    [silent] = [one for one in await suite.told(path.split("/")[2]) if one.type.endswith("silent.v1")]
    assert (silent.data["silent_agency_ids"], silent.data["means"]) == ([POLICE[0], COUNCIL[0]], "facts_stand")

    lifted = await lead(suite, COUNCIL).did(f"/holds/{hold['id']}", "lift", reason="The inquest is over.")
    by = (await suite.unit.read(path))["publish_by"]
    assert lifted["steps"][-1]["publish_by"] == by
    await suite.at(datetime(2027, 6, 30, 12, 0, tzinfo=UTC))
    overdue = said(await delivered(suite, office))
    assert overdue.count((UNIT, "A publication is overdue")) == 1
    assert [one["what"] for one in await suite.unit.items("/waits", overdue=True, what="publication")] == [
        "publication"
    ]
    assert (contact(POLICE), "Serious incidents of the year") in overdue


async def test_who_takes_part_and_who_runs_a_review_hear_what_they_are_to_do(
    suite: Running, office: PostOffice
) -> None:
    """From commissioning to publication and after; the reviewers' agency has a contact of its own."""
    await suite.hears(contact_named(OUTSIDE[0]))
    path = await written(suite)
    taking_part = [(contact(one), "Your agency takes part in a practice review") for one in (POLICE, COUNCIL)]
    assert said(await delivered(suite, office)) == taking_part
    await suite.unit.did(path, "involve", agency_id=TRUST[0], reason="Its ward saw the child.")
    await suite.unit.did(path, "excuse", agency_id=POLICE[0], reason="Named by mistake.")
    assert said(await delivered(suite, office)) == [
        (contact(POLICE), "Your agency takes no part in a practice review"),
        (contact(TRUST), taking_part[0][1]),
    ]
    await suite.unit.made(f"{path}/milestones", title="Draft report", planned_on="2026-10-12")
    await suite.at(datetime(2026, 10, 13, 8, 0, tzinfo=UTC))
    late = "A milestone is overdue"
    assert said(await delivered(suite, office)) == [(UNIT, late), (contact(OUTSIDE), late)]
    await suite.at(datetime(2026, 10, 16, 8, 0, tzinfo=UTC))
    assert await delivered(suite, office) == []
    etag = (await suite.unit.get(path)).headers["etag"]
    await suite.unit.does(f"{path}/milestones/1", "move", etag=etag, due_on="2026-10-19", reason="She is ill.")
    await suite.at(datetime(2026, 10, 20, 8, 0, tzinfo=UTC))
    assert said(await delivered(suite, office)) == [(UNIT, late), (contact(OUTSIDE), late)]

    await suite.unit.did(path, "circulate")
    await delivered(suite, office)
    await lead(suite, TRUST).did(path, "answer", accurate=False, corrections="It was the other ward.")
    wrong = await delivered(suite, office)
    assert said(wrong) == [(one, "Facts are wrong, says an agency") for one in (UNIT, contact(OUTSIDE))]
    assert "other ward" not in wrong[0].get_content()
    for agency in (TRUST, COUNCIL):
        await lead(suite, agency).did(path, "answer", accurate=True)
    assert said(await delivered(suite, office)) == [(UNIT, "The facts are right")]

    hold = await lead(suite, COUNCIL).made(f"{path}/holds", **HOLD)
    assert "panel_reason" in [one["what"] for one in await suite.unit.items("/waits", limit=200)]
    await lead(suite, COUNCIL).did(f"/holds/{hold['id']}", "tell", told_on="2026-10-20")
    assert "panel_reason" not in [one["what"] for one in await suite.unit.items("/waits", limit=200)]
    await lead(suite, COUNCIL).did(f"/holds/{hold['id']}", "lift", reason="The inquest is over.")
    held, lifted = await delivered(suite, office)
    assert said([held, lifted]) == [(UNIT, "A hold is lifted"), (UNIT, "A publication is held")]
    assert "the clock to publication runs again" in lifted.get_content() + held.get_content()


async def test_who_referred_a_near_miss_hears_what_becomes_of_it(suite: Running, office: PostOffice) -> None:
    """That the council leaves it, that it is reviewed after all, and how that ended; until then it waits."""
    near = await referred(suite, TRUST, children=[child("near_miss")])
    await delivered(suite, office)
    told = (contact(TRUST), f"{near['reference']}: a decision about your referral")
    assert near["id"] in [one["id"] for one in await suite.unit.items("/waits", what="near_miss")]
    refused = await lead(suite, POLICE).does(at(near), "conclude", reason="Nothing.")
    assert refused.json()["code"] == "not_the_council"
    await suite.unit.did(at(near), "conclude", reason="The ward has changed its chart.")
    assert told in said(await delivered(suite, office))
    assert (await lead(suite, TRUST).read(at(near)))["decision_reason"] == "The ward has changed its chart."
    assert await suite.unit.items("/waits", what="near_miss") == []
    review = await suite.unit.made("/rapid-reviews", incident_ids=[near["id"]], reason="We want to learn from it.")
    assert told in said(await delivered(suite, office))
    assert review["reference"] in (await lead(suite, TRUST).read(at(near)))["decision_reason"]
    await suite.unit.did(place(review), "abandon", reason="An audit covers it.")
    assert told in said(await delivered(suite, office))
    assert "An audit covers it." in (await lead(suite, TRUST).read(at(near)))["decision_reason"]


async def test_a_year_with_none_is_told(suite: Running, office: PostOffice) -> None:
    """To the three and the business unit, as it ends: that none was notified."""
    await suite.at(datetime(2027, 4, 1, 8, 0, tzinfo=UTC))
    letters = await delivered(suite, office)
    assert sorted(str(one["To"]) for one in letters) == sorted([UNIT, *map(contact, (COUNCIL, ICB, POLICE))])
    assert "In 2026/27 no serious incident was referred, and none was notified." in letters[0].get_content()
    [told] = await suite.told("2026-27")
    assert (told.type, told.data["notified"]) == ("reviews.incident_year.ended.v1", 0)


async def test_a_letter_that_is_refused_is_tried_again(suite: Running, office: PostOffice) -> None:
    """For as long as the mail server says that it may come later; no other is held up by it."""
    office.answers = lambda address: "451 Later"
    await referred(suite, TRUST)
    await suite.at(datetime(2026, 10, 15, 9, 0, tzinfo=UTC))
    await delivered(suite, office)
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(select(Letter.failure, Letter.attempts, Letter.attempt_at, Letter.sent_at))
    assert rows
    assert {(row.failure, row.attempts, row.attempt_at is None, row.sent_at) for row in rows} == {
        ("smtp_451", 1, False, None)
    }


async def test_who_holds_the_vote_is_asked_and_who_asked_hears(suite: Running, office: PostOffice) -> None:
    """At the addresses of their seats; where none is known, the agency's contact."""
    delegate_, lead_ = (voter(POLICE, role) for role in (Role.DELEGATED_PARTNER, Role.LEAD_PARTNER))
    for seat in (delegate_, lead_):
        await suite.hears(seat)
    review = await review_of(suite, await notified(suite))
    await delivered(suite, office)
    await weighed(suite, review, await chaired(suite, review))
    asked = "A joint decision"
    letters = [one for one in said(await delivered(suite, office)) if one[1] == asked]
    assert letters == sorted((one, asked) for one in (delegate_.email, contact(COUNCIL), contact(ICB)))
    decision = (await suite.unit.read(place(review)))["decision_id"]
    await votes(suite, decision, "practice_review", COUNCIL, ICB)
    await votes(suite, decision, "no_further_review", POLICE)
    climbed = [str(one["To"]) for one in await delivered(suite, office) if one["Subject"] == "For the chiefs to decide"]
    assert set(climbed) == {delegate_.email, lead_.email, contact(COUNCIL), contact(ICB)}
    for agency in (COUNCIL, ICB, POLICE):
        chief, vote = (
            suite.person(agency, Role.LEAD_PARTNER),
            {"round": 2, "choice": "practice_review", "reason": "Yes."},
        )
        await chief.made(f"/joint-decisions/{decision}/vote", **vote)
    ended = await delivered(suite, office)
    assert said(ended) == sorted((to, "A joint decision has ended") for to in (UNIT, contact(ICB)))
    assert "practice review" not in ended[0].get_content()
    await suite.hears(MembershipWithdrawn(**asdict(delegate_)))
    async with suite.runtime.database.reading() as tx:
        assert [one.email for one in await voters(tx, list(DecidedBy))] == [lead_.email]


def voter(agency: Agency, role: Role) -> MembershipAssigned:
    """A seat on the Executive, with a vote and an address."""
    return MembershipAssigned(
        subject=str(uuid4()),
        body_id="executive",
        person_id=uuid4(),
        agency_id=agency[0],
        seat="member",
        deputy_for=None,
        roles=(role.value,),
        starts_on=date(2026, 4, 1),
        ends_on=None,
        person_name="Robin Madeup",
        email=f"{role}@{agency[0]}.example",
    )
