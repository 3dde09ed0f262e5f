"""Sessions: planned, changed, moved, held and called off; who is told how to join."""

from datetime import UTC, datetime
from typing import Any

from shared.contracts import training as events
from shared.events import Cause
from shared.policy import Role
from tests.service.training.running import COUNCIL, COURSE, ICB, POLICE, SESSION, Running

TRAINER = {"subject": "robin", "name": "Robin Madeup"}


async def test_a_session_is_planned_moved_and_held(suite: Running) -> None:
    closes = "2026-11-03T17:00:00Z"
    made = await suite.planned(booking_closes_at=closes, trainers=[TRAINER])
    path = f"/sessions/{made['id']}"
    assert (made["status"], made["free"], made["taken"], made["booking_open"]) == ("planned", 2, 0, True)
    assert made["when"] == "Wednesday 4 November 2026, 12:00 to 13:00"
    again = {"starts_at": "2026-11-11T12:00:00Z", "ends_at": "2026-11-11T13:30:00Z"}
    moved = await suite.manager.does(path, "move", **again, reason="The trainer is away.")
    assert (moved["booking_closes_at"], moved["place"]) == ("2026-11-10T17:00:00Z", None)
    assert [(one["did"], one["starts_at"], one["text"]) for one in moved["steps"]] == [
        ("plan", SESSION["starts_at"], None),
        ("move", again["starts_at"], "The trainer is away."),
    ]
    trainer = suite.person(POLICE, Role.TRAINER, subject="robin")
    early = await trainer.edit(path, {}, "hold")
    assert (early.status_code, early.json()["code"]) == (409, "not_in_this_status")
    await suite.at(datetime(2026, 11, 11, 13, 0, tzinfo=UTC))
    other = await suite.person(POLICE, Role.TRAINER, subject="somebody").edit(path, {}, "hold")
    assert (other.status_code, other.json()["code"]) == (403, "not_your_session")
    assert (await trainer.does(path, "hold"))["status"] == "held"
    told = [(type(event), causes) for event, causes in await suite.told("session")]
    course = (Cause("training.course", made["course_id"]),)
    assert told == [(kind, course) for kind in (events.SessionPlanned, events.SessionMoved, events.SessionHeld)]


async def test_how_to_join_is_for_who_comes(suite: Running) -> None:
    made = await suite.planned(trainers=[TRAINER])
    booking = await suite.books(made, "sam")
    assert booking["joining_link"] == SESSION["joining_link"]
    path = f"/sessions/{made['id']}"
    shown = {
        who: (await person.read(path))["joining_link"]
        for who, person in {
            "practitioner": suite.person(POLICE, subject="sam"),
            "lead": suite.person(POLICE, Role.AGENCY_LEAD),
            "another trainer": suite.person(POLICE, Role.TRAINER, subject="else"),
            "trainer": suite.person(POLICE, Role.TRAINER, subject="robin"),
            "no longer trainer": suite.person(POLICE, subject="robin"),
            "manager": suite.manager,
        }.items()
        if person
    }
    assert [who for who, link in shown.items() if link] == ["trainer", "manager"]
    mine = await suite.person(POLICE, subject="robin").items("/sessions", trained_by_me=True)
    assert made["id"] in [one["id"] for one in mine]
    assert all(TRAINER in one["trainers"] for one in mine)
    await suite.books(made, "kim")
    assert (await suite.books(made, "lee"))["joining_link"] is None


async def test_an_open_session_has_lists_and_no_places(suite: Running) -> None:
    lists = ["everybody@partnership.example"]
    made = await suite.planned(kind="open", places=None, distribution_lists=lists)
    assert (made["distribution_lists"], made["free"], made["booking_open"]) == (lists, None, False)
    seen = await suite.person(POLICE).read(f"/sessions/{made['id']}")
    assert (seen["distribution_lists"], seen["joining_link"]) == ([], SESSION["joining_link"])
    refused = await suite.person(POLICE).create("/bookings", session_id=made["id"], name="Sam", email="s@p.example")
    assert (refused.status_code, refused.json()["code"]) == (409, "booking_closed")


