"""Bookings: for oneself and for a team, places kept, the last place, the waiting list and its offers, and every way out."""

from asyncio import create_task, gather, sleep
from csv import DictReader
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.training.bookings.commands import Desk
from shared.contracts import training as events
from shared.events import Cause
from shared.policy import Role
from tests.service.training.running import COUNCIL, ICB, POLICE, SCHOOL, V1, WEDNESDAY_NOON, Running


async def test_a_place_at_once_then_the_waiting_list(suite: Running) -> None:
    made = await suite.planned()
    booked = [await suite.books(made, who) for who in ("sam", "kim", "lee", "max")]
    assert [one["status"] for one in booked] == ["booked", "booked", "waiting", "waiting"]
    assert [one["arrival"] for one in booked] == [1, 2, 3, 4]
    assert booked[3]["position"] == 2
    assert booked[3]["why_there"] == "2nd: asked 7 October 12:00, after one who asked before."
    session = await suite.person(ICB).read(f"/sessions/{made['id']}")
    assert (session["taken"], session["free"], session["waiting"]) == (2, 0, 2)
    event, causes = (await suite.told("booking"))[-1]
    assert isinstance(event, events.BookingQueued)
    assert (event.agency_id, event.status, causes) == (POLICE[0], "waiting", (Cause("training.session", made["id"]),))
    twice = await suite.person(POLICE, subject="sam").create(
        "/bookings", session_id=made["id"], name="Sam", email="another@work.example"
    )
    assert (twice.status_code, twice.json()["code"]) == (409, "already_booked")


async def test_of_many_who_want_the_last_place_one_has_it(suite: Running) -> None:
    made = await suite.planned(places=2)
    await suite.person(POLICE).read(f"/sessions/{made['id']}")  # the way is warm
    booked = await gather(*(suite.books(made, f"n{number}") for number in range(20)))
    ordered = sorted(booked, key=lambda one: int(one["arrival"]))
    assert [one["arrival"] for one in ordered] == list(range(1, 21))
    assert [one["status"] for one in ordered] == ["booked"] * 2 + ["waiting"] * 18
    assert [one["position"] for one in ordered] == [None, None, *range(1, 19)]
    await suite.counted(made["id"])


async def test_who_waits_for_one_session_keeps_nobody_from_another_thing(suite: Running) -> None:
    """More people than there are connections want places of a session whose row is taken; a course is entered meanwhile."""
    made = await suite.planned(places=2)
    async with suite.runtime.database.transaction(kind="somebody who takes her time") as tx:
        await Desk.at(tx, UUID(made["id"]))
        booking = [create_task(suite.books(made, f"n{number}")) for number in range(20)]
        await sleep(0.2)
        await suite.planned()
        assert not any(one.done() for one in booking)
    booked = await gather(*booking)
    assert sorted(one["arrival"] for one in booked) == list(range(1, 21))


async def test_who_was_answered_before_another_asked_arrived_before_her(suite: Running) -> None:
    made = await suite.planned(places=3)
    waves = [await gather(*(suite.books(made, f"w{wave}n{number}") for number in range(4))) for wave in range(3)]
    arrivals = [sorted(int(one["arrival"]) for one in wave) for wave in waves]
    assert arrivals == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    assert [one["status"] for wave in waves for one in wave].count("booked") == 3
    assert all(one["status"] == "waiting" for wave in waves[1:] for one in wave)


