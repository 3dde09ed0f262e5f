"""A running governance service on a database of its own, and people of agencies who call it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from services.governance.app import SERVICE
from services.governance.invitations.commands import INVITATIONS
from services.governance.meetings.commands import keep_invited
from shared import errands, installation
from shared.bus.postgres import PostgresBus
from shared.events import REGISTRY, Event
from shared.internal import move
from shared.invitations.post import errand
from shared.jobs import sweep_all
from shared.migrations import runtime
from shared.policy import AgencyType, Role
from shared.service import Runtime, create_app
from shared.settings import Settings
from tests.post_office import PostOffice
from tests.postgres import OwnDatabase
from tests.tokens import ISSUER, Tokens

Agency = tuple[str, AgencyType]
COUNCIL: Agency = ("cheshire-east-council", AgencyType.COUNCIL)
POLICE: Agency = ("cheshire-constabulary", AgencyType.POLICE)
ICB: Agency = ("nhs-cheshire-and-merseyside-icb", AgencyType.ICB)
TRUST: Agency = ("east-cheshire-nhs-trust", AgencyType.ACUTE_TRUST)
SCHOOL: Agency = ("ruskin-community-high-school", AgencyType.SCHOOL_MAINTAINED)
WEDNESDAY_NOON = datetime(2026, 10, 7, 11, 0, tzinfo=UTC)  # 12:00 in London
V1 = "/governance/v1"


async def install(database: OwnDatabase) -> None:
    """Roles, schema, bus, and the suite's own reference data."""
    await installation.create_roles(database.url(), [SERVICE])
    await installation.migrate(SERVICE, database.owner_url(SERVICE.name))
    await installation.install_bus(database.owner_url("bus"), [SERVICE])
    async with running(database) as suite:
        for noun in SERVICE.loads:
            await suite.load(noun)
        await sweep_all(suite.runtime.database, SERVICE.jobs)


@dataclass
class Person:
    """Somebody with a token."""

    client: httpx.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Read."""
        return await self.client.get(V1 + path, params=query, headers=self.headers)

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Everything in a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = await self.get(path, **query, **cursor)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            if answer.json()["next"] is None:
                return found
            cursor = {"cursor": answer.json()["next"]}

    async def create(self, path: str, *, key: str | None = None, **body: Any) -> httpx.Response:
        """Create something."""
        headers = self.headers | {"idempotency-key": key or str(uuid4())}
        return await self.client.post(V1 + path, json=body, headers=headers)

    async def made(self, path: str, **body: Any) -> dict[str, Any]:
        """Something that was created."""
        answer = await self.create(path, **body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def edit(
        self, path: str, body: Mapping[str, Any], action: str | None = None, etag: str | None = None
    ) -> httpx.Response:
        """Change something (`action` None), or do something to it, as somebody who has just read it."""
        if etag is None:
            etag = (await self.get(path)).headers.get("etag", '"0"')
        method, where = ("POST", f"{path}/{action}") if action else ("PATCH", path)
        headers = self.headers | {"if-match": etag}
        return await self.client.request(method, V1 + where, json=dict(body), headers=headers)


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
        return self.person(COUNCIL, Role.BUSINESS_UNIT)

    async def load(self, noun: str, path: Path | None = None) -> str:
        """Load a file, or the suite's own."""
        load = SERVICE.loads[noun]
        source = path or load.own
        assert source
        return await load.run(self.runtime.database, self.runtime.settings, source, lambda done, of: None)

    async def invite(self) -> None:
        """Let calendars follow who sits where, whether or not the service's own sweep is at it."""
        async with self.runtime.database.transaction() as tx:
            await keep_invited(tx)

    async def send(self, office: PostOffice) -> list[EmailMessage]:
        """The letters of meetings that leave now."""
        office.letters.clear()
        await errands.run(self.runtime.database, office.settings(self.runtime.settings), errand(INVITATIONS))
        return list(office.letters)

    async def at(self, instant: datetime) -> None:
        """Let time pass until then, with all that it causes."""
        await move(self.runtime, instant)
        await sweep_all(self.runtime.database, SERVICE.jobs)

    async def events(self, noun: str = "") -> list[Event]:
        """What was emitted, in order: everything, or what is about one noun."""
        table = self.runtime.database.plumbing.outbox
        async with self.runtime.database.reading() as tx:
            rows = await tx.rows(select(table.c.type, table.c.data).order_by(table.c.id))
        return [REGISTRY[row.type].from_data(row.data) for row in rows if f".{noun}" in row.type]

    async def causes(self, event: Event) -> list[dict[str, str]]:
        """The causes with which the newest event of a record was emitted."""
        table = self.runtime.database.plumbing.outbox
        statement = select(table.c.causes).where(table.c.subject == event.subject, table.c.type == event.type)
        async with self.runtime.database.reading() as tx:
            found: list[dict[str, str]] = await tx.scalar(statement.order_by(table.c.id.desc()).limit(1))
        return found


@asynccontextmanager
async def running(database: OwnDatabase, at: datetime = WEDNESDAY_NOON) -> AsyncIterator[Running]:
    """The service with its lifespan entered, its business time at `at`."""
    tokens = Tokens()
    settings = Settings(
        service=SERVICE.name,
        public_url=ISSUER,
        database_url=database.runtime_url(SERVICE.name),
        pseudonym_key="01" * 32,
        record_key="03" * 32,
        seal_key="02" * 32,
        cursor_key="03" * 32,
        sandbox=True,
        pool_size=8,
    )
    bus = PostgresBus(database.url(runtime(SERVICE.name)))
    app = create_app(SERVICE, settings, bus, tokens.fetch_keys)
    async with app.router.lifespan_context(app):
        app.state.runtime.clock.restore(at - datetime.now(UTC))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
            yield Running(app, tokens, client)
    await bus.close()
