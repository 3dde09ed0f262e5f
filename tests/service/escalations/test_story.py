"""The story of one challenge: raised, answered, resolved, told, closed; and what happens when nobody answers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.policy import Role
from tests.service.escalations.post_office import delegates
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, WEDNESDAY_NOON, Person, Running

pytestmark = pytest.mark.anyio


async def test_from_raising_to_closing(suite: Running) -> None:
    """Each move by the right side leads to the next status, and tells of itself."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    assert matter["reference"] == "ESC-2627-0001"
    assert matter["status"] == "open"
    assert matter["due_at"] == "2026-10-08T16:00:00Z"  # one working day, to 17:00 in London
    assert matter["children"][0]["pseudonym"]
    assert "SANDBOX" not in str(matter["children"][0]["pseudonym"])

    answer = await worker.does(matter, "acknowledge")
    assert (answer.status_code, answer.json()["status"]) == (200, "acknowledged")
    answer = await worker.does(matter, "respond", text="A strategy discussion is at 14:00.", seniority="practitioner")
    assert (answer.status_code, answer.json()["status"], answer.json()["due_at"]) == (200, "responded", None)
    answer = await officer.does(
        matter, "resolve", outcome="decision_changed", text="The discussion took place.", seniority="practitioner"
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "resolved")
    assert (await officer.does(matter, "close", impact="safer")).status_code == 409  # untold
    answer = await officer.does(matter, "tell", text="Told by telephone.", satisfied=True)
    assert answer.json()["status"] == "told"
    answer = await officer.does(matter, "close", impact="safer")
    assert (answer.status_code, answer.json()["status"]) == (200, "closed")
    assert await suite.outbox() == [
        f"escalation.{did}.v1" for did in ("raised", "acknowledged", "responded", "resolved", "told", "closed")
    ]


async def test_silence_climbs_in_working_time(suite: Running) -> None:
    """Urgent, raised on Wednesday at noon: due Thursday, Friday, Monday, Tuesday, through four silent stages."""
    matter = await suite.person(POLICE).raised()
    await suite.at(WEDNESDAY_NOON + timedelta(days=7))
    found = (await suite.person(POLICE).get(f"/escalations/v1/escalations/{matter['id']}")).json()
    due = [clock["due_at"] for clock in found["clocks"] if clock["duty"] == "respond"]
    assert due == [f"2026-10-{day:02d}T16:00:00Z" for day in (8, 9, 12, 13)]
    assert [stage["opened_by"] for stage in found["stages"]] == ["raise", "silence", "silence", "silence"]
    assert [clock["late"] for clock in found["clocks"] if clock["duty"] == "respond"] == [True, True, True, None]
    assert found["stage_order"] == 4
    assert found["overdue"]


async def test_only_parties_see_it(suite: Running) -> None:
    """Another agency is told that there is nothing; the refusal and each reading are recorded, by its length alone too."""
    matter = await suite.person(POLICE).raised()
    path = f"/escalations/v1/escalations/{matter['id']}"
    other = suite.person(ICB)
    hidden, absent = await other.get(path), await other.get(path[:-4] + "0000")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content == absent.content
    assert (await other.get("/escalations/v1/escalations")).json() == {"items": [], "next": None}
    overseer = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert (await overseer.get(path)).json()["view"] == "pseudonymised"
    asked = await overseer.client.head(path, headers=overseer.headers)
    assert asked.status_code == 200
    records = [(r.agency_id, r.refused, r.view) for r in await suite.access_records() if r.action.endswith("read")]
    assert records == [(ICB[0], "escalation_not_found", None)] * 2 + [(COUNCIL[0], None, "pseudonymised")] * 2