async def test_who_sees_a_booking(suite: Running) -> None:
    made = await suite.planned(trainers=[{"subject": "robin", "name": "Robin Madeup"}])
    one = await suite.books(made, "sam")
    path = f"/bookings/{one['id']}"
    seen = {
        "herself": suite.person(POLICE, subject="sam"),
        "her lead": suite.person(POLICE, Role.AGENCY_LEAD),
        "the trainer": suite.person(ICB, Role.TRAINER, subject="robin"),
        "the manager": suite.manager,
        "a colleague": suite.person(POLICE, subject="kim"),
        "another lead": suite.person(ICB, Role.AGENCY_LEAD),
        "another trainer": suite.person(POLICE, Role.TRAINER, subject="else"),
        "who was the trainer": suite.person(ICB, subject="robin"),
        "the business unit": suite.person(COUNCIL, Role.BUSINESS_UNIT),
    }
    answers = {who: (await person.get(path)).status_code for who, person in seen.items()}
    assert [who for who, status in answers.items() if status == 200] == [
        "herself",
        "her lead",
        "the trainer",
        "the manager",
    ]
    assert answers["a colleague"] == 404
    assert answers["the business unit"] == 403
    listed = {
        who: len(await person.items("/bookings", session_id=made["id"]))
        for who, person in seen.items()
        if who != "the business unit"
    }
    assert [who for who, number in listed.items() if number] == ["herself", "her lead", "the trainer", "the manager"]
    both = suite.person(ICB, Role.TRAINER, Role.PRACTITIONER, subject="robin")
    assert (await both.edit(path, {}, "cancel")).json()["code"] == "not_your_booking"


async def test_a_place_given_back_goes_to_whoever_is_next(suite: Running) -> None:
    made = await suite.planned()
    sam, _, lee, maxi = [await suite.books(made, who) for who in ("sam", "kim", "lee", "max")]
    gone = await suite.person(POLICE, subject="sam").does(f"/bookings/{sam['id']}", "cancel")
    assert gone["status"] == "cancelled_in_time"
    mine = suite.person(POLICE, subject="lee")
    offered = await mine.read(f"/bookings/{lee['id']}")
    assert (offered["status"], offered["stands_until"]) == ("offered", "2026-10-08T16:00:00Z")
    assert offered["joining_link"] is None
    newcomer = await suite.books(made, "new")
    assert newcomer["status"] == "waiting"
    assert (await mine.does(f"/bookings/{lee['id']}", "accept"))["status"] == "booked"
    await suite.counted(made["id"])
    assert (await suite.person(POLICE, subject="max").read(f"/bookings/{maxi['id']}"))["position"] == 1


async def test_an_offer_that_nobody_takes_passes_and_goes_on(suite: Running) -> None:
    made = await suite.planned()
    sam, _, lee, maxi = [await suite.books(made, who) for who in ("sam", "kim", "lee", "max")]
    await suite.person(POLICE, subject="sam").does(f"/bookings/{sam['id']}", "cancel")
    closing = datetime(2026, 10, 8, 16, 0, tzinfo=UTC)
    await suite.at(closing - timedelta(seconds=20))
    mine = suite.person(POLICE, subject="lee")
    assert (await mine.read(f"/bookings/{lee['id']}"))["status"] == "offered"
    await suite.at(closing + timedelta(seconds=1))
    passed = await mine.read(f"/bookings/{lee['id']}")
    assert (passed["status"], passed["position"], passed["stands_until"]) == ("waiting", 1, None)
    assert (await suite.person(POLICE, subject="max").read(f"/bookings/{maxi['id']}"))["status"] == "offered"
    assert (await mine.edit(f"/bookings/{lee['id']}", {}, "accept")).json()["code"] == "not_in_this_status"
    late = await suite.books(made, "new")
    assert late["why_there"] == "1st: asked 8 October 17:00; nobody is before you."
    behind = (await mine.read(f"/bookings/{lee['id']}"))["why_there"]
    assert behind == "2nd: asked 7 October 12:00, after one who let fewer offers pass."
    kinds = [type(event) for event, _ in await suite.told("booking")]
    assert kinds.count(events.BookingLapsed) == 1
    await suite.counted(made["id"])


