"""Dates of actions: earlier by the owner, later with another's yes, and never one forgotten; updates asked for; drift."""

from datetime import UTC, datetime
from typing import Any

from shared.contracts import governance_actions as events
from tests.service.governance.acting import ICB, LI, POLICE, QA, Life, seated
from tests.service.governance.running import Person, Running

NOVEMBER = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


async def decided(life: Life, who: Person, verb: str, **body: Any) -> Any:
    """What somebody hears who says yes or no to the latest date that was asked for."""
    read = await who.get(life.path)
    where = f"/governance/v1{life.path}/due-dates/{read.json()['due_dates'][-1]['id']}/{verb}"
    headers = who.headers | {"if-match": read.headers["etag"]}
    return await who.client.post(where, json=body, headers=headers)


async def test_earlier_at_once_and_later_with_anothers_yes(suite: Running) -> None:
    chair, elsewhere = await seated(suite, POLICE, LI, "chair"), await seated(suite, ICB, QA, "chair")
    life = Life(suite)
    await life.running()
    sooner = await life.add(life.owner, "due-dates", due_on="2026-10-30", reason="We can.")
    assert (sooner["due_on"], sooner["moves"], sooner["due_dates"][-1]["status"]) == ("2026-10-30", 0, "made")
    asked = await life.add(life.owner, "due-dates", due_on="2026-12-01", reason="The post is vacant.")
    assert (asked["due_on"], asked["due_dates"][-1]["status"]) == ("2026-10-30", "asked")
    again = await life.owner.create(f"{life.path}/due-dates", due_on="2026-12-02", reason="Or then.")
    assert again.json()["code"] == "date_asked"
    for day in ("2026-10-06", "2026-10-30"):
        wrong = await life.owner.create(f"{life.path}/due-dates", due_on=day, reason="Then.")
        assert wrong.json()["errors"][0]["path"] == "due_on"
    assert (await decided(life, life.owner, "approve")).json()["code"] == "role_not_granted"
    assert (await decided(life, elsewhere, "approve")).json()["code"] == "not_your_date"
    approved = (await decided(life, chair, "approve", reason="Once.")).json()
    assert (approved["due_on"], approved["moves"], approved["drifting"]) == ("2026-12-01", 1, False)
    assert approved["delay"] == "Due 1 December 2026, moved once (from 30 October 2026), 55 days left."
    assert (await decided(life, chair, "refuse", reason="No.")).json()["code"] == "date_decided"
    await life.add(life.lead, "due-dates", due_on="2027-01-08", reason="Still vacant.")
    refused = (await decided(life, suite.unit, "refuse", reason="Fill it.")).json()
    assert (refused["due_on"], refused["moves"], refused["due_dates"][-1]["decided_why"]) == (
        "2026-12-01",
        1,
        "Fill it.",
    )
    await life.add(life.lead, "due-dates", due_on="2027-01-08", reason="Now it is filled.")
    twice = (await decided(life, suite.unit, "approve")).json()
    assert (twice["moves"], twice["drifting"], twice["overdue"]) == (2, True, False)
    assert [one["to_on"] for one in twice["due_dates"]] == ["2026-10-30", "2026-12-01", "2027-01-08", "2027-01-08"]
    told = [one.type.split(".")[2] for one in await suite.events("action")]
    assert told[3:] == [
        "due_date_moved",
        "due_date_asked",
        "due_date_moved",
        "due_date_asked",
        "due_date_refused",
        "due_date_asked",
        "due_date_moved",
        "drifting",
    ]


async def test_the_unit_that_asked_does_not_approve(suite: Running) -> None:
    life = Life(suite)
    await life.running()
    await life.add(suite.unit, "due-dates", due_on="2026-12-01", reason="They asked us.")
    assert (await decided(life, suite.unit, "approve")).json()["code"] == "not_your_date"


