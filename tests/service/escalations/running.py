"""A running escalations service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from services.escalations.app import SERVICE
from services.escalations.challenges.schemas import EXAMPLE
from services.escalations.escalations import queries
from services.escalations.ladders.commands import load, read_ladders
from services.escalations.register.models import REGISTER
from shared.policy import AgencyType
from shared.service import Runtime
from tests.postgres import OwnDatabase
from tests.service.answering import COUNCIL as COUNCIL
from tests.service.answering import ICB as ICB
from tests.service.answering import POLICE as POLICE
from tests.service.answering import SCHOOL as SCHOOL
from tests.service.answering import WEDNESDAY_NOON as WEDNESDAY_NOON
from tests.service.answering import Answering, Somebody, agency_registered, answering, prepare, told


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, ladders and a small register."""
    await prepare(SERVICE, database)


class Person(Somebody):
    """Somebody with a token; addresses are whole."""

    v1 = ""

    async def raised(self, **changes: Any) -> dict[str, Any]:
        """A challenge that was accepted."""
        return told(await self.raise_(**changes), 201)

    async def raise_(self, *, key: str | None = None, **changes: Any) -> httpx.Response:
        """Raise the example of the documents, with changes."""
        return await self.create("/escalations/v1/escalations", key=key, **{**EXAMPLE, **changes})

    async def does(
        self, matter: Mapping[str, Any], action: str, *, etag: str | None = None, **body: Any
    ) -> httpx.Response:
        """Move a matter, as somebody who has just read it."""
        return await self.edit(f"/escalations/v1/escalations/{matter['id']}", body, action, etag)


class Running(Answering[Person]):
    """The service, answering."""

    people = Person

    async def outbox(self) -> list[str]:
        """The types of the events emitted, in order."""
        return [row.type.split(".", 1)[1] for row in await self.emitted()]

    async def history(self, escalation_id: str) -> list[Any]:
        """What was done to a matter, oldest first."""
        async with self.runtime.database.reading() as tx:
            return list(await queries.history(tx, UUID(escalation_id)))


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