async def test_places_kept_for_an_agency(suite: Running) -> None:
    kept = [{"agency_id": ICB[0], "places": 1, "released_on": "2026-10-20"}]
    made = await suite.planned(kept=kept)
    first, second = await suite.books(made, "sam"), await suite.books(made, "kim")
    assert (first["status"], second["status"]) == ("booked", "waiting")
    assert (await suite.person(ICB).read(f"/sessions/{made['id']}"))["free"] == 1
    await suite.at(datetime(2026, 10, 19, 22, 59, tzinfo=UTC))
    mine = suite.person(POLICE, subject="kim")
    assert (await mine.read(f"/bookings/{second['id']}"))["status"] == "waiting"
    await suite.at(datetime(2026, 10, 19, 23, 0, tzinfo=UTC))  # midnight in London
    assert (await mine.read(f"/bookings/{second['id']}"))["status"] == "offered"
    assert (await suite.books(made, "ina", ICB))["status"] == "waiting"


async def test_who_has_a_kept_place_comes_first_on_it(suite: Running) -> None:
    made = await suite.planned(kept=[{"agency_id": ICB[0], "places": 1}])
    ina = await suite.books(made, "ina", ICB)
    await suite.books(made, "sam")
    early = await suite.books(made, "kim")
    late = await suite.books(made, "ivy", ICB)
    assert (early["position"], late["position"]) == (1, 2)
    await suite.person(ICB, subject="ina").does(f"/bookings/{ina['id']}", "cancel")
    assert (await suite.person(ICB, subject="ivy").read(f"/bookings/{late['id']}"))["status"] == "offered"
    assert (await suite.person(POLICE, subject="kim").read(f"/bookings/{early['id']}"))["status"] == "waiting"


async def test_a_bigger_room_moves_the_waiting_list(suite: Running) -> None:
    made = await suite.planned(places=1)
    booked = [await suite.books(made, who) for who in ("sam", "kim", "lee", "max")]
    path = f"/sessions/{made['id']}"
    assert (await suite.manager.edit(path, {"places": 1}, "enlarge")).json()["errors"][0]["code"] == "not_more"
    larger = await suite.manager.does(path, "enlarge", places=3)
    assert (larger["places"], larger["taken"], larger["waiting"]) == (3, 3, 1)
    statuses = [
        (await suite.person(POLICE, subject=who).read(f"/bookings/{one['id']}"))["status"]
        for who, one in zip(("sam", "kim", "lee", "max"), booked, strict=True)
    ]
    assert statuses == ["booked", "offered", "offered", "waiting"]
    await suite.counted(made["id"])


async def test_a_departure_from_the_order_has_its_reason(suite: Running) -> None:
    made = await suite.planned(places=1)
    sam, kim, lee = [await suite.books(made, who) for who in ("sam", "kim", "lee")]
    path, why = f"/bookings/{lee['id']}", "She chairs conferences from Monday."
    assert (await suite.person(POLICE, Role.AGENCY_LEAD).edit(path, {"reason": why}, "put_first")).status_code == 403
    moved = await suite.manager.does(path, "put_first", reason=why)
    assert (moved["position"], moved["steps"][-1]["passed_over"]) == (1, 1)
    behind = await suite.person(POLICE, subject="kim").read(f"/bookings/{kim['id']}")
    assert behind["why_there"] == "2nd: asked 7 October 12:00, after one put first for a reason that is kept."
    await suite.person(POLICE, subject="sam").does(f"/bookings/{sam['id']}", "cancel")
    waiting = await suite.manager.read(f"/sessions/{made['id']}/waiting")
    assert [one["name"] for one in waiting["items"]] == ["Kim"]
    assert [one["name"] for one in waiting["offers"]] == ["Lee"]
    assert [(one["reason"], one["passed_over"]) for one in waiting["departures"]] == [(why, 1)]
    assert waiting["rules"] == ["own_kept_place", "put_first", "fewer_lapsed_offers", "arrival"]
    told = [event for event, _ in await suite.told("booking") if isinstance(event, events.BookingOffered)]
    assert [(event.subject, event.out_of_turn) for event in told] == [(lee["id"], True)]
    assert (await suite.manager.edit(path, {"reason": why}, "put_first")).json()["code"] == "not_in_this_status"
    trainer = suite.person(POLICE, Role.TRAINER, subject="somebody")
    assert (await trainer.get(f"/sessions/{made['id']}/waiting")).json()["code"] == "not_your_session"


