"""Who came: signed in by the code that is shown, by the register or an export; a session is closed when it reconciles."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts import training as events
from shared.events import Cause
from shared.policy import Role
from tests.service.training.running import COUNCIL, ICB, POLICE, V1, Running

STARTS = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
TRAINER = {"subject": "robin", "name": "Robin Madeup"}
HEAD = "Name,Email,Duration (Minutes)\n"


async def begun(suite: Running, *who: str, **session: Any) -> dict[str, Any]:
    """A session with these booked that has begun."""
    made = await suite.planned(places=session.pop("places", 10), trainers=[TRAINER], **session)
    for one in who:
        await suite.books(made, one)
    await suite.at(STARTS)
    return made


async def stands(suite: Running, made: dict[str, Any]) -> dict[str, str]:
    """Where every delegate stands."""
    found = await suite.manager.read(f"/sessions/{made['id']}/attendance")
    return {one["name"]: one["status"] for one in found["delegates"]}


async def test_signing_in_with_the_code_that_is_shown(suite: Running) -> None:
    made = await begun(suite, "sam", "kim")
    shown = await suite.person(ICB, Role.TRAINER, subject="robin").read(f"/sessions/{made['id']}/sign_in")
    assert shown["link"].endswith(f"{V1}/sessions/{made['id']}/sign_in/{shown['code']}")
    assert shown["qr"].startswith("data:image/svg+xml")
    signed = await suite.signs_in(made, "sam", shown["code"].lower())
    assert (signed.status_code, signed.json()["status"]) == (200, "attended")
    again = await suite.signs_in(made, "sam", shown["code"])
    assert again.json()["status"] == "attended"
    stranger = await suite.signs_in(made, "pat", shown["code"])
    assert [one["path"] for one in stranger.json()["errors"]] == ["name", "agency_id"]
    nowhere = await suite.signs_in(made, "pat", shown["code"], name="Pat", agency_id="no-such-agency")
    assert nowhere.json()["errors"][0]["code"] == "unknown_agency"
    walked = await suite.signs_in(made, "pat", shown["code"], name="Pat", agency_id=ICB[0])
    assert walked.json()["status"] == "walk_in"
    assert await stands(suite, made) == {"Sam": "attended", "Kim": "booked", "Pat": "walk_in"}
    await suite.counted(made["id"])
    await suite.at(STARTS + timedelta(minutes=3))
    late = await suite.signs_in(made, "kim", shown["code"])
    assert (late.status_code, late.json()["code"]) == (404, "sign_in_refused")
    await suite.at(STARTS + timedelta(minutes=91))
    closed = await suite.manager.read(f"/sessions/{made['id']}/sign_in")
    assert (closed["code"], closed["qr"], closed["closes_at"]) == (None, None, "2026-11-04T13:30:00Z")
    over = await suite.signs_in(made, "kim", shown["code"])
    assert over.json()["code"] == "sign_in_refused"


async def test_the_code_is_shown_to_who_holds_the_session(suite: Running) -> None:
    made = await begun(suite, "sam")
    path = f"/sessions/{made['id']}"
    other = suite.person(POLICE, Role.TRAINER, subject="somebody")
    for where in ("sign_in", "attendance"):
        refused = await other.get(f"{path}/{where}")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_session")
        assert (await suite.person(POLICE, subject="sam").get(f"{path}/{where}")).status_code == 403
    refused = await other.edit(path, {"rest_missed": True}, "register")
    assert refused.json()["code"] == "not_your_session"
    assert await stands(suite, made) == {"Sam": "booked"}


async def test_the_page_of_the_picture(suite: Running) -> None:
    made = await begun(suite, "sam")
    code = (await suite.manager.read(f"/sessions/{made['id']}/sign_in"))["code"]
    path = f"{V1}/sessions/{made['id']}/sign_in/{code}"
    asked = await suite.client.get(path)
    assert asked.status_code == 200
    assert "Understanding neglect, Wednesday 4 November 2026" in asked.text
    wrong = await suite.client.post(f"{path}/form", data={"email": "sam"})
    assert (wrong.status_code, "Give your work e-mail address" in wrong.text) == (422, True)
    stranger = await suite.client.post(f"{path}/form", data={"email": "pat@work.example"})
    assert (stranger.status_code, "Cheshire East Council" in stranger.text) == (422, True)
    assert await stands(suite, made) == {"Sam": "booked"}
    done = await suite.client.post(f"{path}/form", data={"email": "Sam@work.example"})
    assert (done.status_code, "You are signed in" in done.text) == (200, True)
    guessed = await suite.client.get(f"{V1}/sessions/{made['id']}/sign_in/AAAAAA")
    assert (guessed.status_code, "Understanding" in guessed.text) == (404, False)
    assert await stands(suite, made) == {"Sam": "attended"}


async def test_a_session_is_closed_when_every_delegate_is_settled(suite: Running) -> None:
    made = await begun(suite, "sam", "kim", "lee", "max")
    path, trainer = f"/sessions/{made['id']}", suite.person(ICB, Role.TRAINER, subject="robin")
    await suite.signs_in(made, "sam")
    await suite.signs_in(made, "kim")
    taken = await suite.registered(made, "import", export=HEAD + "Sam,sam@work.example,30\nKim (Guest),,3\nKim,,2\n")
    assert [(one["name"], one["why"]) for one in taken["open"]] == [
        ("Kim", "contradiction"),
        ("Lee", "nothing_said"),
        ("Max", "nothing_said"),
    ]
    refused = await trainer.edit(path, {}, "hold")
    assert (refused.status_code, refused.json()["code"]) == (409, "does_not_reconcile")
    assert [one["message"].partition(":")[0] for one in refused.json()["errors"]] == ["Kim", "Lee", "Max"]
    said = [{"email": "kim@work.example", "outcome": "attended"}, {"name": "Pat", "email": "pat@work.example"}]
    said[1] |= {"agency_id": ICB[0], "outcome": "attended"}
    entered = await suite.registered(made, "register", delegates=said, rest_missed=True)
    assert entered["reconciles"]
    assert await stands(suite, made) == {
        "Sam": "part_attended",
        "Kim": "attended",
        "Lee": "did_not_attend",
        "Max": "did_not_attend",
        "Pat": "walk_in",
    }
    assert entered["attendances"] == 3
    assert (await trainer.does(path, "hold"))["status"] == "held"
    told, causes = (await suite.told("session"))[-1]
    assert isinstance(told, events.SessionHeld)
    assert causes == (Cause("training.course", made["course_id"]),)
    number = {POLICE[0]: 2, ICB[0]: 1}
    assert {one.agency_id: one.number for one in told.attendances} == number
    assert set(told.agency_ids) == set(number)
    lee = [{"email": "lee@work.example", "outcome": "attended"}]
    corrected = await suite.registered(made, "register", delegates=lee)
    assert corrected["held"]
    recounted = (await suite.told("session"))[-1][0]
    assert isinstance(recounted, events.SessionRecounted)
    assert {one.agency_id: one.number for one in recounted.attendances} == number | {POLICE[0]: 3}
    await suite.counted(made["id"])


async def test_an_open_session_is_known_from_its_export(suite: Running) -> None:
    """Whom somebody booked before is of that agency, others of their address's; whom nobody knows is named, or is no delegate."""
    await begun(suite, "sam")
    lists: dict[str, Any] = {"kind": "open", "places": None, "distribution_lists": ["all@police.example"]}
    await suite.begin()
    made = await suite.planned(trainers=[TRAINER], **lists)
    await suite.at(STARTS)
    rows = [
        "Robin Madeup,robin@work.example,60",
        "Sam,sam@work.example,60",
        "Ina,ina@icb.example,20",
        "Who,who@else.example,60",
        "Bot,,60",
        "Brief,brief@else.example,3",
    ]
    domains = [{"domain": "icb.example", "agency_id": ICB[0]}]
    taken = await suite.registered(made, "import", export=HEAD + "\n".join(rows), domains=domains)
    assert await stands(suite, made) == {"Sam": "attended", "Ina": "part_attended"}
    assert [(one["name"], one["why"], one["minutes"]) for one in taken["open"]] == [
        ("Who", "nobody_known", 60),
        ("Bot", "nobody_known", 60),
    ]
    path = f"/sessions/{made['id']}"
    unnamed = await suite.manager.edit(
        path, {"delegates": [{"email": "who@else.example", "outcome": "attended"}]}, "register"
    )
    assert unnamed.json()["errors"][0]["path"] == "delegates.0.agency_id"
    said = [
        {"name": "Who", "email": "who@else.example", "agency_id": COUNCIL[0], "outcome": "attended"},
        {"name": "Bot", "outcome": "did_not_attend"},
    ]
    entered = await suite.registered(made, "register", delegates=said)
    assert entered["reconciles"]
    assert entered["by_agency"] == [
        {"agency_id": agency, "attendances": 1} for agency in sorted([POLICE[0], COUNCIL[0], ICB[0]])
    ]
    await suite.manager.does(path, "hold")
    twice = await suite.manager.edit(
        path, {"delegates": [{"email": "who@else.example", "outcome": "attended"}] * 2}, "register"
    )
    assert twice.json()["errors"][0]["code"] == "twice"


