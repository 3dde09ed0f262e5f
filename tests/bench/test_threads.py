"""Threads: made again from a hundred thousand events, against reading these alone; and one of a thousand steps, walked."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from statistics import median
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.composition import in_loop
from services.governance.app import SERVICE
from services.governance.threads.commands import noting
from services.governance.threads.queries import thread
from shared.bus import Message
from shared.bus.postgres import PostgresBus
from shared.cloudevents import message_of
from shared.events import Cause, Envelope
from shared.migrations import runtime
from shared.policy import Access, AgencyType, Principal, Role
from shared.read_models import BATCH, rebuild
from shared.service import Runtime, create_app
from shared.settings import Settings
from tests.bench.load import Measured
from tests.bench.report import keep, told
from tests.postgres import Databases, OwnDatabase, run
from tests.service.governance.running import COUNCIL, POLICE, WEDNESDAY_NOON, install
from tests.tokens import SCOPES

pytestmark = pytest.mark.timeout(600)

ROUNDS, EVENTS, RECORDS = 3, 100_000, 1_000
OVERSEER = Principal(
    subject="overseer",
    client_id="bench",
    agency_id=COUNCIL[0],
    agency_type=AgencyType.COUNCIL,
    roles=frozenset({Role.BUSINESS_UNIT}),
    scopes=frozenset(SCOPES.split()),
    access=Access.USER,
)


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with governance on it."""
    with databases.lent() as database:
        run(install(database))
        yield database


@asynccontextmanager
async def at_rest(database: OwnDatabase) -> AsyncIterator[Runtime]:
    """What governance stands on, without its relay, consumer and sweeps."""
    settings = Settings(
        service=SERVICE.name,
        database_url=database.runtime_url(SERVICE.name),
        pseudonym_key="01" * 32,
        record_key="03" * 32,
        seal_key="02" * 32,
        cursor_key="03" * 32,
    )
    bus = PostgresBus(database.url(runtime(SERVICE.name)))
    found: Runtime = create_app(SERVICE, settings, bus).state.runtime
    yield found
    await found.database.close()
    await bus.close()


def events(count: int) -> list[Envelope]:
    """So many events of matters and of what was learnt from each: recorded, routed, taken, closed."""
    found = []
    for number in range(count // 5):
        matter, point = (str(UUID(int=10_000_000 * kind + number)) for kind in (1, 2))
        parties = {"raising_agency_id": POLICE[0], "receiving_agency_id": COUNCIL[0], "status": "awaiting_response"}
        found.append(_told("escalations.escalation.raised.v1", matter, (), parties))
        cause = (Cause("escalations.escalation", matter),)
        owned = {"owner_agency_id": None, "owner_body_id": "learning-and-improvement", "route": "li_agenda"}
        found += [
            _told(f"escalations.learning.{done}.v1", point, cause, owned)
            for done in ("recorded", "routed", "taken", "closed")
        ]
    return found


def _told(event_type: str, subject: str, causes: tuple[Cause, ...], data: Mapping[str, str | None]) -> Envelope:
    return Envelope(uuid4(), event_type, "/escalations", subject, WEDNESDAY_NOON, data, causes)


async def _raw(here: Runtime) -> Measured:
    subscription = here.bus.subscribe(f"raw-{uuid4()}", ["escalations.events"])
    begun, read = time.perf_counter(), 0
    while read < EVENTS:
        read += len(await subscription.receive(BATCH, 1.0))
    elapsed = time.perf_counter() - begun
    await subscription.close()
    return Measured(read, elapsed)


async def _again(here: Runtime) -> Measured:
    model, *_ = SERVICE.read_models
    begun = time.perf_counter()
    handled = await rebuild(here.database, here.bus, model, SERVICE.consumes)
    return Measured(handled, time.perf_counter() - begun)


async def _compared(database: OwnDatabase) -> tuple[list[Measured], list[Measured]]:
    ours, raw = list[Measured](), list[Measured]()
    async with at_rest(database) as here:
        await here.bus.ensure_topics(["escalations.events", "governance.events"])
        messages: list[Message] = [message_of(one) for one in events(EVENTS)]
        for first in range(0, EVENTS, 1_000):
            await here.bus.publish(messages[first : first + 1_000])
        for _ in range(ROUNDS):
            raw.append(await _raw(here))
            ours.append(await _again(here))
    return ours, raw


def test_made_again(database: OwnDatabase) -> None:
    """Read, put together and stored, thousands at a time, against being read alone."""
    ours, raw = in_loop(_compared(database))  # as the command runs
    assert all(one.count == EVENTS for one in ours)
    told("rebuilding threads", ours, raw, reach=0.5)


async def _analysed(database: OwnDatabase) -> None:
    connection = await asyncpg.connect(database.url())
    await connection.execute("ANALYZE governance.thread_record, governance.thread_step, governance.thread_link")
    await connection.close()


async def _walked(database: OwnDatabase) -> list[float]:
    """Milliseconds of each walk, from the middle of a chain of a thousand records, among a hundred thousand events."""
    chain = [str(UUID(int=number)) for number in range(RECORDS)]
    links = [(one, (Cause("escalations.learning", before),)) for before, one in pairwise(chain)]
    steps = [_told("escalations.learning.recorded.v1", one, causes, {}) for one, causes in [(chain[0], ()), *links]]
    async with at_rest(database) as here:
        async with here.database.transaction() as tx:
            others = events(EVENTS)
            for first in range(0, EVENTS, 1_000):
                await (await noting(others[first : first + 1_000]))(tx)
            await (await noting(steps))(tx)
        await _analysed(database)
        times = []
        for _ in range(50):
            async with here.database.reading() as tx:
                begun = time.perf_counter()
                rows = await thread(tx, OVERSEER, "escalations.learning", chain[RECORDS // 2])
                times.append(1000 * (time.perf_counter() - begun))
            assert len(rows) == RECORDS
    return times


def test_a_long_thread(database: OwnDatabase) -> None:
    """Time in the database and on the way to it; the walk is one statement."""
    times = run(_walked(database))
    keep("a thread of 1 000 records", {"p50 ms": round(median(times), 1), "to reach ms": 50})
