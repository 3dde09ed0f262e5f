"""Random people of random agencies do random things while time moves; a plain model says what must come of each."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from services.escalations.rulebook import CALENDAR
from shared.clocks import Rule, Unit, due
from tests.postgres import OwnDatabase
from tests.service.escalations.running import COUNCIL, ICB, POLICE, WEDNESDAY_NOON, Person, Running, running

AGENCIES = (COUNCIL, POLICE, ICB)
LAST = 4
SENIORITIES = ("practitioner", "team_manager", "senior_manager", "director")  # by stage: each needs this or above
ALLOWED = {
    "immediate": ((1, Unit.CLOCK_HOURS), (4, Unit.CLOCK_HOURS)),
    "urgent": ((4, Unit.WORKING_HOURS), (1, Unit.WORKING_DAYS)),
    "standard": ((1, Unit.WORKING_DAYS), (5, Unit.WORKING_DAYS)),
}
RUNNING = {"open", "acknowledged", "responded"}
WAITING = {"open", "acknowledged"}
# By whom, from which statuses, to which; None: the status stays.
MOVES: dict[str, tuple[set[str], set[str], str | None]] = {
    "acknowledge": ({"receiving"}, {"open"}, "acknowledged"),
    "respond": ({"receiving"}, WAITING, "responded"),
    "meet": ({"raising", "receiving"}, RUNNING, None),
    "advance": ({"raising"}, RUNNING, "open"),
    "pass_on": ({"receiving"}, RUNNING, "open"),
    "withdraw": ({"raising"}, RUNNING, "withdrawn"),
    "resolve": ({"raising"}, RUNNING, "resolved"),
    "reject": ({"raising"}, {"resolved", "told"}, "responded"),
    "tell": ({"raising", "receiving"}, {"resolved"}, "told"),
    "close": ({"raising", "receiving"}, {"told"}, "closed"),
}
TOLD_AS = {
    "acknowledge": "acknowledged",
    "respond": "responded",
    "meet": "met",
    "advance": "advanced",
    "pass_on": "passed_on",
    "withdraw": "withdrawn",
    "resolve": "resolved",
    "reject": "rejected",
    "tell": "told",
    "close": "closed",
}


@dataclass
class Model:
    """What a matter must be."""

    id: str
    raising: str
    receiving: str
    priority: str
    now: datetime
    status: str = "open"
    stage: int = 1
    events: list[str] = field(default_factory=lambda: ["raised"])
    parties: set[str] = field(default_factory=set)
    clocks: dict[str, datetime] = field(default_factory=dict)
    run_out: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.parties |= {self.raising, self.receiving}
        self.opens(self.now)

    @property
    def due_at(self) -> datetime | None:
        """When the answer is due, where one is awaited."""
        return self.clocks.get("respond") if self.status in WAITING else None

    def opens(self, at: datetime) -> None:
        """A stage opens, and its clocks start."""
        self.run_out = set()
        self.clocks = {
            duty: due(Rule(code=duty, version="1", amount=amount, unit=unit), at, CALENDAR)
            for duty, (amount, unit) in zip(("acknowledge", "respond"), ALLOWED[self.priority], strict=True)
        }

    def passes(self, now: datetime) -> None:
        """Time passes: what runs out is told once, and silence climbs, each at its own instant."""
        while ahead := [(at, duty) for duty, at in self.clocks.items() if duty not in self.run_out and at < now]:
            at, duty = min(ahead)
            self.run_out.add(duty)
            self.events.append("overdue")
            if duty == "respond" and self.stage < LAST:
                self.stage, self.status = self.stage + 1, "open"
                self.events.append("advanced")
                self.opens(at)

    def expects(self, agency: str, did: str, body: dict[str, Any], now: datetime) -> int:
        """The status code of the answer to a move."""
        by, before, _ = MOVES[did]
        sides = {side for side in ("raising", "receiving") if getattr(self, side) == agency}
        if agency not in self.parties:
            return 404
        too_junior = "seniority" in body and SENIORITIES.index(body["seniority"]) < self.stage - 1
        if not by & sides or too_junior:
            return 403
        if self.status not in before or (did == "advance" and self.stage == LAST):
            return 409
        if did == "pass_on" and body["receiving_agency_id"] in {self.raising, self.receiving}:
            return 422
        late = did == "respond" and now > self.clocks["respond"]
        return 422 if late and "overrun_reason" not in body else 200

    def moves(self, did: str, body: dict[str, Any], now: datetime) -> None:
        """The move is made."""
        met_first = did == "meet" and self.status == "open"
        self.status = ("acknowledged" if met_first else self.status) if did == "meet" else str(MOVES[did][2])
        self.events.append(TOLD_AS[did])
        if did == "acknowledge":
            self.clocks.pop("acknowledge", None)
        if did in {"respond", "withdraw", "resolve"}:
            self.clocks = {}
        if did == "pass_on":
            self.receiving = body["receiving_agency_id"]
            self.parties.add(self.receiving)
        self.stage += did == "advance"
        if did in {"advance", "pass_on"}:
            self.opens(now)


BODIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "acknowledge": st.just({}),
    "respond": st.fixed_dictionaries(
        {"text": st.just("We looked again."), "seniority": st.sampled_from(SENIORITIES)},
        optional={"overrun_reason": st.just("workload")},
    ),
    "meet": st.fixed_dictionaries({"text": st.just("We met."), "seniority": st.sampled_from(SENIORITIES)}),
    "advance": st.fixed_dictionaries({"text": st.just("Not settled."), "seniority": st.sampled_from(SENIORITIES)}),
    "pass_on": st.fixed_dictionaries(
        {"receiving_agency_id": st.sampled_from([one for one, _ in AGENCIES]), "reason": st.just("It is theirs.")}
    ),
    "withdraw": st.just({"reason": "It is settled."}),
    "resolve": st.fixed_dictionaries(
        {
            "outcome": st.just("decision_changed"),
            "text": st.just("It took place."),
            "seniority": st.sampled_from(SENIORITIES),
        }
    ),
    "reject": st.just({"reason": "It did not take place."}),
    "tell": st.just({"text": "Told in person."}),
    "close": st.just({"impact": "safer"}),
}
ASKED = st.sampled_from(sorted(BODIES)).flatmap(lambda did: st.tuples(st.just(did), BODIES[did]))


class World:
    """The running service, driven from code that is not asynchronous."""

    def __init__(self, database: OwnDatabase) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._stack = AsyncExitStack()
        self.suite: Running = self.does(self._stack.enter_async_context(running(database)))
        self.now = WEDNESDAY_NOON

    def does(self, work: Any) -> Any:
        """Run to the end."""
        return self._runner.run(_of(work))

    def person(self, agency: str) -> Person:
        """Somebody of an agency."""
        return self.suite.person(next(one for one in AGENCIES if one[0] == agency))

    def close(self) -> None:
        """Stop."""
        self.does(self._stack.aclose())
        self._runner.close()


async def _of(work: Any) -> Any:
    return await work


async def told(suite: Running, subject: str) -> list[str]:
    """What the outbox says of one matter, in order."""
    table = suite.runtime.database.plumbing.outbox
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(select(table.c.type).where(table.c.subject == subject).order_by(table.c.id))
    return [row.type.split(".")[2] for row in rows]


class Escalations(RuleBasedStateMachine):
    """Every answer of the service is what the model says, and so is everything that it tells others in the end."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.matters: list[Model] = []
        # Business time runs on during a run; a jump of minutes at least keeps what is due now apart from it.
        self.world.now = self.world.now + timedelta(minutes=1)
        self.time_passes(timedelta())

    @precondition(lambda self: len(self.matters) < 3)
    @rule(
        pair=st.permutations([one for one, _ in AGENCIES]),
        priority=st.sampled_from(sorted(ALLOWED)),
    )
    def somebody_raises(self, pair: list[str], priority: str) -> None:
        """A challenge from one agency to another."""
        more = {"safety_action": "A visit was made."} if priority == "immediate" else {}
        found = self.world.does(
            self.world.person(pair[0]).raised(
                receiving_agency_id=pair[1], priority=priority, raised_at=self.world.now.isoformat(), **more
            )
        )
        self.matters.append(Model(found["id"], pair[0], pair[1], priority, self.world.now))
        self.agrees(found, self.matters[-1])

    @precondition(lambda self: self.matters)
    @rule(asked=ASKED, agency=st.sampled_from([one for one, _ in AGENCIES]), which=st.integers(0, 2))
    def somebody_moves(self, asked: tuple[str, dict[str, Any]], agency: str, which: int) -> None:
        """Anybody tries anything."""
        did, body = asked
        model = self.matters[which % len(self.matters)]
        expected = model.expects(agency, did, body, self.world.now)
        answer = self.world.does(self.world.person(agency).does({"id": model.id}, did, **body))
        assert answer.status_code == expected, f"{agency}: {did} {body} of {model}: {answer.text}"
        if expected == 200:
            # The business instant of the move is the answer's own; the clock ran on by some milliseconds.
            model.moves(did, body, self.world.suite.runtime.clock.now())
            self.agrees(answer.json(), model)

    @rule(
        by=st.sampled_from([timedelta(hours=1), timedelta(hours=5), timedelta(hours=20), timedelta(days=3)]),
    )
    def time_passes(self, by: timedelta) -> None:
        """Everybody waits."""
        self.world.now = max(self.world.now + by, self.world.suite.runtime.clock.now())
        self.world.does(self.world.suite.at(self.world.now))
        for model in self.matters:
            model.passes(self.world.now)

    def agrees(self, found: dict[str, Any], model: Model) -> None:
        """What is shown is what must be; due instants of the clock's hours agree to the second."""
        assert (found["status"], found["stage_order"]) == (model.status, model.stage), model
        shown = found["due_at"] and datetime.fromisoformat(found["due_at"])
        assert (shown is None) == (model.due_at is None), model
        if shown and model.due_at:
            assert abs(shown - model.due_at) < timedelta(seconds=5), model

    def teardown(self) -> None:
        """In the end each matter is as the model says, and so was all that was told of it."""
        for model in self.matters:
            found = self.world.does(self.world.person(model.raising).get(f"/escalations/v1/escalations/{model.id}"))
            self.agrees(found.json(), model)
            assert self.world.does(told(self.world.suite, model.id)) == model.events, model


@pytest.fixture
def world(database: OwnDatabase) -> Iterator[World]:
    """The service, at work."""
    found = World(database)
    yield found
    found.close()


def test_whatever_is_done(world: World) -> None:
    """Thirty lives of three challenges each."""
    Escalations.world = world
    run_state_machine_as_test(
        Escalations,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
