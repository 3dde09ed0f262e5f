"""Learning from an escalation: drawn, routed, taken, closed; and what nobody takes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.escalations import consumers
from shared.contracts.governance import AgencySucceeded, BodyEstablished
from shared.contracts.governance_actions import ActionAgreed, ActionProposed
from shared.db import Tx
from shared.events import Cause, Envelope, Event
from shared.policy import AgencyType, Role
from tests.service.escalations.post_office import names, written
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, WEDNESDAY_NOON, Person, Running

pytestmark = pytest.mark.anyio

PATH = "/escalations/v1/learning"
TEXT = "Referrers do not know what a strategy discussion needs."


async def draws(person: Person, matter: dict[str, Any], **said: Any) -> httpx.Response:
    """Draw a learning point."""
    body = {"route": "training", "text": TEXT} | said
    headers = person.headers | {"idempotency-key": str(uuid4())}
    return await person.client.post(f"/escalations/v1/escalations/{matter['id']}/learning", json=body, headers=headers)


async def drawn(person: Person, matter: dict[str, Any], **said: Any) -> dict[str, Any]:
    """A learning point that was accepted."""
    answer = await draws(person, matter, **said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def does(person: Person, point: dict[str, Any], action: str, **body: Any) -> httpx.Response:
    """Move a learning point, as somebody who has just read it."""
    path = f"{PATH}/{point['id']}"
    etag = (await person.get(path)).headers.get("etag", '"0"')
    return await person.client.post(f"{path}/{action}", json=body, headers=person.headers | {"if-match": etag})


async def listed(person: Person, **query: Any) -> list[str]:
    """The ids of what somebody sees."""
    answer = await person.get(PATH, **query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def learning_events(suite: Running) -> list[str]:
    """The events about learning, in order."""
    return [event for event in await suite.outbox() if event.startswith("learning.")]


async def hears(suite: Running, event: Event, *causes: Cause) -> None:
    """Governance has told the service something."""
    async with suite.runtime.database.transaction() as tx:
        await _handle(tx, event, *causes)


async def _handle(tx: Tx, event: Event, *causes: Cause) -> None:
    envelope = Envelope(uuid4(), event.type, "tests", event.subject, tx.now, event.data(), causes)
    await consumers.HANDLERS[type(event)](tx, event, envelope)


async def test_from_drawing_to_closing(suite: Running) -> None:
    """Each step by those to whom it goes, each told, each with the escalation as its cause; the text travels nowhere."""
    matter = await suite.person(POLICE).raised()
    point = await drawn(suite.person(COUNCIL, Role.LI_MEMBER), matter)
    assert (point["status"], point["take_by"], point["overdue"]) == ("recorded", "2026-12-02", False)
    manager = suite.person(ICB, Role.TRAINING_MANAGER)
    course = {"type": "training.course", "id": str(uuid4())}
    answer = await does(manager, point, "take", text="Into the spring programme.", taken_as=course)
    assert (answer.status_code, answer.json()["status"], answer.json()["taken_as"]) == (200, "taken", course)
    answer = await does(manager, point, "close", changed=True, text="Two sessions were held; the form was changed.")
    assert (answer.json()["status"], answer.json()["changed"]) == ("closed", True)
    assert [(step["did"], step["status"]) for step in answer.json()["steps"]] == [
        ("draw", "recorded"),
        ("take", "taken"),
        ("close", "closed"),
    ]
    assert await learning_events(suite) == [f"learning.{did}.v1" for did in ("recorded", "taken", "closed")]
    outbox = suite.runtime.database.plumbing.outbox
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(outbox.select().where(outbox.c.type.like("escalations.learning.%")))
    assert all(row.causes == [{"type": "escalations.escalation", "id": matter["id"]}] for row in rows)
    assert all(row.subject == point["id"] for row in rows)
    assert TEXT not in str([row.data for row in rows])


async def test_steps_are_not_skipped(suite: Running) -> None:
    """Not closed before it is taken, not taken twice, not sent elsewhere once taken; nothing is told of a refusal."""
    matter = await suite.person(POLICE).raised()
    member = suite.person(COUNCIL, Role.LI_MEMBER)
    point = await drawn(member, matter, route="li_agenda")
    answer = await does(member, point, "close", changed=False, text="Nothing.")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_this_status")
    assert (await does(member, point, "take", text="On the agenda.")).status_code == 200
    assert (await does(member, point, "take", text="Again.")).status_code == 409
    assert (await does(member, point, "route", route="policy", reason="Rather there.")).status_code == 409
    assert (await does(member, point, "close", changed=False, text="Known already.")).status_code == 200
    assert (await does(member, point, "close", changed=True, text="Or not.")).status_code == 409
    assert await learning_events(suite) == [f"learning.{did}.v1" for did in ("recorded", "taken", "closed")]


async def test_two_at_once(suite: Running) -> None:
    """Who takes a version that has changed is told so; without a version nothing is changed."""
    matter = await suite.person(POLICE).raised()
    member = suite.person(COUNCIL, Role.LI_MEMBER)
    point = await drawn(member, matter, route="li_agenda")
    path = f"{PATH}/{point['id']}/take"
    statuses = []
    for headers in ({"if-match": '"1"'}, {"if-match": '"1"'}, {}):
        answer = await suite.client.post(path, json={"text": "Ours."}, headers=member.headers | headers)
        statuses.append(answer.status_code)
    assert statuses == [200, 412, 428]


async def test_what_nobody_takes_is_told_once(suite: Running) -> None:
    """The day after its last one, and again only after a new day was given; it may still be taken, late."""
    matter = await suite.person(POLICE).raised()
    member = suite.person(COUNCIL, Role.LI_MEMBER)
    point = await drawn(member, matter, route="possible_review")
    assert point["take_by"] == "2026-10-14"
    await suite.at(datetime(2026, 10, 14, 22, 59, tzinfo=UTC))
    assert "learning.not_taken.v1" not in await suite.outbox()
    await suite.at(datetime(2026, 10, 14, 23, 0, 1, tzinfo=UTC))  # midnight in London
    assert await learning_events(suite) == ["learning.recorded.v1", "learning.not_taken.v1"]
    await suite.at(datetime(2026, 10, 20, 9, 0, tzinfo=UTC))
    assert (await suite.outbox()).count("learning.not_taken.v1") == 1
    assert await listed(member, overdue=True) == [point["id"]]
    answer = await does(member, point, "route", route="executive", reason="The Executive decides on reviews.")
    assert (answer.json()["overdue"], answer.json()["take_by"]) == (False, "2027-01-22")
    assert await listed(member, overdue=True) == []
    assert [step["take_by"] for step in answer.json()["steps"]] == ["2026-10-14", "2027-01-22"]
    assert answer.json()["steps"][1]["rule"].startswith("learning_taken_executive/1: 65 working_days")
    await suite.at(datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    assert (await suite.outbox()).count("learning.not_taken.v1") == 2
    assert (await does(suite.person(ICB, Role.EXECUTIVE_MEMBER), point, "take", text="Late.")).status_code == 200
    assert (await suite.outbox())[-1] == "learning.taken.v1"


async def test_the_sandbox_stops_when_a_day_ends(suite: Running) -> None:
    """The next instant of this job is the midnight after the earliest day."""
    matter = await suite.person(POLICE).raised()
    await drawn(suite.person(POLICE), matter)
    await drawn(suite.person(POLICE), matter, route="possible_review")
    job = next(job for job in suite.runtime.service.jobs if job.name == "not-taken")
    async with suite.runtime.database.reading() as tx:
        assert await job.next_due(tx) == datetime(2026, 10, 14, 23, 0, tzinfo=UTC)


async def test_nothing_to_learn(suite: Running) -> None:
    """The route none is on record, has no day and no event, and nobody takes it."""
    matter = await suite.person(POLICE).raised()
    point = await drawn(suite.person(POLICE), matter, route="none", text="All went as it should.")
    assert (point["status"], point["take_by"]) == ("no_learning", None)
    assert await learning_events(suite) == []
    answer = await does(suite.person(COUNCIL, Role.BUSINESS_UNIT), point, "take", text="Ours?")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_learning")
    await suite.at(WEDNESDAY_NOON + timedelta(days=200))
    assert await learning_events(suite) == []


async def test_an_agencys_own_learning(suite: Running) -> None:
    """Its lead takes it; another agency's lead, its practitioners and Learning and Improvement do not."""
    matter = await suite.person(POLICE).raised()
    point = await drawn(suite.person(POLICE), matter, route="single_agency", owner_agency_id=SCHOOL[0])
    for person, code in (
        (suite.person(POLICE, Role.AGENCY_LEAD), "not_your_learning"),
        (suite.person(SCHOOL), "role_not_granted"),
        (suite.person(COUNCIL, Role.LI_MEMBER), "not_your_learning"),
    ):
        answer = await does(person, point, "take", text="Ours?")
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    hidden = await does(suite.person(ICB, Role.AGENCY_LEAD), point, "take", text="Ours?")
    assert hidden.status_code == 404
    answer = await does(suite.person(SCHOOL, Role.AGENCY_LEAD), point, "take", text="At the staff meeting.")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"route": "single_agency"}, "owner_agency_id"),
        ({"owner_agency_id": "no-such-agency"}, "owner_agency_id"),
        ({"owner_body_id": "no-such-body"}, "owner_body_id"),
        ({"owner_agency_id": SCHOOL[0], "owner_body_id": "executive"}, "owner_body_id"),
        ({"take_by": "2027-10-01"}, "take_by"),
        ({"take_by": "2026-10-06"}, "take_by"),
        ({"route": "no_such_route"}, "route"),
        ({"status": "closed"}, "status"),
        ({"text": "Her NHS number is 943 476 5919."}, "text"),
    ],
)
async def test_bad_input(suite: Running, said: dict[str, Any], path: str) -> None:
    """Refused with the field's path; nothing is recorded and nothing told."""
    matter = await suite.person(POLICE).raised()
    answer = await draws(suite.person(POLICE), matter, **said)
    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert await learning_events(suite) == []
    assert await listed(suite.person(COUNCIL, Role.BUSINESS_UNIT)) == []


