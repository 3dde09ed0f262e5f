"""How far learning has come is told once for each station, whatever is delivered, rebuilt or set in another order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from services.governance.app import SERVICE
from services.governance.ways.commands import restate, tell_stopped
from services.governance.ways.queries import next_stop
from shared.cloudevents import message_of
from shared.events import REGISTRY, Cause, Envelope, Event
from shared.read_models import rebuild
from tests.service.governance.running import COUNCIL, Running

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
POINT, TAKEN_BACK, ACTION, COURSE, SESSION = (str(UUID(int=number)) for number in range(11, 16))
LEARNT = Cause("reviews.learning_point", POINT)


def told(event_type: str, subject: str, *causes: Cause, days: int = 0) -> Envelope:
    """An event as the bus brings it, with an agency and nothing else that threads ask for."""
    service = event_type.partition(".")[0]
    at = AT + timedelta(days=days)
    data: dict[str, Any] = {"agency_id": COUNCIL[0], "body_id": "learning-and-improvement"}
    return Envelope(uuid4(), event_type, f"/{service}", subject, at, data, causes)


def way() -> list[Envelope]:
    """A learning point, its action, the course that the action asked for, and the course held; one was taken back."""
    return [
        told("reviews.learning_point.drawn.v1", POINT),
        told("reviews.learning_point.drawn.v1", TAKEN_BACK),
        told("reviews.learning_point.withdrawn.v1", TAKEN_BACK),
        told("governance.action.proposed.v1", ACTION, LEARNT, days=1),
        told("training.course.added.v1", COURSE, Cause("governance.action", ACTION), days=1),
        told("training.session.held.v1", SESSION, Cause("training.course", COURSE), days=1),
        told("governance.action.evidence_supplied.v1", ACTION, LEARNT, days=2),
    ]


async def hear(suite: Running, envelopes: Iterable[Envelope]) -> None:
    """Handle each as the consumer does, in a transaction of its own. Threads are made of envelopes alone."""
    for one in envelopes:
        async with suite.runtime.database.transaction() as tx:
            await SERVICE.consumes[REGISTRY[one.type]](tx, cast(Event, None), one)


async def heard(suite: Running) -> list[tuple[str, str, int]]:
    """What was told: the event's verb, the furthest station, the number."""
    return [
        (one["type"].split(".")[2], one["data"]["station"], one["data"]["number"])
        for one in await thread_events(suite)
        if one["subject"] == POINT
    ]


async def thread_events(suite: Running) -> Sequence[dict[str, Any]]:
    """The events about ways, the first first."""
    outbox = suite.runtime.database.plumbing.outbox
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(outbox.select().order_by(outbox.c.id))
    return [dict(row._mapping) for row in rows if row.type.startswith("governance.thread.")]


STATIONS = [
    ("advanced", "learning", 1),
    ("advanced", "action", 2),
    ("advanced", "training", 3),
    ("advanced", "evidence", 4),
]


async def test_each_station_is_told_once(suite: Running) -> None:
    await hear(suite, events := way())
    assert await heard(suite) == STATIONS
    await hear(suite, events)
    assert await heard(suite) == STATIONS, "a redelivery says nothing new"
    last = (await thread_events(suite))[-1]
    assert last["causes"] == []
    assert last["data"]["reached"] == [
        {"station": station, "at": (AT + timedelta(days=days)).isoformat().replace("+00:00", "Z")}
        for station, days in (("learning", 0), ("action", 1), ("training", 1), ("evidence", 2))
    ]
    assert (last["data"]["agency_ids"], last["data"]["body_id"]) == ([COUNCIL[0]], "learning-and-improvement")


async def test_what_was_taken_back_is_told_as_that_and_counted_nowhere(suite: Running) -> None:
    await hear(suite, way())
    about = [one["type"].split(".")[2] for one in await thread_events(suite) if one["subject"] == TAKEN_BACK]
    assert about == ["advanced", "withdrawn"]
    assert (await suite.unit.get("/threads")).json()["begun"] == 1


async def test_what_comes_first_says_as_much_as_what_comes_last(suite: Running) -> None:
    """Topics are read side by side: training may be heard before the learning that asked for it."""
    await hear(suite, reversed(way()))
    assert await heard(suite) == [("advanced", "evidence", 1)]
    (reached,) = [one["data"]["reached"] for one in await thread_events(suite) if one["subject"] == POINT]
    assert [one["station"] for one in reached] == [station for _, station, _ in STATIONS]


async def test_a_rebuild_tells_nothing_and_restating_tells_all(suite: Running) -> None:
    runtime = suite.runtime
    await hear(suite, events := way())
    await runtime.bus.ensure_topics(["reviews.events", "governance.events", "training.events", "escalations.events"])
    await runtime.bus.publish([message_of(one) for one in events])
    before = len(await thread_events(suite))
    model, *_ = SERVICE.read_models
    assert await rebuild(runtime.database, runtime.bus, model, SERVICE.consumes) == len(events)
    await hear(suite, events)
    assert len(await thread_events(suite)) == before
    async with runtime.database.transaction() as tx:
        assert await restate(tx) == 2
    assert (await heard(suite))[-1] == ("restated", "evidence", 5)


async def test_it_stops_after_the_days_that_are_waited_and_goes_on_with_the_next_step(suite: Running) -> None:
    await hear(suite, way())
    async with suite.runtime.database.reading() as tx:
        stops_at = await next_stop(tx)
    assert stops_at == datetime(2027, 1, 8, tzinfo=UTC), "92 days after 7 October are over"
    for now, number in ((stops_at - timedelta(minutes=1), 0), (stops_at, 1), (stops_at, 0)):
        async with suite.runtime.database.transaction() as tx:
            tx.now = now
            assert await tell_stopped(tx) == number
    assert (await heard(suite))[-1] == ("stopped", "evidence", 5)
    await hear(suite, [told("governance.action.updated.v1", ACTION, LEARNT, days=100)])
    assert (await heard(suite))[-1] == ("resumed", "evidence", 6)
    (stop,) = (await thread_events(suite))[-1]["data"]["stops"]
    assert stop == {"since": "2026-10-07", "stopped_on": "2027-01-08", "resumed_on": "2027-01-13"}
