"""What a service is, and the application that it becomes: its routes, its events in and out, its sweeps, its health."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from starlette.middleware import Middleware

from shared import access_records_api, answers, idempotency, internal, sealing
from shared.body_limit import BodyLimit
from shared.bus import Bus
from shared.child_records.commands import ChildRecords
from shared.db import Database, ServiceBase
from shared.errands import Errand, keep_running
from shared.events import Event
from shared.inbox import Consumer, Handler
from shared.jobs import Job, by_the_wall, keep_sweeping
from shared.loading import Load, Restate, Sandbox
from shared.now import SANDBOX_BEGINS, Clock
from shared.observe import Observed
from shared.outbox import Relay
from shared.paging import Cursors
from shared.pseudonym import Pseudonyms
from shared.read_models import ReadModel
from shared.resealing import Sealed
from shared.routing import Router, operations
from shared.settings import Settings
from shared.tokens import FetchKeys, TokenVerifier, keys_at
from shared.vault import Vault

GREATEST_BODY = 256 * 1024
BODY_SECONDS = 20.0
FORGETTING = Job("forget what was answered", timedelta(hours=1), idempotency.forget_old, by_the_wall)


@dataclass(frozen=True)
class Service:
    """One service of the suite: the description from which its application, its schema and its documents come."""

    name: str
    title: str
    about: str
    base: type[ServiceBase]
    migrations: Path
    routers: Sequence[Router]
    publishes: Sequence[type[Event]] = ()
    consumes: Mapping[type[Event], Handler] = field(default_factory=dict)
    jobs: Sequence[Job] = ()
    errands: Sequence[Errand] = ()
    read_models: Sequence[ReadModel] = ()  # what `rebuild` makes again
    sealed_columns: Sequence[Sealed] = ()  # what `reseal` seals anew
    children: ChildRecords | None = None  # whose numbers `rederive` gives their pseudonyms
    loads: Mapping[str, Load] = field(default_factory=dict)  # by noun: what `load` brings in
    restates: Mapping[str, Restate] = field(default_factory=dict)  # by noun: what `restate` tells again
    sandbox: Sandbox | None = None  # fills a new sandbox; may be repeated


@dataclass
class Runtime:
    """What a running service stands on; it lives in `app.state.runtime`."""

    service: Service
    settings: Settings
    clock: Clock
    database: Database
    bus: Bus
    verifier: TokenVerifier
    cursors: Cursors
    pseudonyms: Pseudonyms
    relay: Relay
    consumer: Consumer | None
    sealing: Job


def create_app(service: Service, settings: Settings, bus: Bus, fetch_keys: FetchKeys | None = None) -> FastAPI:
    """The service's ASGI application. RuntimeError where an operation declares no action."""
    app = FastAPI(
        title=service.title,
        description=service.about,
        version="1",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Observed, service=service.name),
            Middleware(BodyLimit, greatest=GREATEST_BODY, seconds=BODY_SECONDS),
        ],
    )
    app.state.runtime = _runtime(service, settings, bus, fetch_keys)
    for router in (*service.routers, access_records_api.router(service.name)):
        app.router.routes.extend(router.under(f"/{service.name}/v1"))
    app.state.operations = tuple(operations(app))
    app.state.behind = {}  # what runs in the same process and nobody reaches but through this one
    answers.install(app)
    app.router.routes.extend(internal.router.routes)
    if settings.sandbox:
        app.router.routes.extend(internal.sandbox.routes)
    return app


def _runtime(service: Service, settings: Settings, bus: Bus, fetch_keys: FetchKeys | None) -> Runtime:
    clock = Clock()
    database = Database(
        service.name,
        settings.database_url,
        service.base.plumbing,
        clock,
        pool_size=settings.pool_size,
        direct_url=settings.direct_database_url,
    )
    audiences = frozenset({f"{settings.public_url}/api", f"{settings.public_url}/api/{service.name}"})
    verifier = TokenVerifier(
        settings.public_url, audiences, fetch_keys or keys_at(settings.jwks_url or f"{settings.public_url}/oauth/jwks")
    )
    consumer = Consumer(database, bus, service.name, service.consumes) if service.consumes else None
    pseudonyms = Pseudonyms(settings.pseudonym_keys, Vault(*settings.seal_keys))
    cursors = Cursors(settings.cursor_secret)
    seal = sealing.job(sealing.Signer(settings.record_secret), f"{settings.public_url}/{service.name}")
    return Runtime(
        service, settings, clock, database, bus, verifier, cursors, pseudonyms, Relay(database, bus), consumer, seal
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime
    await restore_clock(runtime)
    sweeps = (*runtime.service.jobs, runtime.sealing, FORGETTING)
    work: list[Any] = [keep_sweeping(runtime.database, job) for job in sweeps]
    work += [keep_running(runtime.database, runtime.settings, errand) for errand in runtime.service.errands]
    work.append(runtime.relay.run())
    if runtime.consumer:
        work.append(runtime.consumer.run())
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await runtime.database.close()


async def restore_clock(runtime: Runtime) -> None:
    """Take up the sandbox's business time where it was left; a new sandbox begins on its own day."""
    if not runtime.settings.sandbox:
        return
    clock = runtime.database.plumbing.business_clock
    async with runtime.database.transaction() as tx:
        begun = insert(clock).values(one=True, offset=SANDBOX_BEGINS - tx.wall).on_conflict_do_nothing()
        await tx.execute(begun)
        runtime.clock.restore(await tx.scalar(select(clock.c.offset)))
