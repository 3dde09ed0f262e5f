"""Figures over real rows: fill, take-up, attendance; people apart from attendances; whose they are; and what does not add up."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.training.bookings import queries
from services.training.bookings.commands import Desk, move
from services.training.bookings.domain import Do
from shared.acting import AS_RULED
from shared.policy import Role
from tests.service.training.running import COUNCIL, ICB, POLICE, SESSION, Running

START = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)


async def registered(suite: Running, booking: dict[str, Any], do: Do) -> None:
    """Enter somebody in the register of her session."""
    async with suite.runtime.database.transaction() as tx:
        desk = await Desk.at(tx, UUID(booking["session_id"]))
        await move(tx, AS_RULED, desk, await queries.by_id(tx, UUID(booking["id"])), [do])
        await desk.leave(tx)


def shares(line: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """The measures of a line."""
    return {one["measure"]: (one["numerator"], one["denominator"]) for one in line["shares"]}


async def test_figures_and_whether_it_adds_up(suite: Running) -> None:
    trainer = suite.person(ICB, Role.TRAINER, subject="robin")
    made = await suite.planned(places=4, trainers=[{"subject": "robin", "name": "Robin Madeup"}])
    who = [await suite.books(made, one, agency) for one, agency in (("sam", POLICE), ("kim", POLICE), ("ina", ICB))]
    path, query = f"/sessions/{made['id']}", {"session_id": made["id"]}
    before = await trainer.read(f"{path}/reconciliation")
    assert (before["reconciles"], before["sums_up"]) == (None, "3 delegates for 4 places: 3 booked.")
    await suite.at(START)
    for one, do in zip(who, (Do.ATTEND, Do.MISS, Do.PART_ATTEND), strict=True):
        await registered(suite, one, do)
    await trainer.does(path, "hold")
    assert (await trainer.read(f"{path}/reconciliation"))["reconciles"] is True
    (line,) = (await suite.manager.read("/figures", **query))["lines"]
    assert shares(line) == {"fill": (3, 4), "take_up": (2, 4), "attendance": (2, 3), "did_not_attend": (1, 3)}
    assert (line["sessions"], line["delegates"], line["attendances"], line["people"]) == (1, 3, 2, 2)
    again = await suite.planned(starts_at="2026-11-05T12:00:00Z", ends_at="2026-11-05T13:00:00Z")
    sam = await suite.books(again, "sam")
    await suite.at(datetime(2026, 11, 5, 12, 0, tzinfo=UTC))
    await registered(suite, sam, Do.ATTEND)
    await suite.manager.does(f"/sessions/{again['id']}", "hold")
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    both = {"starts_from": "2026-11-04T12:00:00Z", "starts_before": "2026-11-06T00:00:00Z", "year": "2026/27"}
    (whole,) = (await unit.read("/figures", **both))["lines"]
    assert (whole["sessions"], whole["places"], whole["attendances"], whole["people"]) == (2, 6, 3, 2)
    agencies = (await unit.read("/figures", by="agency", **both))["lines"]
    assert [(one["key"], one["attendances"], one["people"], one["places"]) for one in agencies] == [
        (POLICE[0], 2, 1, None),
        (ICB[0], 1, 1, None),
    ]
    assert all(one["title"] and one["title"] != one["key"] for one in agencies)
    courses = (await unit.read("/figures", by="course", **both))["lines"]
    assert [(one["key"], one["places"], one["sessions"]) for one in courses] == [
        (made["course_code"], 4, 1),
        (again["course_code"], 2, 1),
    ]
    lead = (await suite.person(POLICE, Role.AGENCY_LEAD).read("/figures", **both))["lines"]
    assert [(one["delegates"], one["sessions"], shares(one)) for one in lead] == [
        (3, None, {"attendance": (2, 3), "did_not_attend": (1, 3)})
    ]
    foreign = await suite.person(POLICE, Role.AGENCY_LEAD).read("/figures", agency_id=ICB[0], **both)
    assert foreign["lines"] == []


async def test_who_came_to_open_sessions_is_counted_and_in_no_share_of_places(suite: Running) -> None:
    """A learning week that everybody may join is most of a year's attendances, and fills no seat."""
    lists: dict[str, Any] = {"kind": "open", "places": None, "distribution_lists": ["all@police.example"]}
    booked = await suite.planned(places=2)
    await suite.books(booked, "sam")
    made = await suite.manager.made("/sessions", **SESSION | {"course_id": booked["course_id"]} | lists)
    await suite.at(START)
    sam, ina = "Name,Email,Minutes\nSam,sam@work.example,60\n", "Ina,ina@icb.example,60\n"
    domains = [{"domain": "icb.example", "agency_id": ICB[0]}]
    await suite.registered(booked, "import", export=sam)
    await suite.registered(made, "import", export=sam + ina, domains=domains)
    for one in (booked, made):
        await suite.manager.does(f"/sessions/{one['id']}", "hold")
    (line,) = (await suite.manager.read("/figures", year="2026/27"))["lines"]
    assert (line["sessions"], line["places"], line["attendances"], line["people"]) == (2, 2, 3, 2)
    assert shares(line) == {"fill": (1, 2), "take_up": (1, 2), "attendance": (1, 1), "did_not_attend": (0, 1)}
    agencies = (await suite.manager.read("/figures", year="2026/27", by="agency"))["lines"]
    counted = {one["key"]: (one["attendances"], one["people"], shares(one)["attendance"]) for one in agencies}
    assert counted == {POLICE[0]: (2, 1, (1, 1)), ICB[0]: (1, 1, (0, 0))}


async def test_who_sees_whether_it_adds_up(suite: Running) -> None:
    made = await suite.planned()
    path = f"/sessions/{made['id']}/reconciliation"
    assert (await suite.person(ICB, Role.TRAINER, subject="else").get(path)).json()["code"] == "not_your_session"
    assert (await suite.person(POLICE, Role.AGENCY_LEAD).get(path)).status_code == 403
    wrong = await suite.manager.get("/figures", year="2026/28")
    assert wrong.json()["errors"][0]["path"] == "year"