async def test_a_register_before_the_session_or_of_one_called_off(suite: Running) -> None:
    made = await suite.planned()
    path = f"/sessions/{made['id']}"
    early = await suite.manager.edit(path, {"rest_missed": True}, "register")
    assert (early.status_code, early.json()["code"]) == (409, "not_in_this_status")
    await suite.manager.does(path, "call_off", reason="The trainer is away.")
    await suite.at(STARTS)
    off = await suite.manager.edit(path, {"rest_missed": True}, "register")
    assert "called off" in off.json()["detail"]
    stranger = [{"booking_id": made["id"], "outcome": "attended"}]
    await suite.begin()
    other = await begun(suite)
    unknown = await suite.manager.edit(f"/sessions/{other['id']}", {"delegates": stranger}, "register")
    assert unknown.json()["errors"][0]["code"] == "unknown_booking"


async def test_who_was_entered_by_mistake_is_struck_out(suite: Running) -> None:
    """A code typed at the wrong session and the wrong Sam: kept in the history, counted nowhere, and asked nothing any more."""
    made = await suite.planned(places=1, trainers=[TRAINER])
    kim = [await suite.books(made, one) for one in ("lee", "kim")][1]
    assert kim["status"] == "waiting"
    await suite.at(STARTS)
    await suite.signs_in(made, "lee")
    await suite.signs_in(made, "kim")
    await suite.signs_in(made, "sam", name="Sam", agency_id=ICB[0])
    path, trainer = f"/sessions/{made['id']}", suite.person(ICB, Role.TRAINER, subject="robin")
    await trainer.does(path, "hold")
    await suite.at(STARTS + timedelta(hours=3))
    booked = {one["name"]: one for one in await suite.manager.items("/bookings", session_id=made["id"])}
    sams, why = f"/bookings/{booked['Sam']['id']}", {"reason": "She sat in the room next door."}
    stranger = suite.person(POLICE, Role.TRAINER, subject="somebody")
    assert (await stranger.edit(sams, why, "strike_out", etag='"1"')).status_code == 404
    assert (await suite.person(POLICE, subject="kim").edit(sams, why, "strike_out", etag='"1"')).status_code == 403
    assert (await trainer.edit(sams, why, "strike_out", etag='"7"')).status_code == 412
    came = await trainer.edit(f"/bookings/{booked['Lee']['id']}", why, "strike_out")
    assert (came.status_code, "enter in the register" in came.json()["detail"]) == (409, True)
    struck = await trainer.does(sams, "strike_out", **why)
    assert [(one["did"], one["status"], one["text"]) for one in struck["steps"][1:]] == [
        ("strike_out", "struck_out", why["reason"])
    ]
    assert (await trainer.edit(sams, why, "strike_out")).json()["code"] == "not_in_this_status"
    again = await trainer.does(f"/bookings/{kim['id']}", "strike_out", **why)
    assert [one["status"] for one in again["steps"]] == ["waiting", "waiting", "walk_in", "struck_out", "waiting"]
    assert await stands(suite, made) == {"Lee": "attended", "Kim": "waiting", "Sam": "struck_out"}
    told = [event for event, _ in await suite.told() if isinstance(event, events.BookingStruckOut)]
    assert [(one.agency_id, one.status) for one in told] == [(ICB[0], "struck_out"), (POLICE[0], "waiting")]
    recounted = (await suite.told("session"))[-1][0]
    assert isinstance(recounted, events.SessionRecounted)
    assert [(one.agency_id, one.number) for one in recounted.attendances] == [(POLICE[0], 1)]
    await suite.counted(made["id"])
    await suite.at(STARTS + timedelta(hours=4))
    asked = {one["delegate_name"]: one["status"] for one in await suite.manager.items("/evaluations")}
    assert asked == {"Lee": "asked", "Kim": "withdrawn", "Sam": "withdrawn"}
    (line,) = (await suite.manager.read("/figures", session_id=made["id"]))["lines"]
    assert (line["delegates"], line["attendances"], line["people"]) == (2, 1, 1)
    sums = await suite.manager.read(f"{path}/reconciliation")
    assert (sums["reconciles"], sums["sums_up"]) == (True, "2 delegates for 1 places: 1 waiting, 1 attended.")
    taken = await suite.registered(made, "import", export=HEAD + "Sam,sam@work.example,60\n")
    assert (taken["attendances"], taken["reconciles"]) == (1, True)


async def test_who_was_struck_out_may_be_entered_again_for_another_agency(suite: Running) -> None:
    lists: dict[str, Any] = {"kind": "open", "places": None, "distribution_lists": ["all@police.example"]}
    made = await suite.planned(trainers=[TRAINER], **lists)
    await suite.at(STARTS)
    for agency in (ICB[0], POLICE[0]):
        signed = await suite.signs_in(made, "sam", name="Sam", agency_id=agency)
        assert signed.json()["status"] == "attended"
        (sam,) = await suite.manager.items("/bookings", session_id=made["id"])
        assert sam["agency_id"] == agency
        struck = await suite.manager.does(f"/bookings/{sam['id']}", "strike_out", reason="The wrong agency.")
        assert struck["status"] == "struck_out"
        assert (await suite.signs_in(made, "sam")).json()["code"] == "invalid"
        await suite.counted(made["id"])
