"""Relaying events to Kafka, against aiokafka's producer by hand with the same settings, keys, headers and values."""

import asyncio
import time
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from shared.bus import Message
from shared.bus.kafka import KafkaBus
from shared.bus.kafka.publisher import PRODUCER
from shared.cloudevents import message
from shared.outbox import Relay
from tests.bench.load import Measured
from tests.bench.report import told
from tests.eventing import Services, install_services, running
from tests.postgres import Databases, OwnDatabase, run

ROUNDS, EVENTS = 4, 20_000
PARTITIONS = 6
FILL = """
INSERT INTO alpha.outbox (event_id, type, subject, time, data, causes, traceparent, recorded_at)
SELECT gen_random_uuid(), 'alpha.thing.changed.v1', subject, now(),
    jsonb_build_object('subject', subject, 'number', number, 'stage', 'stage_2', 'due_at', '2026-11-21T09:00:00Z',
        'agencies', jsonb_build_array('cheshire-constabulary', 'cheshire-east-council')),
    '[{"type": "reviews.incident", "id": "7"}]', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', now()
FROM generate_series(1, $1::int) AS number,
    LATERAL (SELECT '0190f3c2-7a1e-7b3c-9d5e-' || lpad((number % 997)::text, 12, '0') AS subject) AS of_number
"""


@pytest.fixture
def database(databases: Databases) -> Iterator[OwnDatabase]:
    """A database with the service whose events are relayed."""
    with databases.lent() as database:
        run(install_services(database))
        yield database


async def _filled(connection: "asyncpg.Connection[asyncpg.Record]") -> list[Message]:
    """Fill the outbox; the messages that the events will be."""
    await connection.execute(FILL, EVENTS)
    await connection.execute("ANALYZE alpha.outbox")
    rows = await connection.fetch("SELECT * FROM alpha.outbox WHERE published_at IS NULL ORDER BY id")
    return [
        message(
            event_id=row["event_id"],
            event_type=row["type"],
            subject=row["subject"],
            time=row["time"],
            data=row["data"].encode(),
            causes=row["causes"],
            traceparent=row["traceparent"],
        )
        for row in rows
    ]


async def _by_hand(servers: str, topic: str, messages: list[Message]) -> Measured:
    producer = AIOKafkaProducer(bootstrap_servers=servers, **PRODUCER)
    await producer.start()
    await producer.partitions_for(topic)
    begun = time.perf_counter()
    sent = []
    for one in messages:
        headers = [(name, text.encode()) for name, text in one.headers.items()]
        sent.append(await producer.send(topic, one.value, one.key.encode(), headers=headers))
    await asyncio.gather(*sent)
    elapsed = time.perf_counter() - begun
    await producer.stop()
    return Measured(EVENTS, elapsed)


async def _relayed(services: Services, bus: KafkaBus) -> Measured:
    relay = Relay(services.alpha, bus)
    begun = time.perf_counter()
    async with running(relay.run()):
        await relay.drain()
        return Measured(EVENTS, time.perf_counter() - begun)


async def _compared(database: OwnDatabase, servers: str) -> tuple[list[Measured], list[Measured]]:
    services, ours, by_hand = Services.on(database), list[Measured](), list[Measured]()
    connection = await asyncpg.connect(database.url())
    for _ in range(ROUNDS):
        prefix = f"{uuid4()}-"
        bus = KafkaBus(servers, prefix=prefix, partitions=PARTITIONS)
        await bus.ensure_topics(["alpha.events"])
        messages = await _filled(connection)
        by_hand.append(await _by_hand(servers, f"{prefix}alpha.events", messages))
        ours.append(await _relayed(services, bus))
        await bus.close()
    await connection.close()
    await services.close()
    return ours, by_hand


def test_relay_to_kafka(database: OwnDatabase, kafka_servers: str) -> None:
    """Read, published in order, confirmed by the broker, and marked."""
    ours, by_hand = run(_compared(database, kafka_servers))
    told("relay to Kafka", ours, by_hand, reach=0.5)