async def test_a_session_that_cannot_be(suite: Running) -> None:
    course = await suite.manager.made("/courses", **COURSE, code="course")
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"starts_at": "2026-10-01T12:00:00Z"}, "starts_at"),
        ({"starts_at": "2031-10-01T12:00:00Z", "ends_at": "2031-10-01T13:00:00Z"}, "starts_at"),
        ({"ends_at": "2026-11-04T12:00:00Z"}, "ends_at"),
        ({"joining_link": None}, "place"),
        ({"places": None}, "places"),
        ({"booking_closes_at": "2026-11-04T12:01:00Z"}, "booking_closes_at"),
        ({"kept": [{"agency_id": ICB[0], "places": 3}]}, "kept"),
        ({"kept": [{"agency_id": "no-such-agency", "places": 1}]}, "kept.0.agency_id"),
        ({"kept": [{"agency_id": ICB[0], "places": 1, "released_on": "2026-11-05"}]}, "kept.0.released_on"),
        ({"kind": "open"}, "places"),
        ({"course_id": "0199b8a4-3c00-7000-8000-000000000009"}, "course_id"),
    ]
    for wrong, path in wrongs:
        refused = await suite.manager.create("/sessions", **SESSION | {"course_id": course["id"]} | wrong)
        assert refused.status_code == 422, refused.text
        assert path in [error["path"] for error in refused.json()["errors"]], wrong


async def test_e_learning_has_no_sessions(suite: Running) -> None:
    course = await suite.manager.made("/courses", **COURSE | {"mode": "e_learning"}, code="alone")
    refused = await suite.manager.create("/sessions", **SESSION, course_id=course["id"])
    assert refused.json()["code"] == "course_not_offered"


async def test_called_off_everybody_is_told_and_nobody_has_cancelled(suite: Running) -> None:
    made = await suite.planned()
    bookings = [await suite.books(made, who) for who in ("sam", "kim", "lee")]
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    gone = await unit.does(f"/sessions/{made['id']}", "call_off", reason="The room is flooded.")
    assert (gone["status"], gone["taken"], gone["waiting"], gone["booking_open"]) == ("called_off", 0, 0, False)
    for who, one in zip(("sam", "kim", "lee"), bookings, strict=True):
        stands = await suite.person(POLICE, subject=who).read(f"/bookings/{one['id']}")
        assert (stands["status"], stands["steps"][-1]["text"]) == ("course_cancelled", "The room is flooded.")
    told = [
        event for event, _ in await suite.told() if isinstance(event, events.BookingCalledOff | events.SessionCalledOff)
    ]
    assert isinstance(told[0], events.SessionCalledOff)
    assert (told[0].agency_ids, len(told)) == ((POLICE[0],), 4)
    await suite.counted(made["id"])
    late = await suite.person(POLICE, subject="new").create(
        "/bookings", session_id=made["id"], name="Sam", email="s@p.example"
    )
    assert late.json()["code"] == "booking_closed"


async def test_sessions_are_listed_in_their_order(suite: Running) -> None:
    late = await suite.planned(starts_at="2027-03-03T12:00:00Z", ends_at="2027-03-03T13:00:00Z")
    soon = await suite.planned({"series": "how-to"}, starts_at="2027-03-02T12:00:00Z", ends_at="2027-03-02T13:00:00Z")
    somebody, march = suite.person(POLICE), "2027-03-01T00:00:00Z"
    assert [one["id"] for one in await somebody.items("/sessions", starts_from=march, limit=1)] == [
        soon["id"],
        late["id"],
    ]
    assert [one["id"] for one in await somebody.items("/sessions", series="how-to")] == [soon["id"]]
    assert [one["id"] for one in await somebody.items("/sessions", starts_before=march, starts_from=march)] == []
