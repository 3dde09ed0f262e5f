"""Moves business time forward in every service alike, from due instant to due instant, and settles what each causes."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.types import ASGIApp

from services.gateway.proxy.routes import fetch
from shared import internal
from shared.events import instant
from shared.problems import Conflict, Invalid
from shared.service import Runtime

CLOCK, DRAIN = "/internal/sandbox/clock", "/internal/sandbox/drain"
MOST_STEPS = 5000


class Moving(Conflict):
    """The sandbox's time is passing already."""

    code = "clock_moving"
    title = "The clock is being moved"
    cure = "Wait until `GET /sandbox/v1/clock` says `moving: false`."


class SandboxClock:
    """The one clock over all services of a sandbox, and over the gateway itself, which judges terms by it."""

    def __init__(self, services: Mapping[str, ASGIApp], gateway: Runtime) -> None:
        self._services, self._gateway = services, gateway
        self._moving = asyncio.Lock()

    async def now(self) -> dict[str, Any]:
        """The business instant, the next at which something is due, and whether time is being moved."""
        states = [await self._ask(name, "GET", CLOCK) for name in self._services]
        due = [datetime.fromisoformat(state["next_due"]) for state in states if state["next_due"]]
        now = max(datetime.fromisoformat(state["now"]) for state in states)
        return {"now": now, "next_due": min(due, default=None), "moving": self._moving.locked()}

    async def advance(self, to: datetime) -> dict[str, Any]:
        """Let time pass until `to`. Moving where it is passing already; Invalid where `to` lies in the past."""
        if self._moving.locked():
            raise Moving("Time is being moved at this moment; ask again when GET says that it is not.")
        async with self._moving:
            before = await self.now()
            if to < before["now"]:
                raise Invalid.field("to", "backwards", f"Time moves forward only; it is {instant(before['now'])}.")
            steps = await self._pass(to)
            return await self.now() | {"moving": False, "was": before["now"], "steps": steps}

    async def _pass(self, to: datetime) -> int:
        for step in range(1, MOST_STEPS):
            due = (await self.now())["next_due"]
            stop = min(due, to) if due else to
            for name in self._services:
                await self._ask(name, "POST", CLOCK, {"to": instant(stop)})
            await internal.let_pass(self._gateway, stop)
            await self._settle()
            if stop == to:
                return step
        raise Conflict("There is more due in that time than one call may do; ask for an earlier instant.")

    async def _settle(self) -> None:
        moved = 1
        while moved:
            answers = [await self._ask(name, "POST", DRAIN) for name in self._services]
            answers.append(await internal.settle(self._gateway))
            moved = sum(answer["published"] + answer["handled"] for answer in answers)

    async def _ask(self, name: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        sent = json.dumps(body).encode() if body else b""
        status, answer = await fetch(self._services[name], path, method, sent)
        if status != 200:
            raise ConnectionError(f"{name} answers {status} to {method} {path}")
        found: dict[str, Any] = json.loads(answer)
        return found
