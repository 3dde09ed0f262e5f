"""A running service driven by a state machine of Hypothesis, whose rules are not asynchronous."""

import asyncio
import os
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import uvloop
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.service.answering import WEDNESDAY_NOON, Answering

S = TypeVar("S", bound=Answering[Any])
LATEST = datetime(2029, 12, 31, tzinfo=UTC)  # bank holidays are known for a year more: no clock runs longer
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


class World(Generic[S]):
    """The service, and the business instant to which its time has come."""

    def __init__(self, running: AbstractAsyncContextManager[S]) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._stack = AsyncExitStack()
        self.suite: S = self.does(self._stack.enter_async_context(running))
        self.now = WEDNESDAY_NOON

    def does(self, work: Any) -> Any:
        """Run to the end."""
        return self._runner.run(_of(work))

    def begins(self) -> None:
        """Go back to the beginning, so that however many lives are lived, none leaves the calendar's years."""
        self.now = WEDNESDAY_NOON
        self.suite.runtime.clock.restore(self.now - datetime.now(UTC))

    def waits(self, by: timedelta) -> None:
        """Let time pass."""
        self.until(self.now + by)

    def until(self, instant: datetime) -> None:
        """Let time pass until then, with all that it causes; the clock has run on by itself meanwhile, and never goes back."""
        self.now = max(min(instant, LATEST), self.suite.runtime.clock.now() + timedelta(seconds=1))
        self.does(self.suite.at(self.now))

    def close(self) -> None:
        """Stop."""
        self.does(self._stack.aclose())
        self._runner.close()


def live(machine: type[RuleBasedStateMachine], lives: int, steps: int) -> None:
    """Some lives at the gate; `HYPOTHESIS_PROFILE=long` lives twenty times as many, of more than twice as many steps."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives * 20 if LONG else lives,
            stateful_step_count=steps * 12 // 5 if LONG else steps,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


async def _of(work: Any) -> Any:
    return await work
