"""An agency that ends in mid-year: what its people have ahead of them is its successor's, and what was stays under its name."""

from datetime import UTC, date, datetime, timedelta

from shared.contracts.governance import AgencyRegistered, AgencySucceeded
from shared.policy import Role
from tests.service.training.running import ICB, POLICE, SCHOOL, Running

TRUST = ("ruskin-academy-trust", SCHOOL[1])
ENDS = date(2026, 10, 31)


async def succeeded(suite: Running, *successors: str) -> None:
    """The school has ended, and the trust is registered; it is told twice."""
    facts = {"agency_type": SCHOOL[1], "effective_from": None, "expected_to_raise": False}
    trust = AgencyRegistered(subject=TRUST[0], name="Ruskin Trust", effective_to=None, successor_ids=(), **facts)  # type: ignore[arg-type]
    school = AgencySucceeded(
        subject=SCHOOL[0],
        name="Ruskin",
        effective_to=ENDS,
        successor_ids=successors,
        **facts,  # type: ignore[arg-type]
    )
    for event in (trust, school, school):
        await suite.hears(event)


async def test_what_is_to_come_is_the_successors(suite: Running) -> None:
    """Places, kept places, who waits for approval, what is asked; the successor's lead sees and does what the school's could."""
    head = suite.person(SCHOOL, Role.AGENCY_LEAD)
    past = await suite.planned(starts_at="2026-10-20T12:00:00Z", ends_at="2026-10-20T13:00:00Z", places=5)
    kept = [{"agency_id": SCHOOL[0], "places": 2}, {"agency_id": ICB[0], "places": 1}]
    made = await suite.planned({"evaluation": "full"}, places=4, kept=kept)
    for session in (past, made):
        for who in ("sam", "kim"):
            await suite.books(session, who, SCHOOL)
    await suite.books(made, "pol")
    waits = [await suite.books(made, who, agency) for who, agency in (("lee", SCHOOL), ("pat", POLICE))]
    assert [one["status"] for one in waits] == ["waiting", "waiting"]
    assert (await head.edit(f"/practices/{SCHOOL[0]}", {"approves": True})).status_code == 200
    asked = await suite.books(made, "ada", SCHOOL)
    await suite.at(datetime(2026, 10, 20, 14, tzinfo=UTC))
    await suite.registered(past, "register", delegates=[], rest_missed=True)
    await suite.manager.does(f"/sessions/{past['id']}", "hold")
    await suite.at(datetime(2026, 11, 1, 9, tzinfo=UTC))
    await succeeded(suite, TRUST[0])

    lead = suite.person(TRUST, Role.AGENCY_LEAD)
    theirs = {one["name"]: one["status"] for one in await lead.items("/bookings")}
    assert theirs == {"Sam": "booked", "Kim": "booked", "Lee": "waiting", "Ada": "requested"}
    assert {one["session_id"] for one in await head.items("/bookings")} == {past["id"]}
    session = await suite.manager.read(f"/sessions/{made['id']}")
    assert {one["agency_id"]: one["places"] for one in session["kept"]} == {TRUST[0]: 2, ICB[0]: 1}
    assert (await lead.read(f"/practices/{TRUST[0]}"))["approves"]
    assert {one["delegate_name"] for one in await lead.items("/evaluations", moment="before")} == {"Sam", "Kim"}
    approved = await lead.does(f"/bookings/{asked['id']}", "approve")
    assert approved["status"] == "waiting"
    assert [one["did"] for one in approved["steps"]] == ["book", "succeed", "approve", "queue"]
    await suite.counted(made["id"])
    (sam,) = [one for one in await lead.items("/bookings", status="booked") if one["name"] == "Sam"]
    await lead.does(f"/bookings/{sam['id']}", "cancel")
    waiting = await suite.manager.read(f"/sessions/{made['id']}/waiting")
    assert [one["name"] for one in waiting["offers"]] == ["Lee"]  # the place is kept for the trust's people
    await suite.counted(made["id"])


async def test_who_moved_comes_for_the_agency_that_is(suite: Running) -> None:
    """A meeting's export knows whoever was booked before by her address, and an ended agency has no people."""
    past = await suite.planned(places=5)
    await suite.books(past, "sam", SCHOOL)
    await suite.manager.does(f"/sessions/{past['id']}", "call_off", reason="The trainer is ill.")
    await succeeded(suite, TRUST[0])
    assert [one["agency_id"] for one in await suite.manager.items("/bookings")] == [SCHOOL[0]]
    lists = {"kind": "open", "places": None, "distribution_lists": ["all@school.example"]}
    made = await suite.planned(None, **lists)
    await suite.at(datetime(2026, 11, 4, 13, tzinfo=UTC) + timedelta(minutes=1))
    taken = await suite.registered(made, "import", export="Name,Email,Minutes\nSam,sam@work.example,60\n")
    assert taken["by_agency"] == [{"agency_id": TRUST[0], "attendances": 1}]


async def test_what_is_asked_before_a_session_can_be_answered_until_it_starts(suite: Running) -> None:
    """Moved by a fortnight, it lapses a fortnight later."""
    made = await suite.planned({"evaluation": "full"}, places=5)
    await suite.books(made, "sam")
    await suite.at(datetime(2026, 10, 29, 12, tzinfo=UTC))
    (asked,) = await suite.manager.items("/evaluations")
    later = {"starts_at": "2026-11-18T12:00:00Z", "ends_at": "2026-11-18T13:00:00Z", "reason": "The trainer is ill."}
    await suite.manager.does(f"/sessions/{made['id']}", "move", **later)
    for day, status in ((17, "asked"), (19, "lapsed")):
        await suite.at(datetime(2026, 11, day, 12, tzinfo=UTC))
        found = await suite.manager.read(f"/evaluations/{asked['id']}")
        assert (found["status"], found["due_at"]) == (status, later["starts_at"])
