"""A running reviews service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx

from services.reviews.app import SERVICE
from shared.contracts.governance import BodyEstablished
from shared.jobs import sweep_all
from shared.policy import AgencyType
from tests.postgres import OwnDatabase
from tests.service.answering import COUNCIL as COUNCIL
from tests.service.answering import ICB as ICB
from tests.service.answering import POLICE as POLICE
from tests.service.answering import SCHOOL as SCHOOL
from tests.service.answering import TRUST as TRUST
from tests.service.answering import Agency as Agency
from tests.service.answering import Answering, Somebody, agency_registered, answering, prepare, told

OUTSIDE: Agency = ("independent-reviewers", AgencyType.INDEPENDENT)
BODY = "learning-and-improvement"
V1 = "/reviews/v1"


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, and the suite's own reference data."""
    await prepare(SERVICE, database)
    async with running(database) as suite:
        for agency_id, kind in (COUNCIL, POLICE, ICB, SCHOOL, TRUST, OUTSIDE):
            await suite.hears(agency_registered(agency_id, kind))
        await suite.hears(_body(BODY))
        for noun in SERVICE.loads:
            await suite.load(noun)
        await sweep_all(suite.runtime.database, SERVICE.jobs)


class Person(Somebody):
    """Somebody with a token."""

    v1 = V1

    async def does(self, path: str, action: str, *, etag: str | None = None, **body: Any) -> httpx.Response:
        """Do something to a record, as somebody who has just read it."""
        return await self.edit(path, body, action, etag)

    async def did(self, path: str, action: str, **body: Any) -> dict[str, Any]:
        """The record after something was done to it."""
        return told(await self.does(path, action, **body))


class Running(Answering[Person]):
    """The service, answering."""

    people = Person

    async def told(self, subject: str) -> list[Any]:
        """The events of one record, in order."""
        return await self.emitted(subject=subject)


@asynccontextmanager
async def running(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service with its lifespan entered, from the sandbox's first instant."""
    async with answering(SERVICE, database, at=None) as started:
        yield Running(*started)


def _body(body_id: str) -> BodyEstablished:
    return BodyEstablished(
        subject=body_id,
        name=body_id.replace("-", " ").title(),
        kind="subgroup",
        parent_ids=(),
        member_role=None,
        effective_from=date(2019, 9, 1),
        effective_to=None,
    )