async def test_what_is_late_is_listed_and_decided_upon(suite: Running) -> None:
    li = await seated(suite, POLICE, LI)
    late, waits, fine = Life(suite), Life(suite), Life(suite)
    await late.running(due_on="2026-10-20")
    await waits.claimed(due_on="2026-10-20")
    await fine.running(due_on="2026-12-20")
    nothing = await suite.unit.create(f"{fine.path}/drift", decision="accept", text="It is well.")
    assert nothing.json()["code"] == "not_drifting"
    await suite.at(NOVEMBER)
    assert [one["id"] for one in await suite.unit.items("/drift")] == [late.id]
    assert [one["id"] for one in await suite.unit.items("/actions", overdue="true")] == [late.id]
    waiting = await suite.unit.items("/actions", waiting_for=LI)
    assert [(one["id"], one["days_over"], one["days_waited"], one["overdue"]) for one in waiting] == [
        (waits.id, 14, 14, False)
    ]
    assert waiting[0]["delay"] == (
        "Due 20 October 2026, 14 days over, all of which it waited for Learning and Improvement Subgroup."
    )
    await waits.do(li, "return", reason="Not enough.")
    assert [one["id"] for one in await suite.unit.items("/drift")] == [late.id]
    drifting = [one for one in await suite.events("action") if isinstance(one, events.ActionDrifting)]
    assert [(one.subject, one.moves) for one in drifting] == [(late.id, 0)]
    assert (await late.owner.create(f"{late.path}/drift", decision="accept", text="Mine.")).status_code == 403
    wrong = await suite.unit.create(f"{late.path}/drift", decision="escalate", text="Up.")
    assert wrong.json()["errors"][0]["path"] == "body_id"
    neglect = await seated(suite, ICB, "neglect-board", "chair")
    assert (await neglect.get(late.path)).status_code == 404
    decision = {"decision": "escalate", "text": "The board looks at it.", "body_id": "neglect-board"}
    after = await suite.unit.made(f"{late.path}/drift", **decision, review_on="2026-12-01")
    assert after["decisions"][-1]["body_id"] == "neglect-board"
    assert (await neglect.get(late.path)).status_code == 200
    (listed,) = await suite.unit.items("/drift", decided="true")
    assert (listed["id"], listed["decision"]["decision"], listed["decision"]["review_on"]) == (
        late.id,
        "escalate",
        "2026-12-01",
    )
    assert await suite.unit.items("/drift", decided="false") == []
    await suite.at(datetime(2026, 11, 5, 9, 0, tzinfo=UTC))
    again = [one.subject for one in await suite.events("action") if isinstance(one, events.ActionDrifting)]
    assert again == [late.id, waits.id]
    counts = (await suite.unit.get("/actions/counts")).json()
    assert (counts["actions"], counts["overdue"], counts["drifting"], counts["waiting"]) == (3, 2, 2, [])


async def test_updates_are_asked_for_and_missed(suite: Running) -> None:
    life = Life(suite)
    await life.running(due_on="2027-03-01")
    assert (await suite.unit.get(life.path)).json()["update_by"] == "2027-01-07"
    first = await life.add(life.owner, "updates", text="Begun in two teams.", rating="on_track")
    assert (first["rating"], first["update_by"], len(first["updates"])) == ("on_track", "2027-01-07", 1)
    await suite.at(datetime(2026, 12, 24, 9, 0, tzinfo=UTC))
    asked = [one for one in await suite.events("action") if isinstance(one, events.ActionUpdateDue)]
    assert [(one.subject, one.update_by.isoformat()) for one in asked] == [(life.id, "2027-01-07")]
    await suite.at(datetime(2027, 1, 8, 9, 0, tzinfo=UTC))
    assert [one["id"] for one in await suite.unit.items("/actions", update_missing="true")] == [life.id]
    second = await life.add(life.owner, "updates", text="In all teams.", rating="at_risk")
    assert (second["update_missing"], second["update_by"], second["rating"]) == (False, "2027-04-08", "at_risk")
    assert [one["text"] for one in second["updates"]] == ["Begun in two teams.", "In all teams."]
    assert len([one for one in await suite.events("action") if isinstance(one, events.ActionUpdateDue)]) == 1
