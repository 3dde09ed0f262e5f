"""What the gateway and the operators ask of a service and no caller ever reaches: health, metrics, operations, time."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import JSONResponse, Response

from shared import jobs
from shared.db import Database

READY, NOT_READY = "ready", "not ready"

router = APIRouter(include_in_schema=False)
sandbox = APIRouter(include_in_schema=False, prefix="/internal/sandbox")


@router.api_route("/health/live", methods=["GET", "HEAD"])
async def live() -> Response:
    """The process answers; nothing else is asked."""
    return JSONResponse({"status": "live"})


@router.api_route("/health/ready", methods=["GET", "HEAD"])
async def health(request: Request) -> Response:
    """Whether the service, and each that runs in the same process behind it, has what it needs; 503 where one has not.

    Dead letters are told and make it no less ready: what came after them is handled.
    """
    runtime, behind = request.app.state.runtime, request.app.state.behind
    bus = await runtime.bus.healthy()  # a process has one
    told, *others = await asyncio.gather(*(_told(one, bus) for one in (runtime, *behind.values())))
    if behind:
        told |= {"services": dict(zip(behind, others, strict=True))}
    if any(one["status"] != READY for one in others):
        told["status"] = NOT_READY
    return JSONResponse(told, 200 if told["status"] == READY else 503)


@router.get("/metrics")
async def metrics() -> Response:
    """Prometheus' text."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/internal/operations")
async def declared(request: Request) -> Response:
    """Every operation with its action, from which the gateway knows what may be called."""
    items = [
        {"method": one.method, "path": one.path, "action": one.action.name if one.action else None}
        for one in request.app.state.operations
    ]
    return JSONResponse({"items": items})


@router.get("/internal/openapi")
async def document(request: Request) -> Response:
    """The service's OpenAPI document; built when it is first asked for."""
    from shared.openapi import openapi

    return JSONResponse(openapi(request.app))


class Instant(BaseModel):
    """A business instant to advance to."""

    to: AwareDatetime


@sandbox.get("/clock")
async def next_due(request: Request) -> dict[str, Any]:
    """The service's business time and the next instant at which it has something to do."""
    runtime = request.app.state.runtime
    due = await jobs.next_due(runtime.database, runtime.service.jobs)
    return {"now": runtime.clock.now(), "next_due": due}


@sandbox.post("/clock")
async def advance(request: Request, instant: Instant) -> dict[str, Any]:
    """Move business time forward, or leave it where it is later already, and sweep what is due."""
    return await let_pass(request.app.state.runtime, instant.to)


@sandbox.post("/drain")
async def drain(request: Request) -> dict[str, Any]:
    """Publish all that waits in the outbox, then handle all that had been published by then."""
    return await settle(request.app.state.runtime)


async def let_pass(runtime: Any, to: datetime) -> dict[str, Any]:
    """Move a service's business time forward, or leave it where it is later already, and sweep what is due."""
    if to > runtime.clock.now():
        await move(runtime, to)
    handled = await jobs.sweep_all(runtime.database, runtime.service.jobs)
    return {"now": runtime.clock.now(), "swept": handled}


async def settle(runtime: Any) -> dict[str, int]:
    """Have a service publish all that waits in its outbox, then handle all that had been published by then."""
    published = await runtime.relay.drain()
    handled = await runtime.consumer.drain() if runtime.consumer else 0
    return {"published": published, "handled": handled}


async def move(runtime: Any, to: datetime) -> None:
    """Set a service's clock, and keep its offset for the next start."""
    runtime.clock.advance_to(to)
    async with runtime.database.transaction() as tx:
        clock = tx.plumbing.business_clock
        statement = insert(clock).values(one=True, offset=runtime.clock.offset)
        await tx.execute(statement.on_conflict_do_update(index_elements=["one"], set_={"offset": runtime.clock.offset}))


async def ready(runtime: Any, bus: bool | None = None) -> dict[str, bool]:
    """What the service needs, each with whether it is there; `bus` where that is known already.

    A consumer that waits for a bus that is away receives nothing, whatever it says itself.
    """
    bus = await runtime.bus.healthy() if bus is None else bus
    consumer = runtime.consumer is None or (bus and runtime.consumer.healthy)
    return {"database": await _database_answers(runtime.database), "bus": bus, "consumer": consumer}


async def _told(runtime: Any, bus: bool) -> dict[str, Any]:
    checks = await ready(runtime, bus)
    dead = runtime.consumer.dead if runtime.consumer else 0
    return {"status": READY if all(checks.values()) else NOT_READY, "checks": checks, "dead_letters": dead}


async def _database_answers(database: Database) -> bool:
    try:
        async with database.reading() as tx:
            await tx.scalar(select(1))
    except Exception:
        return False
    return True
