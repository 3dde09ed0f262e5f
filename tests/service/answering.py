"""A running service on a database of its own, and somebody who calls it: what the tests of all services share."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from shared import installation
from shared.bus.postgres import PostgresBus
from shared.contracts import gateway
from shared.contracts.governance import AgencyRegistered
from shared.events import Cause, Envelope, Event
from shared.internal import move
from shared.jobs import sweep_all
from shared.migrations import runtime
from shared.policy import AgencyType, Role
from shared.service import Runtime, Service, create_app
from shared.settings import Settings
from tests.postgres import OwnDatabase
from tests.tokens import ISSUER, Tokens

Agency = tuple[str, AgencyType]
COUNCIL: Agency = ("cheshire-east-council", AgencyType.COUNCIL)
POLICE: Agency = ("cheshire-constabulary", AgencyType.POLICE)
ICB: Agency = ("nhs-cheshire-and-merseyside-icb", AgencyType.ICB)
SCHOOL: Agency = ("ruskin-community-high-school", AgencyType.SCHOOL_MAINTAINED)
TRUST: Agency = ("east-cheshire-nhs-trust", AgencyType.ACUTE_TRUST)
WEDNESDAY_NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)  # 12:00 in London


@dataclass
class Somebody:
    """Somebody with a token, who calls one service."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    v1: ClassVar[str]

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Read."""
        return await self.client.get(self.v1 + path, params=query, headers=self.headers)

    async def read(self, path: str, **query: Any) -> dict[str, Any]:
        """What is there, and is to be seen."""
        return told(await self.get(path, **query))

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Everything in a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.read(path, **query, **cursor)
            found += page["items"]
            if page.get("next") is None:
                return found
            cursor = {"cursor": page["next"]}

    async def create(self, path: str, *, key: Any = None, **body: Any) -> httpx.Response:
        """Create something."""
        headers = self.headers | {"idempotency-key": key or str(uuid4())}
        return await self.client.post(self.v1 + path, json=body, headers=headers)

    async def made(self, path: str, **body: Any) -> dict[str, Any]:
        """Something that was created."""
        return told(await self.create(path, **body), 201)

    async def edit(
        self, path: str, body: Mapping[str, Any], action: str | None = None, etag: str | None = None
    ) -> httpx.Response:
        """Change something (`action` None), or do something to it, as somebody who has just read it."""
        if etag is None:
            etag = (await self.get(path)).headers.get("etag", '"0"')
        method, where = ("POST", f"{path}/{action}") if action else ("PATCH", path)
        headers = self.headers | {"if-match": etag}
        return await self.client.request(method, self.v1 + where, json=dict(body), headers=headers)


P = TypeVar("P", bound=Somebody)


@dataclass
class Answering(Generic[P]):
    """A service, answering."""

    people: ClassVar[type[Any]]
    app: FastAPI
    tokens: Tokens
    client: httpx.AsyncClient

    @property
    def runtime(self) -> Runtime:
        """What it stands on."""
        found: Runtime = self.app.state.runtime
        return found

    def person(self, agency: Agency, *roles: Role, **more: Any) -> P:
        """Somebody of an agency."""
        found: P = self.people(self.client, self.tokens.bearer(*agency, roles or (Role.PRACTITIONER,), **more))
        return found

    @property
    def unit(self) -> P:
        """Somebody of the business unit."""
        return self.person(COUNCIL, Role.BUSINESS_UNIT, subject="the unit")

    async def emitted(self, noun: str = "", subject: str = "") -> list[Any]:
        """The rows of what was told to others, in order: everything, or what is about one noun or one record."""
        table = self.runtime.database.plumbing.outbox
        async with self.runtime.database.reading() as tx:
            rows = await tx.rows(select(*table.c).order_by(table.c.id))
        return [row for row in rows if f".{noun}" in row.type and subject in ("", row.subject)]

    async def hears(self, event: Event, *causes: Cause) -> None:
        """Another service has told something."""
        async with self.runtime.database.transaction() as tx:
            envelope = Envelope(uuid4(), event.type, "tests", event.subject, tx.now, event.data(), causes)
            await self.runtime.service.consumes[type(event)](tx, event, envelope)

    async def suspends(self, agency: Agency, person_id: str = "") -> None:
        """The gateway tells that an agency, or one person of it, is suspended."""
        told = gateway.PersonSuspended if person_id else gateway.AgencySuspended
        await self.hears(told(subject=person_id or agency[0], agency_id=agency[0], suspended=True))

    async def resumes(self, agency: Agency, person_id: str = "") -> None:
        """The gateway tells that it is over."""
        told = gateway.PersonResumed if person_id else gateway.AgencyResumed
        await self.hears(told(subject=person_id or agency[0], agency_id=agency[0], suspended=False))

    async def access_records(self, record_id: str = "") -> list[Any]:
        """Who was shown or refused what, in order: everything, or one record."""
        table = self.runtime.database.plumbing.access_record
        async with self.runtime.database.reading() as tx:
            rows = await tx.rows(select(*table.c).order_by(table.c.id))
        return [row for row in rows if record_id in ("", row.record_id)]

    async def load(self, noun: str, path: Path | None = None) -> str:
        """Load a file, or the suite's own."""
        load = self.runtime.service.loads[noun]
        source = path or load.own
        assert source
        return await load.run(self.runtime.database, self.runtime.settings, source, lambda done, of: None)

    async def at(self, instant: datetime) -> None:
        """Let time pass until then, with all that it causes."""
        await move(self.runtime, instant)
        await sweep_all(self.runtime.database, self.runtime.service.jobs)


def told(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """What an answer says that has this status."""
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def prepare(service: Service, database: OwnDatabase) -> None:
    """Roles, schema and bus."""
    await installation.create_roles(database.url(), [service])
    await installation.migrate(service, database.owner_url(service.name))
    await installation.install_bus(database.owner_url("bus"), [service])


@asynccontextmanager
async def answering(
    service: Service, database: OwnDatabase, at: datetime | None = WEDNESDAY_NOON
) -> AsyncIterator[tuple[FastAPI, Tokens, httpx.AsyncClient]]:
    """A service with its lifespan entered, its business time at `at`, or where a sandbox begins; its signer, its client."""
    tokens = Tokens()
    settings = Settings(
        service=service.name,
        public_url=ISSUER,
        database_url=database.runtime_url(service.name),
        pseudonym_key="01" * 32,
        record_key="03" * 32,
        seal_key="02" * 32,
        cursor_key="03" * 32,
        sandbox=True,
        pool_size=8,
    )
    bus = PostgresBus(database.url(runtime(service.name)))
    app = create_app(service, settings, bus, tokens.fetch_keys)
    async with app.router.lifespan_context(app):
        if at is not None:
            app.state.runtime.clock.restore(at - datetime.now(UTC))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
            yield app, tokens, client
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
