"""A running reviews service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from services.reviews import consumers
from services.reviews.app import SERVICE
from shared import installation
from shared.bus.postgres import PostgresBus
from shared.contracts.governance import AgencyRegistered, BodyEstablished
from shared.events import Cause, Envelope, Event
from shared.internal import move
from shared.jobs import sweep_all
from shared.migrations import runtime
from shared.policy import AgencyType, Role
from shared.service import Runtime, create_app
from shared.settings import Settings
from tests.postgres import OwnDatabase
from tests.tokens import ISSUER, Tokens

Agency = tuple[str, AgencyType]
COUNCIL: Agency = ("cheshire-east-council", AgencyType.COUNCIL)
POLICE: Agency = ("cheshire-constabulary", AgencyType.POLICE)
ICB: Agency = ("nhs-cheshire-and-merseyside-icb", AgencyType.ICB)
SCHOOL: Agency = ("ruskin-community-high-school", AgencyType.SCHOOL_MAINTAINED)
TRUST: Agency = ("east-cheshire-nhs-trust", AgencyType.ACUTE_TRUST)
OUTSIDE: Agency = ("independent-reviewers", AgencyType.INDEPENDENT)
BODY = "learning-and-improvement"
V1 = "/reviews/v1"


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, and the suite's own reference data."""
    await installation.create_roles(database.url(), [SERVICE])
    await installation.migrate(SERVICE, database.owner_url(SERVICE.name))
    await installation.install_bus(database.owner_url("bus"), [SERVICE])
    async with running(database) as suite:
        for agency_id, kind in (COUNCIL, POLICE, ICB, SCHOOL, TRUST, OUTSIDE):
            await suite.hears(agency_registered(agency_id, kind))
        await suite.hears(_body(BODY))
        for noun in SERVICE.loads:
            await suite.load(noun)


@dataclass
class Person:
    """Somebody with a token."""

    client: httpx.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Read."""
        return await self.client.get(V1 + path, params=query, headers=self.headers)

    async def read(self, path: str) -> dict[str, Any]:
        """One record that is to be seen."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Everything in a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = await self.get(path, **query, **cursor)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            if answer.json().get("next") is None:
                return found
            cursor = {"cursor": answer.json()["next"]}

    async def create(self, path: str, **body: Any) -> httpx.Response:
        """Create something."""
        headers = self.headers | {"idempotency-key": str(uuid4())}
        return await self.client.post(V1 + path, json=body, headers=headers)

    async def made(self, path: str, **body: Any) -> dict[str, Any]:
        """Something that was created."""
        answer = await self.create(path, **body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def does(self, path: str, action: str, *, etag: str | None = None, **body: Any) -> httpx.Response:
        """Do something to a record, as somebody who has just read it."""
        if etag is None:
            etag = (await self.get(path)).headers.get("etag", '"0"')
        headers = self.headers | {"if-match": etag}
        return await self.client.post(f"{V1}{path}/{action}", json=body, headers=headers)

    async def did(self, path: str, action: str, **body: Any) -> dict[str, Any]:
        """The record after something was done to it."""
        answer = await self.does(path, action, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@dataclass
class Running:
    """The service, answering."""

    app: FastAPI
    tokens: Tokens
    client: httpx.AsyncClient

    @property
    def runtime(self) -> Runtime:
        """What it stands on."""
        found: Runtime = self.app.state.runtime
        return found

    def person(self, agency: Agency, *roles: Role, **more: Any) -> Person:
        """Somebody of an agency."""
        return Person(self.client, self.tokens.bearer(*agency, roles or (Role.PRACTITIONER,), **more))

    @property
    def unit(self) -> Person:
        """Somebody of the business unit."""
        return self.person(COUNCIL, Role.BUSINESS_UNIT, subject="the unit")

    async def load(self, noun: str, path: Path | None = None) -> str:
        """Load a file, or the suite's own."""
        load = SERVICE.loads[noun]
        own = path or load.own
        assert own
        return await load.run(self.runtime.database, self.runtime.settings, own, lambda done, of: None)

    async def at(self, instant: datetime) -> None:
        """Let time pass until then, with all that it causes."""
        await move(self.runtime, instant)
        await sweep_all(self.runtime.database, SERVICE.jobs)

    async def hears(self, event: Event, *causes: Cause) -> None:
        """Another service has told something."""
        async with self.runtime.database.transaction() as tx:
            envelope = Envelope(uuid4(), event.type, "tests", event.subject, tx.now, event.data(), causes)
            await consumers.HANDLERS[type(event)](tx, event, envelope)

    async def told(self, subject: str) -> list[Any]:
        """The events of one record, in order."""
        table = self.runtime.database.plumbing.outbox
        async with self.runtime.database.reading() as tx:
            statement = select(*table.c).where(table.c.subject == subject).order_by(table.c.id)
            return list(await tx.rows(statement))

    async def shown(self, record_id: str) -> list[Any]:
        """Who was shown one record."""
        table = self.runtime.database.plumbing.access_record
        async with self.runtime.database.reading() as tx:
            statement = select(*table.c).where(table.c.record_id == record_id).order_by(table.c.id)
            return list(await tx.rows(statement))


@asynccontextmanager
async def running(database: OwnDatabase) -> AsyncIterator[Running]:
    """The service with its lifespan entered, from the sandbox's first instant."""
    tokens = Tokens()
    settings = Settings(
        service="reviews",
        public_url=ISSUER,
        database_url=database.runtime_url("reviews"),
        pseudonym_key="01" * 32,
        record_key="03" * 32,
        seal_key="02" * 32,
        cursor_key="03" * 32,
        sandbox=True,
        pool_size=8,
    )
    bus = PostgresBus(database.url(runtime("reviews")))
    app = create_app(SERVICE, settings, bus, tokens.fetch_keys)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
            yield Running(app, tokens, client)
    await bus.close()


def agency_registered(agency_id: str, kind: AgencyType) -> AgencyRegistered:
    """An agency of the register."""
    return AgencyRegistered(
        subject=agency_id,
        name=agency_id.replace("-", " ").title(),
        agency_type=kind,
        effective_from=date(2019, 9, 1),
        effective_to=None,
        successor_ids=(),
        expected_to_raise=True,
    )


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
