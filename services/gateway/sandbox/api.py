"""The operations of the sandbox's clock."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from services.gateway.sandbox.clock import SandboxClock
from shared import schemas
from shared.auth import Public
from shared.routing import Router

router = Router(tags=["sandbox"], prefix="/sandbox/v1")

WHY = "There is nothing but made-up data where this exists."


class Advance(schemas.Request):
    """The business instant to which time is to pass."""

    to: schemas.Given


class ClockShown(schemas.Response):
    """Business time; `next_due` is when something will happen by itself."""

    now: schemas.Instant
    next_due: schemas.Instant | None
    moving: bool


class Advanced(ClockShown):
    """Business time after it has passed; `steps` counts the instants at which something was due."""

    was: schemas.Instant
    steps: Annotated[int, Field(ge=1)]


def _clock(request: Request) -> SandboxClock:
    clock: SandboxClock = request.app.state.sandbox_clock
    return clock


@router.get("/clock", summary="Read the sandbox's clock")
async def read_clock(request: Request, open_to_all: Annotated[None, Public(WHY)]) -> ClockShown:
    """The instant by which clocks run in this sandbox, and the next at which something is due."""
    return ClockShown(**await _clock(request).now())


@router.post("/clock", summary="Let time pass in the sandbox")
async def advance_clock(request: Request, body: Advance, open_to_all: Annotated[None, Public(WHY)]) -> Advanced:
    """Everything due on the way happens in its order, with its events; the answer comes when all has happened."""
    return Advanced(**await _clock(request).advance(body.to))
