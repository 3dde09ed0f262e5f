"""A place that is offered by letter, and taken or given on by its link."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from services.training.calendars.commands import keep
from services.training.post import ERRANDS
from services.training.register.models import CONTACTS
from shared import errands
from shared.directory import Purpose
from shared.policy import Role
from tests.post_office import PostOffice, contact_named, post_office
from tests.service.training.running import COUNCIL, POLICE, SCHOOL, Running


@dataclass
class Post:
    """The service and a mail server beside it."""

    suite: Running
    office: PostOffice

    async def letters(self) -> list[EmailMessage]:
        """The letters that come now, by address."""
        self.office.letters.clear()
        async with self.suite.runtime.database.transaction() as tx:
            await keep(tx)
        for errand in ERRANDS:
            await errands.run(self.suite.runtime.database, self.office.settings(self.suite.runtime.settings), errand)
        return sorted(self.office.letters, key=lambda letter: str(letter["To"]))

    async def offered(self) -> tuple[str, str]:
        """To whom the one offer goes that comes now, and the path of its link; whoever gave back hears of that."""
        (letter,) = [one for one in await self.letters() if str(one["Subject"]).startswith("A place for you")]
        found = re.search(r"http://127\.0\.0\.1:8000(/training/v1/place-links/\S+)", text(letter))
        assert found, text(letter)
        return str(letter["To"]), found[1]

    async def reads(self, link: str) -> tuple[int, str]:
        """What the page says."""
        return page(await self.suite.client.get(link))

    async def presses(self, link: str, answer: str) -> tuple[int, str]:
        """What the page says after one of its buttons."""
        return page(await self.suite.client.post(f"{link}/form", data={"answer": answer}))


def text(letter: EmailMessage) -> str:
    """What a letter says."""
    return str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def page(answer: httpx.Response) -> tuple[int, str]:
    """The status and the heading of a page."""
    heading = re.search("<h1>(.*)</h1>", answer.text)
    assert heading, answer.text
    return answer.status_code, heading[1]


@pytest.fixture
async def post(suite: Running) -> AsyncIterator[Post]:
    async with post_office() as office:
        found = Post(suite, office)
        await found.letters()
        yield found


async def gives_back(suite: Running, booking: dict[str, Any]) -> None:
    """Whoever has a place goes."""
    who = booking["email"].partition("@")[0]
    await suite.person(POLICE, subject=who).does(f"/bookings/{booking['id']}", "cancel")


async def test_a_place_is_offered_by_letter_and_taken_by_its_link(post: Post) -> None:
    """Reading the link takes nothing, a second tap changes nothing, and her calendar has the session."""
    suite = post.suite
    session = await suite.planned(places=1)
    sam, kim = [await suite.books(session, name) for name in ("sam", "kim")]
    await post.letters()
    await gives_back(suite, sam)
    to, link = await post.offered()
    assert (to, kim["id"] in link) == ("kim@work.example", False)
    assert await post.letters() == []
    offer = (await suite.manager.read(f"/sessions/{session['id']}/waiting"))["offers"][0]
    for _ in range(2):
        assert await post.reads(link) == (200, "A place is offered to you")
    unasked = await suite.client.post(f"{link}/form", data={})
    assert page(unasked) == (200, "A place is offered to you")
    assert (await suite.manager.read(f"/sessions/{session['id']}/waiting"))["offers"] == [offer]

    for person_id in ("", "kim"):  # suspended with her agency, or alone
        await suite.suspends(POLICE, person_id)
        for found in (await post.reads(link), await post.presses(link, "take")):
            assert found == (409, "This link cannot be used now")
        await suite.resumes(POLICE, person_id)

    assert await post.presses(link, "take") == (200, "The place is yours")
    taken = await suite.manager.read(f"/bookings/{kim['id']}")
    last = taken["steps"][-1]
    assert (taken["status"], last["did"], last["by_link"]) == ("booked", "accept", True)
    (invitation,) = await post.letters()
    assert (invitation["To"], str(invitation["Subject"]).partition(":")[0]) == ("kim@work.example", "Invitation")
    assert link in text(invitation)  # one link for a place, whatever can be done with it now
    for answer in ("take", "turn_down"):
        assert await post.presses(link, answer) == (200, "You have a place")
    assert await suite.manager.read(f"/bookings/{kim['id']}") == taken
    await suite.counted(session["id"])

    await suite.manager.does(f"/sessions/{session['id']}", "call_off", reason="The trainer is ill.")
    for found in (await post.reads(link), await post.presses(link, "take")):
        assert found == (409, "This session does not take place")
    assert await post.reads(link[:-3] + "xxx") == (404, "No such link")


async def test_an_offer_that_is_given_on_or_has_passed_goes_to_whoever_is_next(post: Post) -> None:
    """Its link says so, nobody hears of an offer that has ended, and a new one is written about anew."""
    suite = post.suite
    session = await suite.planned(places=1)
    sam, kim, lee, ada = [await suite.books(session, name) for name in ("sam", "kim", "lee", "ada")]
    await post.letters()
    await gives_back(suite, sam)
    _, to_kim = await post.offered()
    assert await post.presses(to_kim, "turn_down") == (200, "The place goes on")
    for again in (await post.presses(to_kim, "turn_down"), await post.presses(to_kim, "take")):
        assert again == (409, "You have no place at this session")
    left = (await suite.manager.read(f"/bookings/{kim['id']}"))["steps"][-1]
    assert (left["did"], left["status"], left["by_link"]) == ("cancel", "cancelled_in_time", True)

    to, to_lee = await post.offered()
    assert to == "lee@work.example"
    until = await stands_until(suite, session)
    suite.runtime.clock.restore(until + timedelta(seconds=1) - datetime.now(UTC))  # and nobody has looked after it yet
    for found in (
        await post.reads(to_lee),
        await post.presses(to_lee, "take"),
        await post.presses(to_lee, "turn_down"),
    ):
        assert found == (409, "The offer has passed")
    await suite.at(until + timedelta(minutes=2))
    assert await post.reads(to_lee) == (200, "The offer has passed")
    assert (await suite.manager.read(f"/bookings/{lee['id']}"))["status"] == "waiting"
    await suite.at(await stands_until(suite, session) + timedelta(minutes=2))  # ada's passes before her letter leaves
    assert await post.offered() == ("lee@work.example", to_lee)
    assert await post.presses(to_lee, "take") == (200, "The place is yours")
    assert (await suite.manager.read(f"/bookings/{ada['id']}"))["status"] == "waiting"
    await suite.counted(session["id"])


async def test_a_waiting_list_is_left_by_the_letters_link(post: Post) -> None:
    """Somebody else booked her: she has no account, and need not ask anybody. Reading leaves nothing, and a place is not given back so."""
    suite = post.suite
    session = await suite.planned(places=1, booking_closes_at="2026-11-03T17:00:00Z")
    team = [{"name": name.title(), "email": f"{name}@work.example"} for name in ("lee", "kim", "sam")]
    await suite.person(POLICE, Role.AGENCY_LEAD).made("/team-bookings", session_id=session["id"], delegates=team)
    letters = {str(one["To"]): text(one) for one in await post.letters()}
    to_lee, to_kim, to_sam = (
        found[1]
        for name in ("lee", "kim", "sam")
        if (found := re.search(r"8000(/training/v1/place-links/\S+)", letters[f"{name}@work.example"]))
    )
    assert await post.presses(to_lee, "leave") == (200, "You have a place")
    for _ in range(2):
        assert await post.reads(to_kim) == (200, "You are on the waiting list")
    assert await post.presses(to_kim, "leave") == (200, "You have left the waiting list")
    assert await post.presses(to_kim, "leave") == (409, "You have no place at this session")
    stands = {one["name"]: one["status"] for one in await suite.manager.items("/bookings", session_id=session["id"])}
    assert stands == {"Lee": "booked", "Kim": "cancelled_in_time", "Sam": "waiting"}
    assert await post.letters() == []
    await suite.counted(session["id"])
    await suite.at(datetime(2026, 11, 3, 17, 2, tzinfo=UTC))
    assert await post.reads(to_sam) == (409, "No place came free")


async def test_nobody_waits_unheard(post: Post) -> None:
    """Who is to approve is asked, and once more; who waits is told so; when booking closes all that is open ends, and is told."""
    suite = post.suite
    async with suite.runtime.database.transaction() as tx:
        await CONTACTS.keep_contact(tx, contact_named(SCHOOL[0], email="lead@school.example"))
        await CONTACTS.keep_contact(tx, contact_named(COUNCIL[0], Purpose.BUSINESS_UNIT, email="unit@council.example"))
    head, police = suite.person(SCHOOL, Role.AGENCY_LEAD), suite.person(POLICE, Role.AGENCY_LEAD)
    assert (await head.edit(f"/practices/{SCHOOL[0]}", {"approves": True})).status_code == 200
    session = await suite.planned(places=1, booking_closes_at="2026-11-03T17:00:00Z")
    team = [{"name": name.title(), "email": f"{name}@work.example"} for name in ("lee", "kim")]
    asked = await suite.books(session, "sam", SCHOOL)
    await police.made("/team-bookings", session_id=session["id"], delegates=team)
    assert told(await post.letters()) == {
        "kim@work.example": "You are on the waiting list",
        "lead@school.example": "May Sam go?",
        "lee@work.example": "Invitation",
    }
    assert await next_due(suite, "approvals-asked-again") == datetime(2026, 10, 9, 16, tzinfo=UTC)
    await suite.at(datetime(2026, 10, 9, 17, tzinfo=UTC))
    assert await next_due(suite, "approvals-asked-again") is None
    for hour, again in ((9, {"lead@school.example": "May Sam go? No answer yet"}), (10, {})):
        await suite.at(datetime(2026, 10, 12, hour, tzinfo=UTC))
        assert told(await post.letters()) == again

    await suite.at(datetime(2026, 11, 3, 17, 2, tzinfo=UTC))
    ends = {"kim@work.example": "No place came free", "sam@work.example": "You have no place"}
    assert {to: what for to, what in told(await post.letters()).items() if what != "Reminder"} == ends
    late = await head.edit(f"/bookings/{asked['id']}", {}, "approve")
    assert (late.status_code, late.json()["code"]) == (409, "not_in_this_status")
    stands = {one["name"]: one["status"] for one in await suite.manager.items("/bookings", session_id=session["id"])}
    assert stands == {"Sam": "declined", "Lee": "booked", "Kim": "waiting"}
    await suite.counted(session["id"])
    anew = await suite.manager.edit(f"/sessions/{session['id']}", {"booking_closes_at": "2026-11-04T09:30:00Z"})
    assert anew.status_code == 200
    for minute, again in ((0, {}), (32, {"kim@work.example": "No place came free"}), (34, {})):
        await suite.at(datetime(2026, 11, 4, 9, minute, tzinfo=UTC))
        assert told(await post.letters()) == again

    assert await next_due(suite, "registers-chased") == datetime(2026, 11, 6, 17, tzinfo=UTC)
    await suite.at(datetime(2026, 11, 9, 9, tzinfo=UTC))
    assert await next_due(suite, "registers-chased") is None
    assert told(await post.letters()) == {"unit@council.example": "A register is not closed"}
    late_ones = await suite.manager.items("/sessions", unclosed="true")
    assert [(one["id"], one["unclosed"]) for one in late_ones] == [(session["id"], True)]
    held = await police.edit(f"/bookings/{(await police.items('/bookings', status='booked'))[0]['id']}", {}, "cancel")
    assert (held.status_code, "register says who came" in held.json()["detail"]) == (409, True)


async def next_due(suite: Running, sweep: str) -> datetime | None:
    """At which instant the sandbox's clock stops for a sweep."""
    job = next(job for job in suite.runtime.service.jobs if job.name == sweep)
    async with suite.runtime.database.reading() as tx:
        return await job.next_due(tx)


def told(letters: list[EmailMessage]) -> dict[str, str]:
    """What the letters are about, by address; without course and reference."""
    subjects = {str(one["To"]): str(one["Subject"]) for one in letters}
    return {
        to: re.sub(r"^course-\d+: (.)", lambda first: first[1].upper(), what).split(":")[0]
        for to, what in subjects.items()
    }


async def stands_until(suite: Running, session: dict[str, Any]) -> datetime:
    """Until when the one offer stands."""
    (offer,) = (await suite.manager.read(f"/sessions/{session['id']}/waiting"))["offers"]
    return datetime.fromisoformat(offer["stands_until"])
