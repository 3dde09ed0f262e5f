"""A running governance service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.message import EmailMessage

from services.governance.app import SERVICE
from services.governance.invitations.commands import INVITATIONS
from services.governance.meetings.commands import keep_invited
from shared import errands
from shared.events import REGISTRY, Event
from shared.invitations.post import errand
from shared.jobs import sweep_all
from tests.post_office import PostOffice
from tests.postgres import OwnDatabase
from tests.service.answering import COUNCIL as COUNCIL
from tests.service.answering import ICB as ICB
from tests.service.answering import POLICE as POLICE
from tests.service.answering import SCHOOL as SCHOOL
from tests.service.answering import TRUST as TRUST
from tests.service.answering import WEDNESDAY_NOON as WEDNESDAY_NOON
from tests.service.answering import Agency as Agency
from tests.service.answering import Answering, Somebody, answering, prepare

V1 = "/governance/v1"


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, and the suite's own reference data."""
    await prepare(SERVICE, database)
    async with running(database) as suite:
        for noun in SERVICE.loads:
            await suite.load(noun)
        await sweep_all(suite.runtime.database, SERVICE.jobs)


class Person(Somebody):
    """Somebody with a token."""

    v1 = V1


class Running(Answering[Person]):
    """The service, answering."""

    people = Person

    async def invite(self) -> None:
        """Let calendars follow who sits where, whether or not the service's own sweep is at it."""
        async with self.runtime.database.transaction() as tx:
            await keep_invited(tx)

    async def send(self, office: PostOffice) -> list[EmailMessage]:
        """The letters of meetings that leave now."""
        office.letters.clear()
        await errands.run(self.runtime.database, office.settings(self.runtime.settings), errand(INVITATIONS))
        return list(office.letters)

    async def events(self, noun: str = "") -> list[Event]:
        """What was emitted, in order: everything, or what is about one noun."""
        return [REGISTRY[row.type].from_data(row.data) for row in await self.emitted(noun)]

    async def causes(self, event: Event) -> list[dict[str, str]]:
        """The causes with which the newest event of a record was emitted."""
        found = [row.causes for row in await self.emitted(subject=event.subject) if row.type == event.type]
        return list(found[-1])


@asynccontextmanager
async def running(database: OwnDatabase, at: datetime = WEDNESDAY_NOON) -> AsyncIterator[Running]:
    """The service with its lifespan entered, its business time at `at`."""
    async with answering(SERVICE, database, at) as started:
        yield Running(*started)