async def test_the_same_request_twice_raises_once(suite: Running) -> None:
    """A repeated key is answered as before; with another body it is refused."""
    officer = suite.person(POLICE)
    first, again = await officer.raise_(key="k1"), await officer.raise_(key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["location"] == first.headers["location"]
    assert (await officer.raise_(key="k1", wanted="Something else.")).status_code == 422
    assert len((await officer.get("/escalations/v1/escalations")).json()["items"]) == 1


async def test_two_answers_at_once(suite: Running) -> None:
    """Who answers a version that has changed is told so, and changes nothing."""
    matter = await suite.person(POLICE).raised()
    worker = suite.person(COUNCIL)
    etag = '"1"'
    first = await worker.does(matter, "respond", etag=etag, text="Yes.", seniority="practitioner")
    second = await worker.does(matter, "respond", etag=etag, text="No.", seniority="practitioner")
    assert (first.status_code, second.status_code) == (200, 412)


async def test_pages(suite: Running) -> None:
    """Every row once, newest first, over several pages; a cursor serves nobody else."""
    officer = suite.person(POLICE)
    for minute in range(5):
        await officer.raised(raised_at=datetime(2026, 10, 6, 10, minute, tzinfo=UTC).isoformat())
    seen, cursor = [], None
    while True:
        page = (
            await officer.get("/escalations/v1/escalations", limit=2, **({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [item["raised_at"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
        stolen = await suite.person(COUNCIL).get("/escalations/v1/escalations", limit=2, cursor=cursor)
        assert stolen.status_code == 422
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


async def test_who_raised_writes_down_what_an_agency_says_that_is_not_registered(suite: Running) -> None:
    """It has nobody here; its answer came by telephone, in time. Later it turns out that another agency decided."""
    officer = suite.person(POLICE)
    matter = await officer.raised(receiving_agency_id=None, receiving_name="A club in another county")
    for person, status in ((suite.person(COUNCIL), 404), (officer, 200)):
        answer = await person.does(matter, "respond", text="They say no, on the phone.", seniority="practitioner")
        assert answer.status_code == status, answer.text
    assert [clock["late"] for clock in answer.json()["clocks"] if clock["duty"] == "respond"] == [False]
    passed = await officer.does(matter, "pass_on", receiving_agency_id=COUNCIL[0], reason="It was the council's.")
    assert (passed.status_code, passed.json()["receiving_agency_id"]) == (200, COUNCIL[0])
    again = await officer.does(matter, "respond", text="No.", seniority="practitioner")
    assert (again.status_code, again.json()["code"]) == (403, "not_your_part")
    assert (
        await suite.person(COUNCIL).does(matter, "respond", text="No.", seniority="practitioner")
    ).status_code == 200


async def test_a_partner_acts_from_its_level_and_for_this_party_alone(suite: Running) -> None:
    """Below it the school acts itself, save for a child at immediate risk; whom else the partner helps is told to nobody."""
    await delegates(suite, COUNCIL, SCHOOL, "escalation_partner", "senior_manager")
    officer, partner = suite.person(POLICE), suite.person(COUNCIL, acting_for=["another-school", SCHOOL[0]])
    matter = await officer.raised(receiving_agency_id=SCHOOL[0])
    early = await partner.does(matter, "respond", text="On Friday.", seniority="senior_manager")
    assert (early.status_code, early.json()["code"]) == (403, "not_your_part")
    assert "from senior manager upwards" in early.json()["detail"]
    at_risk = {"priority": "immediate", "safety_action": "Police protection."}
    answer = await partner.does(
        await officer.raised(receiving_agency_id=SCHOOL[0], **at_risk),
        "respond",
        text="Now.",
        seniority="practitioner",
    )
    assert answer.status_code == 200
    for seniority in ("practitioner", "team_manager"):
        await officer.does(matter, "advance", text="No answer.", seniority=seniority)
    answer = await partner.does(matter, "respond", text="On Friday.", seniority="senior_manager")
    assert answer.status_code == 200
    assert [entry.acting_for for entry in await suite.history(matter["id"])] == [None, None, None, SCHOOL[0]]


async def test_a_counter_challenge_goes_back(suite: Running) -> None:
    """From who was challenged to who challenged: a third agency would learn of a matter in which it has no part."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    for whose, to in ((worker, ICB), (officer, COUNCIL)):
        answer = await whose.raise_(receiving_agency_id=to[0], counter_to=matter["id"])
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "counter_to")
    countered = await worker.raised(receiving_agency_id=POLICE[0], counter_to=matter["id"])
    assert countered["counter_to"] == matter["id"]
    assert await related(officer, matter) == [(countered["reference"], "countered_by")]
    assert await related(officer, countered) == [(matter["reference"], "counters")]


async def related(person: Person, matter: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The matters that one of them is shown with another, and how they stand to it."""
    shown = await person.items(f"/escalations/v1/escalations/{matter['id']}/related")
    return [(one["reference"], one["how"]) for one in shown]
