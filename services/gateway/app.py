"""The gateway as an application: the authorization server, its own operations, and the door to every service."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Scope

from services.gateway import consumers, post, state
from services.gateway.agencies import api as agencies
from services.gateway.agencies import commands as agency_commands
from services.gateway.authorization import api as authorization
from services.gateway.authorization import keys, operations
from services.gateway.authorization.key_sets import KeySets
from services.gateway.authorization.outward import fetch
from services.gateway.clients import api as clients
from services.gateway.jobs import jobs
from services.gateway.models import SEALED_COLUMNS, Base
from services.gateway.pages import api as pages
from services.gateway.pages import rendering
from services.gateway.pages.catalogue import Catalogue
from services.gateway.people import api as people
from services.gateway.people import commands as people_commands
from services.gateway.proxy.admission import OwnVerifier
from services.gateway.proxy.door import ServiceDoor
from services.gateway.proxy.limits import Limit
from services.gateway.proxy.network import NetworkService
from services.gateway.proxy.threshold import Threshold
from services.gateway.sandbox import api as sandbox
from services.gateway.sandbox.clock import SandboxClock
from services.gateway.sandbox.fill import fill
from services.gateway.signin import api as signin
from services.gateway.signin import set_up
from services.gateway.standing import StandingReader
from services.gateway.state import Gateway
from shared import installation, routing
from shared.bus import Bus
from shared.contracts import gateway as events
from shared.contracts.access_record import SEALED
from shared.openapi import openapi
from shared.service import Service, create_app
from shared.settings import BadSetting, Settings
from shared.startup import CannotStart
from shared.vault import Vault

SERVICE = Service(
    name="gateway",
    title="Gateway",
    about="Who may call: systems and people of the partnership's agencies, their tokens, and the way to every service.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=[agencies.router, clients.router, people.router, operations.router],
    publishes=[*events.ALL, SEALED["gateway"]],
    consumes=consumers.HANDLERS,
    errands=post.ERRANDS,
    sealed_columns=SEALED_COLUMNS,
    read_models=consumers.READ_MODELS,
    restates={"agencies": agency_commands.restate, "people": people_commands.restate},
    sandbox=fill,
)


def create_gateway(settings: Settings, bus: Bus, services: Mapping[str, ASGIApp] | None = None) -> FastAPI:
    """The gateway before `services`, each an ASGI app; without them, before those that `settings.upstreams` names.

    Services of the same process verify tokens with `app.state.fetch_keys`. BadSetting for a
    seal key that is none, and for what is a sandbox's alone.
    """
    if settings.loopback_keys and not settings.sandbox:
        raise BadSetting("SAFER_LOOPBACK_KEYS is for a sandbox alone: leave it out, or set SAFER_SANDBOX=true.")
    services = services if services is not None else _over_the_network(settings.upstreams)
    vault = Vault(*settings.seal_keys)
    app = create_app(replace(SERVICE, jobs=jobs(vault)), settings, bus, lambda: authorization.published_keys(gateway))
    runtime = app.state.runtime
    ring = keys.KeyRing(runtime.database, vault)
    key_sets = KeySets(partial(fetch, loopback=settings.loopback_keys))
    gateway = Gateway(runtime, state.profile(settings, frozenset(services)), vault, ring, key_sets)
    issuer, standing = gateway.profile.issuer, StandingReader(runtime.database)
    app.state.gateway, app.state.fetch_keys = gateway, lambda: authorization.published_keys(gateway)
    limit = Limit("requests", settings.requests_a_minute)
    runtime.verifier = OwnVerifier(issuer, SERVICE.name, app.state.fetch_keys, standing, limit)
    door = ServiceDoor(services, issuer, app.state.fetch_keys, standing, limit)
    for route in (*authorization.ROUTES, door):  # what is asked most stands first
        app.router.routes.insert(0, route)
    app.router.routes.extend([*signin.ROUTES, *set_up.ROUTES, *pages.ROUTES, *rendering.ROUTES])
    pages.show_what_is_not_there(app)
    app.state.catalogue = Catalogue(issuer, services, lambda: openapi(app))
    if settings.sandbox:
        app.state.sandbox_clock = SandboxClock(services, runtime)
        app.router.routes.extend(sandbox.router.under(""))
        app.state.operations = tuple(routing.operations(app))
    app.add_middleware(Threshold, issuer=issuer, standing=standing, methods=lambda scope: _methods(app, door, scope))
    app.state.behind = {name: one.state.runtime for name, one in services.items() if isinstance(one, FastAPI)}
    _with_keys(app, services)
    return app


def _over_the_network(upstreams: str) -> dict[str, ASGIApp]:
    pairs = (pair.partition("=") for pair in upstreams.split(",") if pair)
    return {name.strip(): NetworkService(address.strip()) for name, _, address in pairs}


async def _methods(app: FastAPI, door: ServiceDoor, scope: Scope) -> list[str]:
    place = await door.place(scope)
    if place:
        return list(place.operations)
    found: set[str] = set()
    for route in app.routes:
        pattern = getattr(route, "path_regex", None)
        found |= getattr(route, "methods", set()) if pattern and pattern.match(scope["path"]) else set()
    return sorted(found)


async def _prepare_keys(gateway: Gateway) -> None:
    """Make the first signing keys where there are none. CannotStart where those that there are cannot be opened."""
    with installation.explaining():
        await keys.ensure(gateway.database, gateway.vault)
        try:
            await gateway.ring.reload()
        except ValueError as unopened:
            raise CannotStart(f"The gateway's signing keys cannot be opened: {unopened}.") from None


def _with_keys(app: FastAPI, services: Mapping[str, ASGIApp]) -> None:
    lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def with_keys(app: FastAPI) -> AsyncIterator[Any]:
        await _prepare_keys(app.state.gateway)
        async with lifespan(app) as given:
            yield given
        closing = [service.close() for service in services.values() if isinstance(service, NetworkService)]
        await asyncio.gather(*closing)

    app.router.lifespan_context = with_keys
