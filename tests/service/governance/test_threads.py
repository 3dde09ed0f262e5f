"""Threads over HTTP: walked both ways, as far as each reader may see, counted, and made again from the events."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.governance.app import SERVICE
from services.governance.threads.commands import TABLES, noting
from shared.cloudevents import message_of
from shared.contracts.escalations import EscalationRaised, LearningRecorded
from shared.contracts.governance import RiskChanged
from shared.contracts.governance_actions import ActionAgreed
from shared.events import Cause, Envelope, Event
from shared.policy import Role
from shared.read_models import rebuild
from tests.service.governance.running import COUNCIL, ICB, POLICE, TRUST, Running

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
ESCALATION, LEARNING, OTHER, DECISION = (str(UUID(int=number)) for number in range(1, 5))


def told(event_type: str, subject: str, *causes: Cause, days: int = 0, hours: int = 0, **data: Any) -> Envelope:
    """An event as the bus brings it."""
    service = event_type.partition(".")[0]
    at = AT + timedelta(days=days, hours=hours)
    return Envelope(uuid4(), event_type, f"/{service}", subject, at, data, causes)


def story() -> list[Envelope]:
    """The police challenge the council; of two learning points one leads to a decision of a body."""
    matter, point = Cause("escalations.escalation", ESCALATION), Cause("escalations.learning", LEARNING)
    parties: dict[str, Any] = {
        "reference": "ESC-2627-0001",
        "raising_agency_id": POLICE[0],
        "receiving_agency_id": COUNCIL[0],
    }
    owned: dict[str, Any] = {"owner_agency_id": TRUST[0], "owner_body_id": None}
    li: dict[str, Any] = {"owner_agency_id": None, "owner_body_id": "learning-and-improvement"}
    return [
        told("escalations.escalation.raised.v1", ESCALATION, **parties),
        told("escalations.escalation.resolved.v1", ESCALATION, hours=5, **parties),
        told("escalations.learning.recorded.v1", LEARNING, matter, hours=6, **owned),
        told("escalations.learning.recorded.v1", OTHER, matter, hours=7, theme="roles", **li),
        told("escalations.learning.routed.v1", LEARNING, matter, hours=8, **li),
        told("governance.body_decision.taken.v1", DECISION, point, days=1, body_id="learning-and-improvement"),
        told("escalations.learning.taken.v1", LEARNING, matter, days=1, taken_as={"type": "b.c", "id": "9"}, **li),
    ]


async def keep(suite: Running, envelopes: Sequence[Envelope], *, each: bool = False) -> None:
    """Handle events, all at once or one by one."""
    async with suite.runtime.database.transaction() as tx:
        for some in [[one] for one in envelopes] if each else [envelopes]:
            await (await noting(some))(tx)


async def kept(suite: Running) -> list[list[tuple[Any, ...]]]:
    """Every row of the threads."""
    async with suite.runtime.database.reading() as tx:
        found = [await tx.rows(select(table).order_by(*table.primary_key.columns)) for table in TABLES]
    return [[tuple(row) for row in rows] for rows in found]


async def test_a_thread_is_walked_both_ways(suite: Running) -> None:
    await keep(suite, story())
    reader = suite.person(COUNCIL, Role.LI_MEMBER)
    found = (await reader.get(f"/threads/escalations.learning/{LEARNING}")).json()
    assert [(one["type"], one["side"], one["causes"]) for one in found["records"]] == [
        ("escalations.escalation", "before", []),
        ("escalations.learning", "here", [{"type": "escalations.escalation", "id": ESCALATION}]),
        ("governance.body_decision", "after", [{"type": "escalations.learning", "id": LEARNING}]),
    ]
    assert (found["stations"], found["furthest"], found["cut_short"]) == (["origin", "learning"], "learning", False)
    assert [(one["reference"], one["title"]) for one in found["records"]] == [
        ("ESC-2627-0001", None),
        (None, None),
        (None, None),
    ]
    [_, point, _] = found["records"]
    assert point["path"] == f"/escalations/v1/learning/{LEARNING}"
    assert [(step["event_type"], step["happened"]) for step in point["steps"]] == [
        ("escalations.learning.recorded.v1", "Something is to be learnt from an escalation, and goes its route"),
        ("escalations.learning.routed.v1", "It goes elsewhere, with a new day"),
        ("escalations.learning.taken.v1", "Those to whom it went have taken it up"),
    ]
    whole = (await reader.get(f"/threads/escalations.escalation/{ESCALATION}")).json()
    assert len(whole["records"]) == 4


async def test_what_is_hidden_ends_the_walk(suite: Running) -> None:
    """The trust owned the learning for an hour, and never was party to the matter."""
    await keep(suite, story())
    outsider = suite.person(TRUST, Role.AGENCY_LEAD)
    found = (await outsider.get(f"/threads/escalations.learning/{LEARNING}")).json()
    assert [one["type"] for one in found["records"]] == ["escalations.learning", "governance.body_decision"]
    assert found["records"][0]["causes"] == []
    hidden = await outsider.get(f"/threads/escalations.escalation/{ESCALATION}")
    absent = await outsider.get(f"/threads/escalations.escalation/{UUID(int=99)}")
    unknown = await outsider.get("/threads/escalations.nothing/1")
    assert [one.status_code for one in (hidden, absent, unknown)] == [404, 404, 404]
    assert hidden.json()["detail"] == absent.json()["detail"]
    party = suite.person(POLICE, Role.PRACTITIONER)
    assert (await party.get(f"/threads/escalations.escalation/{ESCALATION}")).status_code == 200
    stranger = suite.person(ICB, Role.PRACTITIONER)
    assert (await stranger.get("/threads")).json()["begun"] == 0


async def test_matters_that_a_walk_shows_are_recorded(suite: Running) -> None:
    await keep(suite, story())
    await suite.person(COUNCIL, Role.LI_MEMBER).get(f"/threads/escalations.learning/{LEARNING}")
    table = suite.runtime.database.plumbing.access_record
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(select(table.c.record_type, table.c.record_id, table.c.view))
    assert ("escalations.escalation", ESCALATION, "pseudonymised") in [tuple(row) for row in rows]


async def test_threads_are_counted_and_those_that_stopped_are_found(suite: Running) -> None:
    await keep(suite, story())
    reader = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    found = (await reader.get("/threads")).json()
    assert found["sentence"] == ("Of 2 learning points of 2026/27 Q3, 0 have trained staff, 0 show measured change.")
    assert found["reached"][0] == {"station": "action", "reached": 0, "begun": 2}
    assert [(part["key"], part["begun"]) for part in found["by_body"]] == [("learning-and-improvement", 2)]
    assert [(part["key"], part["begun"]) for part in found["by_theme"]] == [("roles", 1)]
    assert (await reader.get("/threads", theme="roles")).json()["begun"] == 1
    assert (await reader.get("/threads", agency_id=TRUST[0])).json()["begun"] == 1
    assert (await reader.get("/threads", body_id="executive")).json()["begun"] == 0
    assert (await reader.get("/threads", begun_from="2026-04-01", begun_to="2026-06-30")).json()["begun"] == 0
    assert found["stopped"] == []
    hurried = (await reader.get("/threads", patience_days=1)).json()
    assert [(one["id"], one["still_days"], one["furthest"]) for one in hurried["stopped"]] == [(OTHER, 2, "learning")]
    wrong = await reader.get("/threads", begun_from="2026-10-02", begun_to="2026-10-01")
    assert wrong.json()["errors"][0]["path"] == "begun_to"


def anything(dice: Random) -> list[Envelope]:
    """Many events of a few records, early ones told late and several at one instant."""
    types: tuple[type[Event], ...] = (EscalationRaised, LearningRecorded, RiskChanged, ActionAgreed)
    records = [Cause(of.noun(), str(UUID(int=number))) for number, of in enumerate(types * 2)]
    fields = {
        "owner_agency_id": (None, COUNCIL[0], TRUST[0]),
        "lead_agency_id": (None, POLICE[0], ICB[0]),
        "agency_ids": ([], [COUNCIL[0], POLICE[0]]),
        "theme": (None, "roles", "drift"),
        "secondary_themes": ([], ["roles", "other"]),
        "owner_body_id": (None, "executive", "quality-assurance"),
        "title": ("Neglect", "Understanding neglect"),
        "taken_as": (None, {"type": "governance.action", "id": records[0].id}),
    }
    found = []
    for _ in range(80):
        of, causes = dice.randrange(len(records)), dice.sample(records, dice.randint(0, 2))
        data: dict[str, Any] = {name: dice.choice(values) for name, values in fields.items() if dice.random() < 0.6}
        found.append(told(types[of % 4].type, records[of].id, *causes, hours=dice.randint(0, 3), **data))
    return found


def cut(dice: Random, events: Sequence[Envelope]) -> list[Sequence[Envelope]]:
    """In parts of any length."""
    places = [0, *sorted(dice.sample(range(1, len(events)), 9)), len(events)]
    return [events[first:last] for first, last in pairwise(places)]


@pytest.mark.parametrize("seed", range(2))
async def test_the_same_events_make_the_same_rows(suite: Running, seed: int) -> None:
    """One by one as they come, some of them twice, in parts of any length, and from the bus again."""
    dice, database = Random(seed), suite.runtime.database
    await keep(suite, events := anything(dice), each=True)
    once = await kept(suite)
    assert [len(rows) for rows in once[:2]] == [8, 80]
    given = [*events, *dice.sample(events, 20)]
    await keep(suite, given[80:], each=True)
    assert await kept(suite) == once
    async with database.transaction() as tx:
        for table in reversed(TABLES):
            await tx.execute(table.delete())
    for some in cut(dice, given):
        await keep(suite, some)
    assert await kept(suite) == once
    bus, (model, *_) = suite.runtime.bus, SERVICE.read_models
    await bus.ensure_topics(["escalations.events", "governance.events"])
    await bus.publish([message_of(one) for one in given])
    assert await rebuild(database, bus, model, SERVICE.consumes) == len(given)
    assert await kept(suite) == once


async def test_the_count_as_a_picture(suite: Running) -> None:
    """In every format, each from the same figures as the answer for machines."""
    await keep(suite, story())
    reader = suite.person(COUNCIL, Role.LI_MEMBER)
    counted = (await reader.get("/threads", patience_days=1)).json()
    made = (await reader.get("/threads.json", patience_days=1)).json()
    assert made["subtitle"] == counted["sentence"]
    text = (await reader.get("/threads.csv", patience_days=1)).text
    assert "way,stations,begun,reached,2,count,shown" in text
    page = await reader.get("/threads.html", patience_days=1)
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.count("<svg") == 2
    assert f"escalations.learning {OTHER}" in page.text
    empty = await reader.get("/threads.html", begun_from="2025-04-01", begun_to="2025-06-30")
    assert "No learning points of 2025/26 Q1." in empty.text


async def test_what_passes_to_another_agency_is_on_its_threads_alone(suite: Running) -> None:
    """A risk that has changed its owner is hidden from the old one on threads too, in whatever order events are told again."""
    of = "0192e4f0-0000-7000-8000-0000000000aa"
    raised = told("governance.risk.raised.v1", of, owner_agency_id=COUNCIL[0], owner_body_id="quality-assurance")
    changed = told("governance.risk.changed.v1", of, days=1, owner_agency_id=TRUST[0], owner_body_id="executive")
    before, after = suite.person(COUNCIL, Role.AGENCY_LEAD), suite.person(TRUST, Role.AGENCY_LEAD)
    for event, expected in ((raised, [200, 404]), (changed, [404, 200]), (raised, [404, 200])):
        await keep(suite, [event])
        seen = [(await who.get(f"/threads/governance.risk/{of}")).status_code for who in (before, after)]
        assert seen == expected, event.type
