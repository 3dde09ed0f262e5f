"""Meetings over HTTP: convened into calendars, held with a quorum, minuted, approved, reported upward."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from icalendar import Calendar

from services.governance.meetings.schemas import EXAMPLE
from shared.contracts import governance_meetings as events
from shared.policy import Role
from tests.post_office import PostOffice, post_office
from tests.replying import Said, google
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, Agency, Person, Running

LI, EXECUTIVE = "learning-and-improvement", "executive"
NEW: dict[str, Any] = {**EXAMPLE, "starts_at": "2026-11-11T10:00:00Z", "ends_at": "2026-11-11T12:00:00Z"}
THEN, LATER = datetime(2026, 11, 11, 10, 5, tzinfo=UTC), datetime(2026, 12, 9, 10, 5, tzinfo=UTC)


async def seated(
    suite: Running, agency: Agency, seat: str = "member", body_id: str = LI, **more: Any
) -> tuple[Person, dict[str, Any]]:
    """Somebody who sits there since the first, with the role that her seat gives; and her membership."""
    person_id = str(uuid4())
    given = {"person_id": person_id, "person_name": "Robin Madeup", "agency_id": agency[0], "starts_on": "2026-10-01"}
    made = await suite.unit.made("/memberships", body_id=body_id, seat=seat, **given | more)
    return suite.person(agency, *(Role(role) for role in made["roles"]), subject=person_id), made


async def the_three(suite: Running, body_id: str = LI, seat: str = "member") -> list[str]:
    """Seats of the council, the ICB and the police."""
    return [(await seated(suite, agency, seat, body_id))[1]["id"] for agency in (COUNCIL, ICB, POLICE)]


async def done(person: Person, path: str, action: str, **body: Any) -> dict[str, Any]:
    """Something that was done to a meeting."""
    etag = (await person.get(path)).headers["etag"]
    answer = await person.edit(path, body, action, etag)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def came(suite: Running, path: str, seats: Sequence[str], **hows: Any) -> dict[str, Any]:
    """Everybody was there."""
    return await done(suite.unit, path, "attend", members=[{"membership_id": one, "how": "present"} for one in seats])


async def sent(suite: Running, office: PostOffice) -> list[Any]:
    """The calendars in the letters that came since the last time."""
    found = []
    for letter in await suite.send(office):
        part = letter.get_body(("calendar",)) or next(
            p for p in letter.walk() if p.get_content_type() == "text/calendar"
        )
        calendar = Calendar.from_ical(part.get_content())
        assert part.get_param("method") == calendar["METHOD"]
        found.append((str(letter["To"]), calendar["METHOD"], calendar.walk("VEVENT")[0]))
    return sorted(found, key=lambda one: one[0])


async def test_a_meeting_lands_in_calendars_moves_there_and_leaves_them(suite: Running) -> None:
    chair, _ = await seated(suite, POLICE, "chair", email="chair@police.example")
    await seated(suite, ICB, email="member@icb.example")
    await seated(suite, COUNCIL)
    made = await chair.made("/meetings", **NEW)
    path = f"/meetings/{made['id']}"
    assert (made["reference"], made["status"]) == ("MTG-2627-0001", "convened")
    async with post_office() as office:
        first = await sent(suite, office)
        assert [(to, method, event["SEQUENCE"]) for to, method, event in first] == [
            ("chair@police.example", "REQUEST", 0),
            ("member@icb.example", "REQUEST", 0),
        ]
        shown = (await suite.unit.get(f"{path}/invitations")).json()["items"]
        assert sorted((one["agency_id"], one["failure"], bool(one["sent_at"])) for one in shown) == [
            (POLICE[0], None, True),
            (COUNCIL[0], "no_address", False),
            (ICB[0], None, True),
        ]
        assert await sent(suite, office) == []
        await seated(suite, COUNCIL, email="late@council.example")
        await suite.invite()
        assert [to for to, _, _ in await sent(suite, office)] == ["late@council.example"]
        again = {
            "starts_at": "2026-11-12T10:00:00Z",
            "ends_at": "2026-11-12T12:00:00Z",
            "link": "https://meet.example/li",
        }
        moved = await done(chair, path, "reschedule", **again, reason="The hall is taken.")
        assert [step["starts_at"][:10] for step in moved["steps"]] == ["2026-11-11", "2026-11-12"]
        second = await sent(suite, office)
        assert len(second) == 3
        uids = {to: event["UID"] for to, _, event in second}
        assert {to: event["UID"] for to, _, event in first}.items() < uids.items()
        assert len(set(uids.values())) == 3
        assert {(event["SEQUENCE"], event.decoded("DTSTART").day) for _, _, event in second} == {(1, 12)}
        await done(chair, path, "cancel", reason="Nothing to decide.")
        assert {(method, event["SEQUENCE"]) for _, method, event in await sent(suite, office)} == {("CANCEL", 2)}
    told = [event for event in await suite.events("meeting") if isinstance(event, events.MeetingEvent)]
    assert [type(event) for event in told] == [
        events.MeetingConvened,
        events.MeetingRescheduled,
        events.MeetingCancelled,
    ]
    assert told[0].agency_ids == (POLICE[0], COUNCIL[0], ICB[0])
    assert (await suite.unit.edit(path, {}, "hold")).json()["code"] == "not_in_this_status"


async def test_who_leaves_the_body_is_invited_no_more_and_answers_are_shown(suite: Running) -> None:
    await seated(suite, POLICE, "chair", email="chair@police.example")
    _, leaving = await seated(suite, ICB, email="member@icb.example")
    made = await suite.unit.made("/meetings", **NEW)
    path = f"/meetings/{made['id']}"
    async with post_office() as office:
        uids = {to: str(event["UID"]) for to, _, event in await sent(suite, office)}
        handed = google(Said(uid=uids["chair@police.example"], address="chair@police.example", partstat="DECLINED"))
        system = suite.tokens.bearer(*COUNCIL, (Role.AGENCY_LEAD,), access="application")
        headers = system | {"content-type": "message/rfc822"}
        answer = await suite.client.post("/governance/v1/replies", content=handed, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "taken"})
        ends = {"ends_on": "2026-11-10", "reason": "She has another post."}
        assert (await suite.unit.edit(f"/memberships/{leaving['id']}", ends, "end")).status_code == 200
        await suite.invite()
        assert [(to, method, event["SEQUENCE"]) for to, method, event in await sent(suite, office)] == [
            ("member@icb.example", "CANCEL", 1)
        ]
        assert await sent(suite, office) == []  # and who has declined a meeting is asked nothing
    shown = (await suite.unit.get(f"{path}/invitations")).json()["items"]
    register = (await suite.unit.get(f"{path}/attendance")).json()["members"]
    assert [(one["agency_id"], one["answer"]) for one in register] == [(POLICE[0], "declined")]
    assert sorted((one["agency_id"], one["sequence"], one["answer"]) for one in shown) == [
        (POLICE[0], 0, "declined"),
        (ICB[0], 0, None),
        (ICB[0], 1, None),
    ]


async def test_members_are_reminded_once_and_read_their_own_calendar(suite: Running) -> None:
    chair, hers = await seated(suite, POLICE, "chair", email="chair@police.example")
    _, away = await seated(suite, ICB, email="away@icb.example")
    made = await chair.made("/meetings", **NEW)
    path = f"/meetings/{made['id']}"
    await done(chair, path, "attend", members=[{"membership_id": away["id"], "how": "apologies"}])
    address = (await chair.made("/feed"))["address"]
    calendar = Calendar.from_ical((await suite.client.get(address)).text)
    assert [event["SUMMARY"] for event in calendar.walk("VEVENT")] == ["Learning and Improvement Subgroup"]
    for person_id in ("", hers["person_id"]):  # suspended with her agency, or alone
        await suite.suspends(POLICE, person_id)
        assert (await suite.client.get(address)).json()["code"] == "feed_not_found"
        await suite.resumes(POLICE, person_id)
        assert (await suite.client.get(address)).status_code == 200
    async with post_office() as office:
        await suite.send(office)
        await suite.at(datetime(2026, 11, 9, 9, 30, tzinfo=UTC))
        await suite.at(datetime(2026, 11, 9, 15, 30, tzinfo=UTC))
        assert [(letter["To"], letter["Subject"].partition(":")[0]) for letter in await suite.send(office)] == [
            ("chair@police.example", "Reminder")
        ]
    await chair.client.post("/governance/v1/feed/revoke", headers=chair.headers)
    assert (await suite.client.get(address)).status_code == 404


async def test_no_decision_without_the_three(suite: Running) -> None:
    seats = await the_three(suite)
    meeting = await suite.unit.made("/meetings", **NEW)
    path = f"/meetings/{meeting['id']}"
    assert (await suite.unit.edit(path, {}, "hold")).json()["code"] == "meeting_not_begun"
    await suite.at(THEN)
    await done(suite.unit, path, "hold")
    shown = await came(suite, path, seats[:2])
    assert shown["quorum"] == {
        "rule": "subgroup/1",
        "needed": ["council", "icb", "police"],
        "there": ["council", "icb"],
        "missing": ["police"],
        "decides": False,
    }
    decision = {"kind": "decision", "text": "The plan is agreed."}
    refused = await suite.unit.create(f"{path}/outcomes", **decision)
    assert (refused.status_code, refused.json()["code"]) == (409, "inquorate")
    assert "the police" in refused.json()["detail"]
    assert (await suite.unit.made(f"{path}/outcomes", kind="information", text="It was noted."))["number"] == 1
    assert (await came(suite, path, seats[2:]))["quorum"]["decides"] is True
    made = await suite.unit.made(f"{path}/outcomes", **decision, dissenting=["icb"])
    assert (made["number"], made["partners_agreed"]) == (2, ["council", "police"])
    stands = (await suite.unit.get(f"/body-decisions/{made['body_decision_id']}")).json()
    assert (stands["meeting_id"], stands["taken_on"], stands["how"]) == (meeting["id"], "2026-11-11", "meeting")
    assert {"type": "governance.meeting", "id": meeting["id"]} in stands["causes"]


async def test_an_action_of_a_meeting_is_proposed_and_comes_back_until_it_is_over(suite: Running) -> None:
    chair, _ = await seated(suite, POLICE, "chair")
    first, second = [await chair.made("/meetings", **NEW | times(at)) for at in (THEN, LATER)]
    path = f"/meetings/{first['id']}"
    await suite.at(THEN)
    await done(chair, path, "hold")
    made = await chair.made(f"{path}/outcomes", kind="action", text="Train those who refer on what is needed.")
    assert (made["action_reference"], made["body_decision_id"]) == ("ACT-2627-0001", None)
    action = (await suite.unit.get(f"/actions/{made['action_id']}")).json()
    assert (action["status"], action["body_id"], action["source_id"]) == ("proposed", LI, first["id"])
    assert {"type": "governance.meeting", "id": first["id"]} in action["causes"]
    agenda = (await chair.get(f"/meetings/{second['id']}/agenda")).json()["items"]
    arising = [one for one in agenda if one["block"] == "arising"]
    assert [(one["title"], one["about"]["id"]) for one in arising] == [
        ("ACT-2627-0001, proposed: without a date", action["id"])
    ]
    assert "**Action ACT-2627-0001.** Train those" in (await chair.get(f"{path}/minutes")).json()["text"]
    over = {"reason": "Another agency does it already."}
    assert (await suite.unit.edit(f"/actions/{action['id']}", over, "decline")).status_code == 200
    again = (await chair.get(f"/meetings/{second['id']}/agenda")).json()["items"]
    assert not any(one["block"] == "arising" for one in again)


async def test_the_executive_counts_its_delegated_partners_and_their_deputies(suite: Running) -> None:
    seats = await the_three(suite, EXECUTIVE, "delegated_partner")
    _, deputy = await seated(suite, POLICE, "deputy", EXECUTIVE, deputy_for=seats[2])
    _, observer = await seated(suite, POLICE, "observer", EXECUTIVE)
    meeting = await suite.unit.made("/meetings", **NEW | {"body_id": EXECUTIVE})
    path = f"/meetings/{meeting['id']}"
    early = await suite.unit.edit(path, {"members": [{"membership_id": seats[2], "how": "present"}]}, "attend")
    assert early.json()["code"] == "not_in_this_status"
    await done(suite.unit, path, "attend", members=[{"membership_id": seats[2], "how": "apologies"}])
    await suite.at(THEN)
    await done(suite.unit, path, "hold")
    there = await came(suite, path, [*seats[:2], observer["id"]])
    assert there["quorum"]["missing"] == ["police"]
    instead = {"membership_id": seats[2], "how": "deputy", "deputy_id": deputy["id"]}
    assert (await done(suite.unit, path, "attend", members=[instead]))["quorum"]["decides"] is True


async def test_an_agenda_opens_with_the_child_and_brings_back_what_is_open(suite: Running) -> None:
    await the_three(suite)
    meeting = await suite.unit.made("/meetings", **NEW)
    path = f"/meetings/{meeting['id']}"
    await suite.unit.made(f"{path}/agenda", title="The last report", causes=[{"type": "governance.action", "id": "1"}])
    await suite.unit.made(f"{path}/agenda", title="A plan", minutes=20, position=1)
    gap = await suite.unit.create(f"{path}/agenda", title="Too far", position=9)
    assert gap.json()["errors"][0]["code"] == "gap"
    between = {"body_id": LI, "taken_on": "2026-10-07", "how": "correspondence", "text": "The bid is supported."}
    await suite.unit.made("/body-decisions", **between, partners_agreed=["council", "icb", "police"])
    agenda = (await suite.unit.get(f"{path}/agenda")).json()
    assert agenda["items"][0]["title"] == "Voice of the child"
    assert [(one["block"], one["title"][:7]) for one in agenda["items"]][2:] == [
        ("arising", "Decided"),
        ("business", "A plan"),
        ("business", "The las"),
        ("closing", "What th"),
    ]
    item = next(one for one in agenda["items"] if one["title"] == "A plan")
    paper = {"title": "The plan", "link": "https://papers.example/plan"}
    assert (await suite.unit.made(f"{path}/papers", **paper, agenda_item_id=item["id"]))["papers"][0]["late"] is False
    nowhere = await suite.unit.create(f"{path}/papers", **paper, agenda_item_id=str(uuid4()))
    assert nowhere.json()["errors"][0]["path"] == "agenda_item_id"
    await suite.at(datetime(2026, 11, 9, 9, tzinfo=UTC))
    assert (await suite.unit.made(f"{path}/papers", **paper))["papers"][1]["late"] is True
    etag = (await suite.unit.get(path)).headers["etag"]
    line = f"{path}/agenda/{item['id']}"
    lower = await suite.unit.edit(line, {"position": 2}, "place", etag)
    assert [one["title"] for one in lower.json()["items"] if one["block"] == "business"] == [
        "The last report",
        "A plan",
    ]
    assert (await suite.unit.edit(line, {"position": 1}, "place", etag)).json()["code"] == "stale"
    etag = lower.headers["etag"]
    assert (await suite.unit.edit(line, {"position": 3}, "place", etag)).json()["errors"][0]["code"] == "gap"
    assert (await suite.unit.edit(f"{path}/agenda/{uuid4()}", {}, "remove", etag)).json()[
        "code"
    ] == "agenda_item_not_found"
    removed = await suite.unit.edit(f"{path}/agenda/{item['id']}", {}, "remove", etag)
    assert [one["block"] for one in removed.json()["items"]].count("business") == 1
    await suite.at(THEN)
    await done(suite.unit, path, "hold")
    held = (await suite.unit.get(f"{path}/agenda")).json()["items"]
    assert [one["title"] for one in held] == [one["title"] for one in removed.json()["items"]]
    assert all(one["id"] for one in held)
    assert (await suite.unit.create(f"{path}/agenda", title="Too late")).json()["code"] == "not_in_this_status"
    following = await suite.unit.made("/meetings", **NEW | times(LATER))
    again = (await suite.unit.get(f"/meetings/{following['id']}/agenda")).json()["items"]
    assert [one["block"] for one in again] == ["opening", "opening", "minutes", "closing"]


def times(at: datetime) -> dict[str, str]:
    """An hour of that day."""
    return {"starts_at": f"{at:%Y-%m-%d}T10:00:00Z", "ends_at": f"{at:%Y-%m-%d}T12:00:00Z"}


async def test_minutes_are_drafted_edited_and_approved_at_the_next_meeting(suite: Running) -> None:
    chair, seat = await seated(suite, POLICE, "chair")
    seats = [*(await the_three(suite)), seat["id"]]
    first, second = [await chair.made("/meetings", **NEW | times(at)) for at in (THEN, LATER)]
    path, following = f"/meetings/{first['id']}", f"/meetings/{second['id']}"
    assert (await chair.get(f"{path}/minutes")).json()["text"] is None
    await suite.at(THEN)
    await done(chair, path, "hold")
    await came(suite, path, seats)
    await chair.made(f"{path}/outcomes", kind="decision", text="The plan is agreed.")
    draft = (await chair.get(f"{path}/minutes")).json()
    assert "**Decision DEC-2627-0001.** The plan is agreed." in draft["text"]
    assert (draft["worded_at"], draft["status"]) == (None, "held")
    kept = await done(chair, path, "minute")
    assert (kept["text"], kept["status"]) == (draft["text"], "minuted")
    edited = await done(chair, path, "minute", text=kept["text"] + "\nThanks were given to the outgoing chair.\n")
    assert edited["text"].endswith("outgoing chair.")
    identifying = await chair.edit(path, {"text": "Her NHS number is 943 476 5919."}, "minute")
    assert identifying.json()["code"] == "seems_to_identify"
    approval = {"at_meeting_id": second["id"]}
    assert (await chair.edit(path, approval, "approve")).json()["errors"][0]["code"] == "not_the_next"
    await suite.at(LATER)
    await done(chair, following, "hold")
    assert (await suite.unit.edit(path, approval, "approve")).json()["code"] == "role_not_granted"
    approved = await done(chair, path, "approve", **approval)
    assert (approved["status"], approved["text"]) == ("approved", edited["text"])
    assert (await chair.edit(path, {"text": "Otherwise."}, "minute")).json()["code"] == "not_in_this_status"


async def test_the_chair_reports_upward_and_the_report_comes_to_the_agenda_above(suite: Running) -> None:
    chair, _ = await seated(suite, POLICE, "chair")
    meeting = await chair.made("/meetings", **NEW)
    above = await suite.unit.made("/meetings", **NEW | {"body_id": EXECUTIVE} | times(LATER))
    path = f"/meetings/{meeting['id']}"
    assert (await chair.create(f"{path}/report", text="We met.")).json()["code"] == "not_in_this_status"
    await suite.at(THEN)
    await done(chair, path, "hold")
    assert [one["id"] for one in (await chair.get("/chair-reports/owed")).json()["items"]] == [meeting["id"]]
    report = await chair.made(f"{path}/report", text="Two actions drift, and one needs the Executive.")
    assert (report["to_body_ids"], report["meeting_reference"]) == ([EXECUTIVE], meeting["reference"])
    assert (await chair.create(f"{path}/report", text="Again.")).json()["code"] == "already_reported"
    assert (await chair.get("/chair-reports/owed")).json()["items"] == []
    agenda = (await suite.unit.get(f"/meetings/{above['id']}/agenda")).json()["items"]
    assert [one["text"] for one in agenda if one["block"] == "arising"] == [report["text"]]
    assert [one["id"] for one in await suite.unit.items("/chair-reports", to_body_id=EXECUTIVE)] == [report["id"]]
    await suite.at(LATER)
    await done(suite.unit, f"/meetings/{above['id']}", "hold")
    nobody = await suite.unit.made(
        "/meetings", **NEW | {"body_id": "partnership-chairs"} | times(datetime(2027, 1, 5, tzinfo=UTC))
    )
    await suite.at(datetime(2027, 1, 5, 10, 5, tzinfo=UTC))
    await done(suite.unit, f"/meetings/{nobody['id']}", "hold")
    refused = await suite.unit.create(f"/meetings/{nobody['id']}/report", text="We met.")
    assert refused.json()["code"] == "reports_to_nobody"


async def test_who_sees_meetings_and_who_runs_them(suite: Running) -> None:
    meeting = await suite.unit.made("/meetings", **NEW)
    path = f"/meetings/{meeting['id']}"
    member, _ = await seated(suite, POLICE)
    above, _ = await seated(suite, ICB, "lay_member", EXECUTIVE)
    elsewhere, _ = await seated(suite, COUNCIL, "chair", "quality-assurance")
    for person in (member, above, suite.person(POLICE, Role.EXECUTIVE_MEMBER)):
        assert (await person.get(path)).json()["id"] == meeting["id"]
    assert (await member.get(f"{path}/agenda")).status_code == 200
    assert len(await above.items("/meetings", body_id=LI)) == 1
    for person in (elsewhere, suite.person(SCHOOL), suite.person(POLICE, Role.LI_MEMBER)):
        for what in ("", "/agenda", "/attendance", "/outcomes", "/minutes", "/invitations"):
            assert (await person.get(path + what)).json()["code"] == "meeting_not_found"
        assert await person.items("/meetings") == []
    assert (await elsewhere.edit(path, {"reason": "No."}, "cancel", '"1"')).json()["code"] == "meeting_not_found"
    assert (await elsewhere.create("/meetings", **NEW)).json()["code"] == "not_in_the_chair"
    assert (await member.create("/meetings", **NEW)).json()["code"] == "role_not_granted"


async def test_what_is_refused(suite: Running) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"body_id": "nowhere"}, "body_id"),
        ({"body_id": "emotional-health-and-wellbeing"}, "starts_at"),
        ({"starts_at": "2026-10-01T10:00:00Z"}, "starts_at"),
        ({"ends_at": "2026-11-11T09:00:00Z"}, "ends_at"),
        ({"place": None}, "place"),
        ({"link": "http://meet.example"}, "link"),
        ({"status": "held"}, "status"),
    )
    for changes, path in wrong:
        refused = await suite.unit.create("/meetings", **NEW | changes)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path), refused.text
    meeting = await suite.unit.made("/meetings", **NEW)
    stale = await suite.unit.edit(f"/meetings/{meeting['id']}", {"reason": "No."}, "cancel", '"7"')
    assert stale.json()["code"] == "stale"


async def test_where_a_member_is_reached_is_changed(suite: Running) -> None:
    _, seat = await seated(suite, ICB)
    path = f"/memberships/{seat['id']}"
    changed = await suite.unit.edit(path, {"email": "member@icb.example"})
    assert (changed.status_code, changed.json()["email"]) == (200, "member@icb.example")
    assert (await suite.unit.edit(path, {"email": "nobody"})).status_code == 422
