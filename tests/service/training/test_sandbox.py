"""The sandbox's autumn: every list has something to show, it adds up, and it is played once."""

from dataclasses import replace

from services.training.app import SERVICE
from services.training.sandbox.cast import COURSES, NUMBERED, POLICE, person_id
from shared.now import SANDBOX_BEGINS
from shared.policy import Role
from tests.service.training import running
from tests.service.training.running import Running


async def test_a_learning_week_with_bookings_and_a_waiting_list(suite: Running) -> None:
    runtime = suite.runtime
    assert SERVICE.sandbox
    for _ in range(2):
        await SERVICE.sandbox(runtime.database, runtime.settings)
    week = await suite.manager.items("/sessions", series="learning-week")
    assert [one["status"] for one in week] == ["held"] * 4 + ["planned"] * 4
    for one in week:
        await suite.counted(one["id"])
        if one["status"] == "held":
            assert (await suite.manager.read(f"/sessions/{one['id']}/reconciliation"))["reconciles"] is True
    async with runtime.database.transaction() as tx:
        posted = replace(runtime.settings, smtp_url="smtp://127.0.0.1:1")
        assert [await errand.take(tx, posted) for errand in SERVICE.errands] == [[]] * len(SERVICE.errands)
    assert len(await suite.manager.items("/bookings", status="struck_out")) == 1
    sought = NUMBERED.format(3)
    waiting = await suite.manager.read(f"/sessions/{sought}/waiting")
    assert (len(waiting["items"]), len(waiting["offers"])) == (3, 1)
    assert waiting["items"][0]["why_there"].startswith("1st: asked 6 October")
    await suite.counted(sought)
    mine = suite.person(running.POLICE, subject=person_id(POLICE, Role.PRACTITIONER))
    assert {one["status"] for one in await mine.items("/bookings")} >= {"booked"}
    assert all(
        one["asked_at"] < SANDBOX_BEGINS.isoformat() for one in await suite.manager.items("/bookings", limit=200)
    )
    assert len(await suite.manager.items("/courses", q="How to… challenge")) == 1
    figures = (await suite.manager.read("/figures", by="course", series="learning-week"))["lines"]
    assert [one["key"] for one in figures] == sorted(one["code"] for one in COURSES[:4])
    asked = await suite.manager.items("/evaluations", limit=200)
    assert {one["status"] for one in asked} == {"asked", "answered", "lapsed"}
    assert {(one["moment"], one["audience"]) for one in asked} >= {("before", "attendee"), ("impact", "manager")}
    assert all(one["told"] for one in asked)
    assert await mine.items("/evaluations", mine=True)
    assert await mine.items("/certificates", mine=True)
    worth = (await suite.manager.read("/figures/evaluations", course_id=NUMBERED.format(30)))["lines"]
    changed = [one["changes"] for one in worth if (one["moment"], one["audience"]) == ("impact", "attendee")]
    assert {one["question"] for one in changed[0]} == {"confident", "knows_what_to_do"}