async def test_a_body_owns_it(suite: Running) -> None:
    """A body of the partnership, as governance has told of it; one that has ended owns nothing new."""
    matter = await suite.person(POLICE).raised()
    facts: dict[str, Any] = {"kind": "subgroup", "parent_ids": ("executive",), "member_role": None}
    for body_id, ends in (("training-and-learning", None), ("neglect-board", date(2025, 3, 31))):
        await hears(
            suite,
            BodyEstablished(
                subject=body_id, name=body_id.title(), effective_from=date(2019, 9, 1), effective_to=ends, **facts
            ),
        )
    point = await drawn(suite.person(POLICE), matter, owner_body_id="training-and-learning")
    assert point["owner_body_id"] == "training-and-learning"
    assert (await draws(suite.person(POLICE), matter, owner_body_id="neglect-board")).status_code == 422
    member = suite.person(COUNCIL, Role.LI_MEMBER)
    assert await listed(member, owner_body_id="training-and-learning") == [point["id"]]
    assert await listed(member, owner_body_id="neglect-board") == []


async def test_who_sees_which(suite: Running) -> None:
    """An agency sees the learning of its matters and what it owns; those who oversee see all of it; others none."""
    first = await suite.person(POLICE).raised()
    second = await suite.person(ICB).raised(receiving_agency_id=COUNCIL[0])
    one = (await drawn(suite.person(POLICE), first, route="single_agency", owner_agency_id=SCHOOL[0]))["id"]
    two = (await drawn(suite.person(ICB), second))["id"]
    expected: list[tuple[tuple[str, AgencyType], Role, list[str]]] = [
        (POLICE, Role.PRACTITIONER, [one]),
        (SCHOOL, Role.AGENCY_LEAD, [one]),
        (ICB, Role.AGENCY_LEAD, [two]),
        (COUNCIL, Role.PRACTITIONER, [two, one]),
        *((POLICE, role, [two, one]) for role in (Role.LI_MEMBER, Role.EXECUTIVE_MEMBER, Role.DELEGATED_PARTNER)),
        (COUNCIL, Role.BUSINESS_UNIT, [two, one]),
    ]
    for agency, role, ids in expected:
        person = suite.person(agency, role)
        assert await listed(person) == ids, (agency, role)
        for point in (one, two):
            assert (await person.get(f"{PATH}/{point}")).status_code == (200 if point in ids else 404)
    assert await listed(suite.person(POLICE, acting_for=[ICB[0]])) == [two, one]
    assert (await suite.person(SCHOOL, Role.LAY_MEMBER).get(PATH)).status_code == 403


