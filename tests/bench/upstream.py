"""A service of the suite's make behind the gateway and behind nginx: it verifies the token, enforces the role, and says little."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel

from shared.auth import Caller, Requires
from shared.bus.postgres import PostgresBus
from shared.db import ServiceBase
from shared.policy import escalations
from shared.routing import Router
from shared.service import Service, create_app
from tests.bench.ours import settings_of

router = Router()


class Told(BaseModel):
    """As long as a short answer of a real service."""

    id: str
    agency: str
    text: str


@router.get("/escalations/{escalation_id}")
async def read(escalation_id: str, caller: Annotated[Caller, Requires(escalations.READ)]) -> Told:
    """What is behind the door."""
    return Told(id=escalation_id, agency=caller.principal.agency_id, text="What happened. " * 40)


@router.get("/allowed", status_code=204)
async def allowed(caller: Annotated[Caller, Requires(escalations.READ)]) -> None:
    """What nginx asks first: whether this caller's token and role are good for reading."""


class Base(ServiceBase, service="escalations"):
    """No table of its own."""

    __abstract__ = True


SERVICE = Service(
    name="escalations",
    title="A small service",
    about="For the bench of the gateway.",
    base=Base,
    migrations=Path(),
    routers=[router],
)


def make(given: Mapping[str, Any]) -> FastAPI:
    """The application, which fetches its keys from nobody."""

    async def keys() -> Mapping[str, Any]:
        found: Mapping[str, Any] = given["keys"]
        return found

    app = create_app(SERVICE, settings_of({**given, "service": SERVICE.name}), PostgresBus(given["url"]), keys)
    app.router.lifespan_context = FastAPI().router.lifespan_context  # no outbox to relay: it has no tables
    return app
