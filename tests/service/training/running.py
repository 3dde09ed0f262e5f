"""A running training service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
from sqlalchemy import func, select

from services.training.app import SERVICE
from services.training.bookings.models import Booking
from services.training.register.models import REGISTER
from services.training.sessions.models import Session
from shared.events import REGISTRY, Cause, Event, causes_from
from shared.jobs import sweep_all
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.answering import COUNCIL as COUNCIL
from tests.service.answering import ICB as ICB
from tests.service.answering import POLICE as POLICE
from tests.service.answering import SCHOOL as SCHOOL
from tests.service.answering import WEDNESDAY_NOON as WEDNESDAY_NOON
from tests.service.answering import Agency as Agency
from tests.service.answering import Answering, Somebody, agency_registered, answering, prepare, told

V1 = "/training/v1"
COURSE: dict[str, Any] = {"title": "Understanding neglect", "mode": "online", "evaluation": "short"}
SESSION: dict[str, Any] = {
    "starts_at": "2026-11-04T12:00:00Z",
    "ends_at": "2026-11-04T13:00:00Z",
    "joining_link": "https://meet.example/neglect",
    "places": 2,
}


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, the suite's own reference data, and a small register."""
    await prepare(SERVICE, database)
    async with running(database) as suite:
        for noun in SERVICE.loads:
            await suite.load(noun)
        async with suite.runtime.database.transaction() as tx:
            for agency_id, kind in (COUNCIL, POLICE, ICB, SCHOOL):
                await REGISTER.keep_agency(tx, agency_registered(agency_id, kind))
        await sweep_all(suite.runtime.database, SERVICE.jobs)


class Person(Somebody):
    """Somebody with a token."""

    v1 = V1

    async def does(self, path: str, action: str, **body: Any) -> dict[str, Any]:
        """Do something to a record; the record as it then is."""
        return told(await self.edit(path, body, action))


@dataclass
class Running(Answering[Person]):
    """The service, answering."""

    people = Person

    def __post_init__(self) -> None:
        self._numbers, self._heard = count(1), 0

    async def begin(self) -> None:
        """Go back to Wednesday noon; what has been told until now is forgotten."""
        self.runtime.clock.restore(WEDNESDAY_NOON - datetime.now(UTC))
        self._heard = len(await self.emitted())

    @property
    def manager(self) -> Person:
        """The training manager."""
        return self.person(COUNCIL, Role.TRAINING_MANAGER)

    async def planned(self, course: Mapping[str, Any] | None = None, **session: Any) -> dict[str, Any]:
        """A session of a new course."""
        code = f"course-{next(self._numbers)}"
        made = await self.manager.made("/courses", **COURSE | {"code": code} | dict(course or {}))
        return await self.manager.made("/sessions", **SESSION | {"course_id": made["id"]} | session)

    async def books(self, session: Mapping[str, Any], who: str, agency: Agency = POLICE) -> dict[str, Any]:
        """A practitioner books for herself."""
        one = self.person(agency, subject=who)
        return await one.made("/bookings", session_id=session["id"], name=who.title(), email=f"{who}@work.example")

    async def signs_in(
        self, session: Mapping[str, Any], who: str, code: str | None = None, **more: Any
    ) -> httpx.Response:
        """Somebody signs in with her own device, by the code that is shown unless another is given."""
        path = f"/sessions/{session['id']}/sign_in"
        shown = code or (await self.manager.read(path))["code"]
        return await self.client.post(V1 + path, json={"code": shown, "email": f"{who}@work.example"} | more)

    async def registered(self, session: Mapping[str, Any], action: str, **body: Any) -> dict[str, Any]:
        """The training manager enters who came (`register`) or takes an export (`import`); the register as it then is."""
        path = f"/sessions/{session['id']}"
        return told(await self.manager.edit(path, body, action))

    async def told(self, noun: str = "") -> list[tuple[Event, tuple[Cause, ...]]]:
        """What was emitted since the beginning, in order, with its causes: everything, or what is about one noun."""
        rows = (await self.emitted())[self._heard :]
        found = [(REGISTRY[row.type].from_data(row.data), causes_from(row.causes)) for row in rows]
        return [(event, causes) for event, causes in found if f".{noun}" in event.type]

    async def counted(self, session_id: str) -> None:
        """The counts on a session are those of its bookings."""
        async with self.runtime.database.reading() as tx:
            row = (
                await tx.rows(select(Session.taken, Session.waiting, Session.arrivals).where(Session.id == session_id))
            )[0]
            held = Booking.status.in_(["booked", "offered", "attended", "part_attended", "did_not_attend"])
            grouped = select(Booking.agency_id, func.count().label("number")).where(
                Booking.session_id == session_id, held
            )
            taken = {one.agency_id: one.number for one in await tx.rows(grouped.group_by(Booking.agency_id))}
            waiting = await tx.scalar(
                select(func.count()).where(Booking.session_id == session_id, Booking.status == "waiting")
            )
        assert (row.taken, row.waiting) == (taken, waiting)


@asynccontextmanager
async def running(database: OwnDatabase, at: datetime = WEDNESDAY_NOON) -> AsyncIterator[Running]:
    """The service with its lifespan entered, its business time at `at`."""
    async with answering(SERVICE, database, at) as started:
        yield Running(*started)
