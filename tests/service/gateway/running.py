"""Runs a gateway for tests, and speaks to it as clients do."""

import asyncio
import json
import secrets
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

import httpx
import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import BaseModel
from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as insert_once
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.app import create_gateway
from services.gateway.authorization.api import published_keys
from services.gateway.models import Agency, AgencyAccess, Client, Standing
from services.gateway.proxy.network import NetworkService
from services.gateway.state import Gateway
from shared.auth import Caller, Public, Requires
from shared.bus import Bus
from shared.bus.postgres import PostgresBus
from shared.db import ServiceBase
from shared.migrations import owner, runtime
from shared.policy import escalations, governance
from shared.routing import Router
from shared.service import Service, create_app
from shared.settings import Settings
from shared.tokens import FetchKeys
from tests.postgres import OwnDatabase

PUBLIC_URL = "https://safer.example"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
COUNCIL, POLICE, ICB = "cheshire-east-council", "cheshire-constabulary", "nhs-cheshire-and-merseyside-icb"
KEY = ECKey.generate_key("P-256", {"kid": "ec"})
SCOPES = ["escalations.read", "escalations.write", "governance.read", "openid"]


@dataclass
class Running:
    """A gateway under test, and its database."""

    app: FastAPI
    http: httpx.AsyncClient
    gateway: Gateway
    database: OwnDatabase
    seen: list[Any] = field(default_factory=list)

    async def write(self, statement: Any, values: Any = None) -> None:
        """Change a row as the gateway's own runtime role."""
        async with self.gateway.database.transaction() as tx:
            await tx.execute(statement, values)

    async def value(self, statement: Any) -> Any:
        """One value of a row."""
        async with self.gateway.database.reading() as tx:
            return await tx.scalar(statement)

    async def system(self, client_id: str = "police-system", agency_id: str = POLICE, **more: Any) -> str:
        """Register a system."""
        given: dict[str, Any] = {
            "client_id": client_id,
            "agency_id": agency_id,
            "name": "Case system",
            "kind": "private_key_jwt",
            "roles": ["agency_lead"],
            "grant_types": ["client_credentials", "authorization_code", "refresh_token"],
            "redirect_uris": ["https://front.example/callback"],
            "origins": [],
            "scopes": SCOPES,
            "jwks": json.dumps(KeySet([KEY]).as_dict(private=False)),
            "for_all_agencies": False,
            "registered_at": datetime.now(UTC),
            "registered_by": "tests",
        } | more
        await self.write(insert(Client).values(**given))
        return client_id

    async def suspend(self, what: str) -> None:
        """Suspend the client `police-system`, or the agency `cheshire-constabulary`."""
        now = datetime.now(UTC)
        if what == "client":
            await self.write(update(Client).values(suspended_at=now))
        else:
            await self.write(insert(AgencyAccess).values(agency_id=POLICE, suspended_at=now))
        await self.write(update(Standing).values(version=Standing.version + 1))

    async def token(self, client_id: str = "police-system", aud: str = PUBLIC_URL, **fields: str) -> str:
        """A system's access token."""
        asked = proof(client_id, aud=aud) | {"grant_type": "client_credentials"} | fields
        answer = await self.http.post("/oauth/token", data=asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def bearer(self, client_id: str = "police-system", **fields: str) -> dict[str, str]:
        """The header that carries a system's access token."""
        return {"authorization": f"Bearer {await self.token(client_id, **fields)}"}


async def raw(app: ASGIApp, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """One request as it stands in the bytes, which clients tidy up: status and headers of the answer."""
    answer: dict[str, Any] = {}
    given = {"host": "safer.example", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "https",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answer.update(message)

    await app(scope, receive, send)
    return answer["status"], {name.decode(): value.decode() for name, value in answer["headers"]}


async def insist(send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Send until it is not answered with 503, as that answer asks: the machine of the tests may have much to do."""
    while (answer := await send()).status_code == 503:  # noqa: ASYNC110 - time is what is asked for
        await asyncio.sleep(float(answer.headers["retry-after"]) / 10)
    return answer


def assertion(client_id: str, **claims: Any) -> str:
    """A client assertion."""
    now = int(time.time())
    given = {"iss": client_id, "sub": client_id, "aud": PUBLIC_URL, "exp": now + 60, "iat": now}
    return jwt.encode({"alg": "ES256", "kid": "ec"}, given | {"jti": secrets.token_hex(8)} | claims, KEY)


def proof(client_id: str, **claims: Any) -> dict[str, str]:
    """The form fields by which a confidential client proves itself."""
    return {"client_assertion_type": JWT_BEARER, "client_assertion": assertion(client_id, **claims)}


def environment(database: OwnDatabase) -> dict[str, str]:
    """The settings of an installation on a test's database."""
    return {
        "SAFER_PUBLIC_URL": PUBLIC_URL,
        "SAFER_ADMIN_DATABASE_URL": database.url(),
        "SAFER_OWNER_DATABASE_URL": database.url(owner("{service}")),
        "SAFER_DATABASE_URL": database.url(runtime("{service}")),
        "SAFER_SEAL_KEY": "11" * 32,
        "SAFER_PSEUDONYM_KEY": "22" * 32,
        "SAFER_RECORD_KEY": "33" * 32,
        "SAFER_CURSOR_KEY": "33" * 32,
    }


def settings(database: OwnDatabase, **more: Any) -> Settings:
    """The gateway's settings over a test's database."""
    return Settings.read("gateway", environment(database), **more)


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
    """Serve `app`, whose lifespan has been entered, on a real socket."""
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    config.load()
    config.ssl = tls
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(
    database: OwnDatabase,
    services: Mapping[str, ASGIApp] | None = None,
    *,
    over_network: bool = False,
    **more: Any,
) -> AsyncIterator[Running]:
    """A gateway with the agencies of the register's statutory three, before a small service or the ones given."""
    seen: list[Any] = []
    chosen = settings(database, **more)
    bus = PostgresBus(database.runtime_url("gateway"))

    async def keys() -> Mapping[str, Any]:
        return await published_keys(app.state.gateway)

    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.close)
        behind = services or {"escalations": small_service(chosen, bus, keys, seen)}
        if over_network:
            behind = {name: await stack.enter_async_context(networked(service)) for name, service in behind.items()}
        app = create_gateway(chosen, bus, behind)
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=chosen.public_url))
        started = Running(app, http, app.state.gateway, database, seen)
        for agency_id, kind in ((COUNCIL, "council"), (POLICE, "police"), (ICB, "icb")):
            agency = {"agency_id": agency_id, "name": agency_id, "type": kind}
            await started.write(insert_once(Agency).values(agency).on_conflict_do_nothing())
        yield started


@asynccontextmanager
async def networked(service: ASGIApp) -> AsyncIterator[NetworkService]:
    """The same service, a network away."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with serving(service, listener):
            yield NetworkService(f"http://127.0.0.1:{listener.getsockname()[1]}")


class SmallBase(ServiceBase, service="escalations"):
    """The small service has no table of its own."""

    __abstract__ = True


class Echo(BaseModel):
    """What the small service was asked."""

    path: str
    agency: str


def small_service(chosen: Settings, bus: Bus, fetch_keys: FetchKeys, seen: list[Any]) -> ASGIApp:
    """A service that says who called it; `seen` are the requests that reached it."""
    router = Router()

    @router.get("/escalations/{escalation_id}")
    async def read(escalation_id: str, caller: Annotated[Caller, Requires(escalations.READ)]) -> Echo:
        return Echo(path=escalation_id, agency=caller.principal.agency_id)

    @router.post("/escalations")
    async def write(body: dict[str, Any], caller: Annotated[Caller, Requires(escalations.RAISE)]) -> Echo:
        return Echo(path=str(len(body.get("text", ""))), agency=caller.principal.agency_id)

    @router.post("/escalations/{escalation_id}/close")
    async def close(escalation_id: str, caller: Annotated[Caller, Requires(escalations.CLOSE)]) -> Echo:
        return Echo(path=escalation_id, agency=caller.principal.agency_id)

    @router.get("/agencies")
    async def agencies(caller: Annotated[Caller, Requires(governance.LIST_AGENCIES)]) -> Echo:
        return Echo(path="agencies", agency=caller.principal.agency_id)

    @router.get("/open")
    async def open_to_all(nobody: Annotated[None, Public("It is a test.")]) -> Echo:
        return Echo(path="open", agency="")

    service = Service(
        name="escalations",
        title="A small service",
        about="For tests of the gateway.",
        base=SmallBase,
        migrations=Path(),
        routers=[router],
    )
    app = create_app(service, chosen, bus, fetch_keys)

    async def remembering(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await app(scope, receive, send)

    return remembering