async def test_only_who_may_see_the_matter_draws_from_it(suite: Running) -> None:
    """Another agency is told that there is nothing; a matter that was no escalation teaches elsewhere."""
    matter = await suite.person(POLICE).raised()
    assert (await draws(suite.person(ICB), matter)).status_code == 404
    assert (await draws(suite.person(ICB, Role.SCRUTINEER), matter)).status_code == 403
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert (await unit.does(matter, "redirect", to="complaint", reason="A complaint.")).status_code == 200
    assert (await draws(suite.person(POLICE), matter)).status_code == 409


async def test_pages_and_filters(suite: Running) -> None:
    """Every point once, newest first, also through an agency's own narrow table; filters hold on every page."""
    matter = await suite.person(POLICE).raised()
    routes = ["training", "policy", "training", "li_agenda", "training"]
    for minute, route in enumerate(routes):
        await suite.at(WEDNESDAY_NOON + timedelta(minutes=minute + 1))
        await drawn(suite.person(POLICE), matter, route=route)
    for person in (suite.person(POLICE), suite.person(COUNCIL, Role.LI_MEMBER)):
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2, "route": "training"}
        while True:
            page = (await person.get(PATH, **query)).json()
            seen += [item["recorded_at"] for item in page["items"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert seen == sorted(seen, reverse=True)
        assert len(set(seen)) == 3
    early = (WEDNESDAY_NOON + timedelta(minutes=2, seconds=30)).isoformat()
    assert len(await listed(suite.person(POLICE), recorded_before=early)) == 2
    assert len(await listed(suite.person(POLICE), recorded_from=early)) == 3
    assert len(await listed(suite.person(POLICE), escalation_id=matter["id"])) == 5
    assert await listed(suite.person(POLICE), status="closed") == []


async def test_learning_follows_the_successor(suite: Running) -> None:
    """What an ended agency still had to learn is its successor's, whose contact is told and whose lead takes it."""
    address = await names(suite, ICB)
    matter = await suite.person(POLICE).raised()
    point = await drawn(suite.person(POLICE), matter, route="single_agency", owner_agency_id=SCHOOL[0])
    await hears(
        suite,
        AgencySucceeded(
            subject=SCHOOL[0],
            name="Ruskin",
            agency_type=SCHOOL[1],
            effective_from=date(2019, 9, 1),
            effective_to=date(2026, 10, 6),
            successor_ids=(ICB[0],),
            expected_to_raise=True,
        ),
    )
    heir = suite.person(ICB, Role.AGENCY_LEAD)
    assert await listed(heir, owner_agency_id=ICB[0]) == [point["id"]]
    assert [row.address for row in await written(suite) if row.occasion == "learning_succeeded"] == [address]
    assert (await learning_events(suite))[-1] == "learning.succeeded.v1"
    assert (await does(heir, point, "take", text="Ours now.")).status_code == 200
    steps = (await heir.get(f"{PATH}/{point['id']}")).json()["steps"]
    assert [step["did"] for step in steps] == ["draw", "succeed", "take"]


async def test_what_became_of_it_comes_back(suite: Running) -> None:
    """The action that came of it, as governance last said, told by those alone who may read the learning."""
    matter = await suite.person(POLICE).raised()
    point = await drawn(suite.person(POLICE), matter)
    facts: dict[str, Any] = {
        "subject": str(uuid4()),
        "reference": "ACT-2627-0007",
        "plan_id": None,
        "lead_agency_id": None,
        "body_id": "learning-and-improvement",
        "theme": None,
        "due_on": date(2026, 12, 1),
        "source_type": "learning",
        "source_id": point["id"],
    }
    first, second = (
        kind(status=status, at=WEDNESDAY_NOON + timedelta(minutes=minute), **facts)
        for minute, (kind, status) in enumerate(((ActionProposed, "proposed"), (ActionAgreed, "agreed")))
    )
    for event in (first, second, first):  # the first comes again, out of turn
        await hears(suite, event, Cause("escalations.learning", point["id"]))
    [found] = (await suite.person(POLICE).get(f"{PATH}/{point['id']}")).json()["actions"]
    assert (found["action_id"], found["reference"], found["status"]) == (first.subject, "ACT-2627-0007", "agreed")
    other = await drawn(suite.person(POLICE), matter)
    assert (await suite.person(POLICE).get(f"{PATH}/{other['id']}")).json()["actions"] == []
