"""Made-up learning, as governance tells how far it has come."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from services.escalations.app import SERVICE
from services.escalations.ways.domain import Station
from shared.contracts.governance_threads import Reached, Stop, ThreadAdvanced, ThreadEvent
from shared.events import Envelope
from tests.service.escalations.running import Running

ORIGINS = ("escalations.learning", "reviews.learning_point")
DRAWN = datetime(2026, 7, 6, 9, tzinfo=UTC)


def way(
    number: int, *stations: Station, drawn: datetime = DRAWN, days: int = 7, told: int = 1, **more: Any
) -> ThreadAdvanced:
    """A learning point that has come to one station after the other, so many days between two."""
    reached = tuple(Reached(station, drawn + timedelta(days=days * n)) for n, station in enumerate(stations, 1))
    facts = {"stops": (), "withdrawn_at": None, "number": told, "record_type": ORIGINS[number % 2]} | more
    return ThreadAdvanced(
        subject=f"point-{number}", begun_at=drawn, station=stations[-1] if stations else "learning", reached=reached,
        agency_ids=(), body_id=None, themes=(), **facts,
    )  # fmt: skip


async def hear(suite: Running, *events: ThreadEvent) -> None:
    """Handle them as the consumer does."""
    async with suite.runtime.database.transaction() as tx:
        for event in events:
            await SERVICE.consumes[type(event)](tx, event, cast(Envelope, None))


def made_up() -> list[ThreadAdvanced]:
    """Two years of learning: some of it stopped, went on or was taken back."""
    chance, found = random.Random(3), []
    for number in range(120):
        drawn = datetime(2024, 10, 1, 9, tzinfo=UTC) + timedelta(days=chance.randrange(730))
        stations = list(Station)[: chance.randint(0, 6)]
        stopped_on = drawn.date() + timedelta(days=chance.randint(93, 300))
        resumed = stopped_on + timedelta(days=chance.randint(1, 100)) if number % 3 else None
        stop = Stop(stopped_on - timedelta(days=93), stopped_on, resumed)
        taken_back = drawn + timedelta(days=chance.randint(1, 200)) if number % 10 == 0 else None
        ended = Station.IMPACT in stations
        found.append(
            way(number, *stations, drawn=drawn, days=chance.randint(1, 60), withdrawn_at=taken_back, stops=() if ended else (stop,))
        )  # fmt: skip
    return found
