"""Sessions in delegates' calendars: brought there, changed, taken out, and answered from there."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from services.training.calendars.commands import keep
from services.training.post import ERRANDS
from shared import errands
from shared.policy import Role
from tests.post_office import PostOffice, post_office
from tests.replying import Said, google, outlook, thunderbird
from tests.service.training.running import COUNCIL, ICB, POLICE, V1, Running

MAIL = {"content-type": "message/rfc822"}


@dataclass
class Desk:
    """The service and a mail server beside it."""

    suite: Running
    office: PostOffice

    async def letters(self) -> list[EmailMessage]:
        """The letters that come now, by address, once what was done has been seen to."""
        self.office.letters.clear()
        async with self.suite.runtime.database.transaction() as tx:  # and not when the service's own sweep lets it
            while await keep(tx):
                pass
        settings = self.office.settings(self.suite.runtime.settings)
        await errands.run(self.suite.runtime.database, settings, ERRANDS[1])
        return sorted(self.office.letters, key=lambda letter: str(letter["To"]))

    async def calendars(self) -> list[tuple[str, str, Any]]:
        """To whom appointments come now, what is asked, and what they say."""
        return [(str(letter["To"]), *appointment(letter)) for letter in await self.letters()]

    async def replies(self, mail: bytes, agency: Any = COUNCIL) -> str:
        """The mail system hands in a mail; what became of it."""
        answer = await self.sends(mail, MAIL, agency)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["outcome"])

    async def sends(self, mail: bytes, headers: dict[str, str], agency: Any = COUNCIL) -> httpx.Response:
        """The mail system hands in something."""
        system = self.suite.tokens.bearer(*agency, (Role.AGENCY_LEAD,), access="application")
        return await self.suite.client.post(f"{V1}/replies", content=mail, headers=system | headers)


def appointment(letter: EmailMessage) -> tuple[str, Any]:
    """The method and the event in a letter, as another reader of calendars finds them."""
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "ORGANIZER", "SEQUENCE"} <= event.keys()
    assert event["ATTENDEE"] == f"mailto:{letter['To']}"
    return str(calendar["METHOD"]), event


@pytest.fixture
async def desk(suite: Running) -> AsyncIterator[Desk]:
    async with post_office() as office:
        found = Desk(suite, office)
        await found.letters()
        yield found


def who(found: list[tuple[str, str, Any]]) -> list[tuple[str, str, int]]:
    """To whom what came, in which state."""
    return [(to.partition("@")[0], method, event["SEQUENCE"]) for to, method, event in found]


async def test_a_place_lands_in_a_calendar_moves_there_and_leaves_it(desk: Desk) -> None:
    suite = desk.suite
    session = await suite.planned(places=2)
    path = f"/sessions/{session['id']}"
    sam, kim, last = [await suite.books(session, name) for name in ("sam", "kim", "last")]
    assert last["status"] == "waiting"
    first = await desk.calendars()
    assert who(first) == [("kim", "REQUEST", 0), ("sam", "REQUEST", 0)]
    event = first[1][2]
    assert (event["SUMMARY"], event["LOCATION"]) == ("Understanding neglect", "https://meet.example/neglect")
    assert event.decoded("DTSTART").isoformat() == "2026-11-04T12:00:00+00:00"
    assert len({one["UID"] for _, _, one in first}) == 2
    assert await desk.calendars() == []
    await suite.manager.edit(path, {"places": 3}, "enlarge")  # tells nobody who has a place anything
    assert await desk.calendars() == []
    accepted = suite.person(POLICE, subject="last")
    assert (await accepted.does(f"/bookings/{last['id']}", "accept"))["status"] == "booked"
    assert who(await desk.calendars()) == [("last", "REQUEST", 0)]

    times = {"starts_at": "2026-11-05T12:00:00Z", "ends_at": "2026-11-05T13:00:00Z"}
    await suite.manager.does(path, "move", **times, reason="The room is taken.")
    moved = await desk.calendars()
    assert who(moved) == [("kim", "REQUEST", 1), ("last", "REQUEST", 1), ("sam", "REQUEST", 1)]
    assert moved[2][2]["UID"] == event["UID"]
    assert "The room is taken." in moved[2][2]["DESCRIPTION"]
    assert (await suite.manager.edit(path, {"joining_link": "https://meet.example/other"})).status_code == 200
    changed = await desk.calendars()
    assert {(one["SEQUENCE"], one["URL"]) for _, _, one in changed} == {(2, "https://meet.example/other")}

    await suite.person(POLICE, subject="sam").does(f"/bookings/{sam['id']}", "cancel")
    (letter,) = await desk.letters()
    method, gone = appointment(letter)
    assert (method, gone["UID"], gone["SEQUENCE"], gone["STATUS"]) == ("CANCEL", event["UID"], 3, "CANCELLED")
    assert "You have no place" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    await suite.person(POLICE, subject="sam").made(
        "/bookings", session_id=session["id"], name="Sam", email="sam@work.example"
    )
    (again,) = await desk.calendars()
    assert (again[1], again[2]["UID"], again[2]["SEQUENCE"]) == ("REQUEST", event["UID"], 4)

    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    await lead.does(f"/bookings/{kim['id']}", "transfer", substitute={"name": "Alex", "email": "alex@work.example"})
    assert who(await desk.calendars()) == [("alex", "REQUEST", 0), ("kim", "CANCEL", 3)]
    await suite.manager.does(path, "call_off", reason="The trainer is ill.")
    off = await desk.letters()
    assert [(letter["To"].partition("@")[0], appointment(letter)[0]) for letter in off] == [
        (name, "CANCEL") for name in ("alex", "last", "sam")
    ]
    assert "This session does not take place.\n\nWhy: The trainer is ill." in off[0].get_body(
        ("plain",)
    ).get_content().replace("\r", "")  # type: ignore[union-attr]
    assert await desk.calendars() == []


async def test_nothing_is_lost_or_sent_twice_where_the_mail_server_is_away(desk: Desk) -> None:
    suite = desk.suite
    session = await suite.planned()
    booking = await suite.books(session, "sam")
    path = f"/sessions/{session['id']}"
    desk.office.answers = lambda address: "451 later"
    assert await desk.letters() == []
    (one,) = (await suite.manager.read(f"{path}/invitations"))["items"]
    assert (one["sent_at"], one["failure"], one["guest_id"]) == (None, "smtp_451", booking["id"])
    times = {"starts_at": "2026-11-05T12:00:00Z", "ends_at": "2026-11-05T13:00:00Z"}
    await suite.manager.does(path, "move", **times, reason="The room is taken.")
    desk.office.answers = lambda address: "250 OK"
    assert who(await desk.calendars()) == [("sam", "REQUEST", 1)]
    assert await desk.letters() == []
    newest, older = (await suite.manager.read(f"{path}/invitations"))["items"]
    assert (newest["sequence"], newest["failure"], bool(newest["sent_at"])) == (1, None, True)
    assert (older["sequence"], older["failure"], older["sent_at"]) == (0, "superseded", None)


async def test_lists_of_an_open_session_are_invited(desk: Desk) -> None:
    suite = desk.suite
    given: dict[str, Any] = {
        "kind": "open",
        "places": None,
        "distribution_lists": ["all@work.example", "gps@icb.example"],
    }
    session = await suite.planned(**given)
    assert who(await desk.calendars()) == [("all", "REQUEST", 0), ("gps", "REQUEST", 0)]
    path = f"/sessions/{session['id']}"
    assert (await suite.manager.edit(path, {"distribution_lists": ["all@work.example"]})).status_code == 200
    assert who(await desk.calendars()) == [("gps", "CANCEL", 1)]


async def test_an_answer_is_shown_and_a_decline_asks_and_takes_nothing_away(desk: Desk) -> None:
    suite = desk.suite
    session = await suite.planned(places=1)
    booking, path = await suite.books(session, "sam"), f"/sessions/{session['id']}"
    address = "sam@work.example"
    (sent,) = await desk.calendars()
    uid, mine = str(sent[2]["UID"]), suite.person(POLICE, subject="sam")

    async def answered() -> str | None:
        shown: str | None = (await mine.read(f"/bookings/{booking['id']}"))["answer"]
        return shown

    assert await answered() is None
    assert await desk.replies(outlook(Said(uid=uid, address=address))) == "taken"
    assert await answered() == "accepted"
    assert await desk.letters() == []
    later = Said(uid=uid, address=address, partstat="TENTATIVE", stamp="20261007T130000Z")
    assert await desk.replies(google(later)) == "taken"
    assert await desk.replies(outlook(Said(uid=uid, address=address))) == "outdated"
    assert await answered() == "tentative"

    declines = Said(uid=uid, address=address, partstat="DECLINED", stamp="20261007T140000Z")
    assert [await desk.replies(thunderbird(declines)) for _ in range(2)] == ["taken"] * 2
    shown = await mine.read(f"/bookings/{booking['id']}")
    assert (shown["status"], shown["answer"]) == ("booked", "declined")
    (asked,) = await desk.letters()
    assert "Your place is still kept for you." in asked.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert not any(part.get_content_type() == "text/calendar" for part in asked.walk())
    assert [one["id"] for one in await mine.items("/bookings", answer="declined")] == [booking["id"]]
    assert await mine.items("/bookings", answer="accepted") == []

    assert (await suite.manager.edit(path, {"joining_link": "https://meet.example/other"})).status_code == 200
    (changed,) = await desk.calendars()
    assert (changed[2]["ATTENDEE"].params["PARTSTAT"], await answered()) == ("DECLINED", "declined")
    times = {"starts_at": "2026-11-05T12:00:00Z", "ends_at": "2026-11-05T13:00:00Z"}
    await suite.manager.does(path, "move", **times, reason="The room is taken.")
    (moved,) = await desk.calendars()
    assert (moved[2]["ATTENDEE"].params["PARTSTAT"], await answered()) == ("NEEDS-ACTION", None)
    assert (
        await desk.replies(outlook(Said(uid=uid, address=address, sequence=1, stamp="20261007T150000Z"))) == "outdated"
    )
    assert await answered() is None


async def test_nobody_answers_for_somebody_else(desk: Desk) -> None:
    suite = desk.suite
    session = await suite.planned()
    booking = await suite.books(session, "sam")
    await suite.books(session, "kim")
    uids = {to: str(event["UID"]) for to, _, event in await desk.calendars()}
    kim, sam = uids["kim@work.example"], uids["sam@work.example"]
    mine, path = suite.person(POLICE, subject="sam"), f"/bookings/{booking['id']}"
    for reply, outcome in (
        (Said(uid=sam, address="kim@work.example", partstat="DECLINED"), "somebody_else"),
        (Said(uid=kim, address="sam@work.example", partstat="DECLINED"), "somebody_else"),
        (Said(uid=booking["id"], address="sam@work.example", partstat="DECLINED"), "unknown"),
        (Said(uid="0" * 40 + "@sessions.safer", address="sam@work.example", partstat="DECLINED"), "unknown"),
        (Said(uid=sam, address="sam@work.example", partstat="DECLINED", sequence=9), "outdated"),
    ):
        assert await desk.replies(outlook(reply), ICB) == outcome
    assert await desk.replies(b"Subject: Out of office\r\n\r\nI am away.") == "no_reply"
    assert (await mine.read(path))["answer"] is None
    await mine.does(path, "cancel")
    await desk.letters()
    assert await desk.replies(outlook(Said(uid=sam, address="sam@work.example", sequence=1))) == "taken_back"
    refused = await desk.sends(b"{}", {"content-type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (415, "not_a_mail")
    assert (await desk.sends(b"a" * 300_000, MAIL)).status_code == 413


async def test_who_was_invited_is_for_those_who_hold_the_session(desk: Desk) -> None:
    suite = desk.suite
    trainer = suite.person(COUNCIL, Role.TRAINER, subject="robin")
    session = await suite.planned(trainers=[{"subject": "robin", "name": "Robin Madeup"}])
    await suite.books(session, "sam")
    await desk.letters()
    (one,) = (await trainer.read(f"/sessions/{session['id']}/invitations"))["items"]
    assert (one["person_name"], one["occasion"], one["answer"]) == ("Sam", "invitation", None)
    assert datetime.fromisoformat(one["sent_at"])
    other = suite.person(COUNCIL, Role.TRAINER, subject="somebody")
    assert (await other.get(f"/sessions/{session['id']}/invitations")).json()["code"] == "not_your_session"


async def test_everybody_with_a_place_is_reminded_once(desk: Desk) -> None:
    suite = desk.suite
    session = await suite.planned(places=3)
    for name in ("sam", "kim", "last"):
        await suite.books(session, name)
    uids = {to: str(event["UID"]) for to, _, event in await desk.calendars()}
    declines = Said(uid=uids["kim@work.example"], address="kim@work.example", partstat="DECLINED")
    assert await desk.replies(outlook(declines)) == "taken"
    await desk.letters()
    await suite.at(datetime(2026, 11, 1, 12, tzinfo=UTC))
    assert await desk.letters() == []
    await suite.at(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    reminders = await desk.letters()
    assert [letter["To"] for letter in reminders] == ["last@work.example", "sam@work.example"]
    assert reminders[0]["Subject"] == "Reminder: Understanding neglect, Wednesday 4 November 2026, 12:00"
    link = {"joining_link": "https://meet.example/other"}
    assert (await suite.manager.edit(f"/sessions/{session['id']}", link)).status_code == 200
    assert {method for _, method, _ in await desk.calendars()} == {"REQUEST"}
    await suite.at(datetime(2026, 11, 2, 16, 30, tzinfo=UTC))
    assert await desk.letters() == []  # it is the same session at the same time


async def test_one_reads_ones_own_calendar_by_a_secret_address(desk: Desk) -> None:
    suite = desk.suite
    sam, robin = suite.person(POLICE, subject="sam"), suite.person(COUNCIL, Role.TRAINER, subject="robin")
    assert await sam.read("/feed") == {"address": None, "webcal": None, "made_at": None}
    session = await suite.planned(trainers=[{"subject": "robin", "name": "Robin Madeup"}])
    booking = await suite.books(session, "sam")
    await suite.books(session, "kim")
    (sent,) = [event for to, _, event in await desk.calendars() if to.startswith("sam")]
    address = (await sam.made("/feed"))["address"]
    assert (await sam.read("/feed"))["address"] == address

    async def subscribed(where: str, **headers: str) -> httpx.Response:
        return await suite.client.get(where, headers=headers)

    answer = await subscribed(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.text)
    event: Any
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"], calendar["VERSION"]) == ("PUBLISH", "Training", "2.0")
    assert (event["SUMMARY"], event["DTSTART"].dt) == (sent["SUMMARY"], sent["DTSTART"].dt)
    assert event["UID"] != sent["UID"]
    assert "ATTENDEE" not in event
    assert "kim" not in answer.text
    tag = answer.headers["etag"]
    again = await subscribed(address, **{"if-none-match": f'W/{tag}, "other"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    held = await subscribed((await robin.made("/feed"))["address"])
    assert [one["SUMMARY"] for one in Calendar.from_ical(held.text).walk("VEVENT")] == ["Understanding neglect"]

    for person_id in ("", "sam"):  # suspended with his agency, or alone
        await suite.suspends(POLICE, person_id)
        assert (await subscribed(address)).json()["code"] == "feed_not_found"
        await suite.resumes(POLICE, person_id)
        assert (await subscribed(address)).status_code == 200

    await sam.does(f"/bookings/{booking['id']}", "cancel")
    await desk.letters()
    emptied = await subscribed(address, **{"if-none-match": tag})
    assert (emptied.status_code, len(Calendar.from_ical(emptied.text).walk("VEVENT"))) == (200, 0)
    other = (await sam.made("/feed"))["address"]
    assert [(await subscribed(one)).status_code for one in (address, other)] == [404, 200]
    assert (await sam.client.post(f"{V1}/feed/revoke", headers=sam.headers)).json()["address"] is None
    assert (await subscribed(other)).json()["code"] == "feed_not_found"
    assert (await subscribed(other.replace("/feed/", "/feed/A"))).status_code == 404


async def test_a_place_is_given_back_by_the_link_in_a_letter(desk: Desk) -> None:
    """Reading the link gives nothing back, in time is in time, and late is told before it is done; whoever waits is next."""
    suite, page = desk.suite, {"accept": "text/html"}
    session = await suite.planned(places=2)
    sam, kim, lee = [await suite.books(session, name) for name in ("sam", "kim", "lee")]
    (to_kim, to_sam) = [place_link(letter) for letter in await desk.letters()]
    assert len({to_kim, to_sam}) == 2
    for _ in range(2):
        read = await suite.client.get(to_sam, headers=page)
        assert (read.status_code, "it is given back in time" in read.text) == (200, True)
    assert await statuses(suite, session) == ["booked", "booked", "waiting"]
    given = await suite.client.post(f"{to_sam}/form", data={"answer": "give_back", "late": "false"})
    assert (given.status_code, "Your place is given back" in given.text) == (200, True)
    assert await statuses(suite, session) == ["cancelled_in_time", "booked", "offered"]
    for again in (
        await suite.client.get(to_sam),
        await suite.client.post(f"{to_sam}/form", data={"answer": "give_back"}),
    ):
        assert (again.status_code, "no place" in again.text) == (409, True)
    await suite.person(POLICE, subject="lee").does(f"/bookings/{lee['id']}", "accept")
    await suite.at(datetime(2026, 11, 2, 12, 0, tzinfo=UTC))
    reminders = [letter for letter in await desk.letters() if str(letter["Subject"]).startswith("Reminder")]
    assert {place_link(letter) for letter in reminders} >= {to_kim}
    untold = await suite.client.post(f"{to_kim}/form", data={"answer": "give_back", "late": "false"})
    assert (untold.status_code, "counted as cancelled late" in untold.text) == (200, True)
    assert (await suite.manager.read(f"/bookings/{kim['id']}"))["status"] == "booked"
    told = await suite.client.post(f"{to_kim}/form", data={"answer": "give_back", "late": "true"})
    assert (told.status_code, "counted as cancelled late" in told.text) == (200, True)
    late = await suite.manager.read(f"/bookings/{kim['id']}")
    assert (late["status"], late["steps"][-1]["did"]) == ("cancelled_late", "cancel_late")
    await suite.counted(session["id"])
    stranger = await suite.client.get(to_kim[:-3] + "xxx")
    assert (stranger.status_code, "Understanding" in stranger.text) == (404, False)
    assert sam["id"] not in to_sam


async def statuses(suite: Running, session: dict[str, Any]) -> list[str]:
    """Where everybody stands, in the order of arrival."""
    rows = await suite.manager.items("/bookings", session_id=session["id"])
    return [row["status"] for row in sorted(rows, key=lambda row: int(row["arrival"]))]


def place_link(letter: EmailMessage) -> str:
    """The path of the link in a letter; her calendar does not have it."""
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"http://127\.0\.0\.1:8000(/training/v1/place-links/\S+)", text)
    assert found, text
    if letter.is_multipart():
        assert "place-links" not in str(appointment(letter)[1].get("DESCRIPTION"))
    return found[1]