async def test_places_given_back_after_closing_go_on_when_it_opens_again(suite: Running) -> None:
    made = await suite.planned(places=1, booking_closes_at="2026-10-07T11:30:00Z")
    sam, kim = [await suite.books(made, who) for who in ("sam", "kim")]
    await suite.at(WEDNESDAY_NOON + timedelta(minutes=30))
    await suite.person(POLICE, subject="sam").does(f"/bookings/{sam['id']}", "cancel")
    mine = suite.person(POLICE, subject="kim")
    assert (await mine.read(f"/bookings/{kim['id']}"))["status"] == "waiting"
    await suite.manager.edit(f"/sessions/{made['id']}", {"booking_closes_at": "2026-10-07T13:00:00Z"})
    offered = await mine.read(f"/bookings/{kim['id']}")
    assert (offered["status"], offered["stands_until"]) == ("offered", "2026-10-07T13:00:00Z")


async def test_in_time_and_late(suite: Running) -> None:
    made = await suite.planned()  # Wednesday 4 November: three working days before is Friday 30 October, 17:00
    sam, kim = [await suite.books(made, who) for who in ("sam", "kim")]
    assert sam["in_time_until"] == "2026-10-30T17:00:00Z"
    await suite.at(datetime(2026, 10, 30, 16, 59, 30, tzinfo=UTC))
    first = await suite.person(POLICE, subject="sam").does(f"/bookings/{sam['id']}", "cancel")
    await suite.at(datetime(2026, 10, 30, 17, 1, tzinfo=UTC))
    second = await suite.person(POLICE, subject="kim").does(f"/bookings/{kim['id']}", "cancel", reason="Off sick.")
    assert (first["status"], second["status"]) == ("cancelled_in_time", "cancelled_late")
    again = await suite.books(made, "kim")
    assert (again["id"], again["status"], again["arrival"]) == (kim["id"], "booked", 3)
    assert [one["did"] for one in again["steps"]] == ["book", "cancel_late", "book_again"]
    await suite.counted(made["id"])


