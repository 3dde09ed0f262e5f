"""A running escalations service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from services.escalations.app import SERVICE
from services.escalations.challenges.schemas import EXAMPLE
from services.escalations.escalations import queries
from services.escalations.ladders.commands import load, read_ladders
from services.escalations.register.models import REGISTER
from shared.policy import AgencyType, Role
from shared.service import Runtime
from tests.postgres import OwnDatabase
from tests.service.answering import WEDNESDAY_NOON as WEDNESDAY_NOON
from tests.service.answering import Answering, agency_registered, answering, prepare

COUNCIL, POLICE, ICB, SCHOOL = (
    ("cheshire-east-council", AgencyType.COUNCIL),
    ("cheshire-constabulary", AgencyType.POLICE),
    ("nhs-cheshire-and-merseyside-icb", AgencyType.ICB),
    ("ruskin-community-high-school", AgencyType.SCHOOL_MAINTAINED),
)


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, ladders and a small register."""
    await prepare(SERVICE, database)


@dataclass
class Running(Answering):
    """The service, answering."""

    made: list[str] = field(default_factory=list)

    def person(self, agency: tuple[str, AgencyType], *roles: Role, **more: Any) -> "Person":
        """Somebody of an agency."""
        return Person(self, self.tokens.bearer(*agency, roles or (Role.PRACTITIONER,), **more))

    async def outbox(self) -> list[str]:
        """The types of the events emitted, in order."""
        table = self.runtime.database.plumbing.outbox
        async with self.runtime.database.reading() as tx:
            return [row.type.split(".", 1)[1] for row in await tx.rows(select(table.c.type).order_by(table.c.id))]

    async def told(self) -> list[dict[str, Any]]:
        """What the events emitted say, in order."""
        table = self.runtime.database.plumbing.outbox
        async with self.runtime.database.reading() as tx:
            return [row.data for row in await tx.rows(select(table.c.data).order_by(table.c.id))]

    async def history(self, escalation_id: str) -> list[Any]:
        """What was done to a matter, oldest first."""
        async with self.runtime.database.reading() as tx:
            return list(await queries.history(tx, UUID(escalation_id)))

    async def access_records(self) -> list[Any]:
        """Who was shown or refused what."""
        table = self.runtime.database.plumbing.access_record
        async with self.runtime.database.reading() as tx:
            return list(await tx.rows(select(*table.c).order_by(table.c.id)))


@dataclass
class Person:
    """Somebody with a token."""

    running: Running
    headers: dict[str, str]

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Read."""
        return await self.running.client.get(path, params=query, headers=self.headers)

    async def raised(self, **changes: Any) -> dict[str, Any]:
        """A challenge that was accepted."""
        answer = await self.raise_(**changes)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def raise_(self, *, key: str | None = None, **changes: Any) -> httpx.Response:
        """Raise the example of the documents, with changes."""
        body: Mapping[str, Any] = {**EXAMPLE, **changes}
        headers = self.headers | {"idempotency-key": key or str(uuid4())}
        return await self.running.client.post("/escalations/v1/escalations", json=body, headers=headers)

    async def does(
        self, matter: Mapping[str, Any], action: str, *, etag: str | None = None, **body: Any
    ) -> httpx.Response:
        """Move a matter, as somebody who has just read it."""
        path = f"/escalations/v1/escalations/{matter['id']}"
        if etag is None:
            etag = (await self.running.client.get(path, headers=self.headers)).headers.get("etag", '"0"')
        return await self.running.client.post(f"{path}/{action}", json=body, headers=self.headers | {"if-match": etag})


@asynccontextmanager
async def running(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service with its lifespan entered, its business time where a sandbox begins, its register and ladders filled."""
    async with answering(SERVICE, database, at=None) as (app, tokens, client):
        await fill(app.state.runtime)
        yield Running(app, tokens, client)


async def fill(runtime: Runtime) -> None:
    """Ladders and four agencies."""
    async with runtime.database.transaction() as tx:
        await load(tx, read_ladders(SERVICE.migrations.parent / "data" / "ladders.yaml"))
    for agency in (COUNCIL, POLICE, ICB, SCHOOL):
        await register_agency(runtime, *agency)


async def register_agency(runtime: Runtime, agency_id: str, agency_type: AgencyType) -> None:
    """One agency more."""
    async with runtime.database.transaction() as tx:
        await REGISTER.keep_agency(tx, agency_registered(agency_id, agency_type))