def team(made: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:
    """A request for several."""
    delegates = [{"name": name.title(), "email": f"{name}@work.example"} for name in names]
    return {"session_id": made["id"], "delegates": delegates} | more


async def test_a_team_by_its_lead(suite: Running) -> None:
    made, lead = await suite.planned(), suite.person(POLICE, Role.AGENCY_LEAD)
    refused = await lead.create("/team-bookings", **team(made, "sam", "kim", "lee", together=True))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_together")
    assert (await lead.read("/bookings", session_id=made["id"]))["items"] == []
    one = await lead.made("/team-bookings", **team(made, "sam"))
    some = await lead.made("/team-bookings", **team(made, "SAM", "kim", "lee", "lee"))
    assert (one["booked"], some["booked"], some["waiting"], some["refused"]) == (1, 1, 1, 2)
    became = [(line["email"], line["status"], line["refused"]) for line in some["delegates"]]
    assert became == [
        ("sam@work.example", None, "already_booked"),
        ("kim@work.example", "booked", None),
        ("lee@work.example", "waiting", None),
        ("lee@work.example", None, "already_booked"),
    ]
    foreign = await lead.create("/team-bookings", **team(made, "ina", agency_id=ICB[0]))
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_agency")
    await suite.manager.made("/team-bookings", **team(made, "ina", agency_id=ICB[0]))
    as_table = lead.headers | {"accept": "text/csv"}
    export = await suite.client.get(f"{V1}/bookings?session_id={made['id']}", headers=as_table)
    stands = {line["email"]: line["status"] for line in DictReader(export.text.removeprefix("\ufeff").splitlines())}
    assert stands == {"sam@work.example": "booked", "kim@work.example": "booked", "lee@work.example": "waiting"}
    await suite.counted(made["id"])


async def test_an_agency_that_wants_to_be_asked(suite: Running) -> None:
    made, lead = await suite.planned(places=1), suite.person(SCHOOL, Role.AGENCY_LEAD)
    practice = f"/practices/{SCHOOL[0]}"
    assert (await lead.read(practice))["approves"] is False
    assert (await suite.person(ICB, Role.AGENCY_LEAD).get(practice)).status_code == 404
    assert (await lead.edit(practice, {"approves": True})).json()["approves"] is True
    first = await suite.books(made, "sam", SCHOOL)
    second = await suite.books(made, "kim", SCHOOL)
    assert (first["status"], second["status"]) == ("requested", "requested")
    other = await suite.books(made, "pat", POLICE)
    assert other["status"] == "booked"
    after = await suite.books(made, "pia", POLICE)
    approved = await lead.does(f"/bookings/{first['id']}", "approve")
    assert [(one["did"], one["status"]) for one in approved["steps"]] == [
        ("book", "requested"),
        ("approve", "approved"),
        ("queue", "waiting"),
    ]
    assert approved["why_there"] == "1st: asked 7 October 12:00; nobody is before you."
    assert (await suite.person(POLICE, subject="pia").read(f"/bookings/{after['id']}"))["position"] == 2
    declined = await lead.does(f"/bookings/{second['id']}", "decline", reason="We are three that day.")
    assert (declined["status"], declined["steps"][-1]["text"]) == ("declined", "We are three that day.")
    both = suite.person(SCHOOL, Role.AGENCY_LEAD, Role.PRACTITIONER, subject="boss")
    own = await both.made("/bookings", session_id=made["id"], name="Boss", email="boss@work.example")
    assert own["status"] == "requested"
    assert (await both.edit(f"/bookings/{own['id']}", {}, "approve")).json()["code"] == "own_request"


async def test_somebody_else_instead(suite: Running) -> None:
    made, lead = await suite.planned(places=1), suite.person(POLICE, Role.AGENCY_LEAD)
    sam, kim = [await suite.books(made, who) for who in ("sam", "kim")]
    path = f"/bookings/{sam['id']}"
    gone = await lead.does(path, "transfer", substitute={"name": "Jo", "email": "jo@work.example"})
    assert gone["status"] == "transferred"
    taken = await lead.read(f"/bookings/{gone['transferred_to']}")
    assert (taken["name"], taken["status"]) == ("Jo", "booked")
    assert (await lead.read(f"/bookings/{kim['id']}"))["position"] == 1
    onward = await lead.does(
        f"/bookings/{taken['id']}", "transfer", substitute={"name": "Kim", "email": "kim@work.example"}
    )
    assert onward["transferred_to"] == kim["id"]
    assert (await lead.read(f"/bookings/{kim['id']}"))["status"] == "booked"
    await suite.counted(made["id"])


async def test_nobody_books_late_or_twice_by_sending_again(suite: Running) -> None:
    made = await suite.planned(booking_closes_at="2026-10-07T11:30:00Z")
    one = suite.person(POLICE, subject="sam")
    body = {"session_id": made["id"], "name": "Sam", "email": "sam@work.example"}
    answers = [await one.create("/bookings", key="same", **body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    await suite.at(WEDNESDAY_NOON + timedelta(minutes=30))
    late = await suite.person(POLICE, subject="kim").create(
        "/bookings", session_id=made["id"], name="Kim", email="kim@work.example"
    )
    assert late.json()["detail"] == "Booking closed at 12:30 on 7 October 2026."
