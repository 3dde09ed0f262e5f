"""Random people of random agencies do random things while time moves; a plain model says what must come of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from services.escalations.rulebook import CALENDAR
from shared.clocks import Rule, Unit, due
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.escalations.running import COUNCIL, ICB, POLICE, Person, Running, running
from tests.service.world import LONG, World, live

AGENCIES = (COUNCIL, POLICE, ICB)
SENIORITIES = ("practitioner", "team_manager", "senior_manager", "director", "chief_officer")
Allowed = tuple[int, Unit]


@dataclass(frozen=True)
class Steps:
    """A ladder as the model knows it: who acts at each stage, what is due, where silence climbs, and who votes where."""

    seniorities: tuple[str, ...]
    allowed: dict[str, dict[str, Allowed]]  # by priority and duty
    silence_climbs: frozenset[int]
    votes: dict[int, Role] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The highest stage."""
        return len(self.seniorities)


LADDERS = {
    "casework": Steps(
        SENIORITIES[:4],
        {
            "immediate": {"acknowledge": (1, Unit.CLOCK_HOURS), "respond": (4, Unit.CLOCK_HOURS)},
            "urgent": {"acknowledge": (4, Unit.WORKING_HOURS), "respond": (1, Unit.WORKING_DAYS)},
            "standard": {"acknowledge": (1, Unit.WORKING_DAYS), "respond": (5, Unit.WORKING_DAYS)},
        },
        silence_climbs=frozenset({1, 2, 3}),
    ),
    "partnership_dispute": Steps(
        ("director", "director", "director", "chief_officer"),
        {
            "immediate": {"respond": (4, Unit.CLOCK_HOURS)},
            "urgent": {"respond": (2, Unit.WORKING_DAYS)},
            "standard": {"respond": (10, Unit.WORKING_DAYS)},
        },
        silence_climbs=frozenset({3}),
        votes={3: Role.DELEGATED_PARTNER, 4: Role.LEAD_PARTNER},
    ),
}
PRIORITIES = ("immediate", "standard", "urgent")
RUNNING = {"open", "acknowledged", "responded"}
WAITING = {"open", "acknowledged"}
LEFT = {"closed", "withdrawn", "redirected"}
# By whom, from which statuses, to which (None: it stays), told as what.
MOVES: dict[str, tuple[set[str], set[str], str | None, str]] = {
    "acknowledge": ({"receiving"}, {"open"}, "acknowledged", "acknowledged"),
    "respond": ({"receiving"}, WAITING, "responded", "responded"),
    "meet": ({"raising", "receiving"}, RUNNING, None, "met"),
    "advance": ({"raising"}, RUNNING, "open", "advanced"),
    "skip": ({"raising"}, RUNNING, "open", "advanced"),
    "pass_on": ({"receiving"}, RUNNING, "open", "passed_on"),
    "withdraw": ({"raising"}, RUNNING, "withdrawn", "withdrawn"),
    "resolve": ({"raising"}, RUNNING, "resolved", "resolved"),
    "reject": ({"raising"}, {"resolved", "told"}, "responded", "rejected"),
    "tell": ({"raising", "receiving"}, {"resolved"}, "told", "told"),
    "close": ({"raising", "receiving"}, {"told"}, "closed", "closed"),
}
NOT_WHILE_VOTING = {"respond", "advance", "pass_on", "resolve", "reject"}


@dataclass
class Model:
    """What a matter must be."""

    id: str
    raising: str
    receiving: str
    kind: str
    priority: str
    children: set[str]
    now: datetime
    status: str = "open"
    stage: int = 1
    entered: int = 0
    events: list[str] = field(default_factory=lambda: ["raised"])
    parties: set[str] = field(default_factory=set)
    clocks: dict[str, datetime] = field(default_factory=dict)
    run_out: set[str] = field(default_factory=set)
    votes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parties |= {self.raising, self.receiving}
        self.opens(self.now)

    @property
    def steps(self) -> Steps:
        """Its ladder."""
        return LADDERS[self.kind]

    @property
    def voter(self) -> Role | None:
        """Who votes at its stage, where that is decided jointly."""
        return self.steps.votes.get(self.stage)

    @property
    def due_at(self) -> datetime | None:
        """When the answer is due, or the votes are, where they are awaited."""
        return self.clocks.get("respond") if self.status in WAITING else None

    def opens(self, at: datetime) -> None:
        """A stage opens, and its clocks start."""
        self.status, self.entered, self.votes, self.run_out = "open", self.entered + 1, {}, set()
        self.clocks = {
            duty: due(Rule(code=duty, version="1", amount=amount, unit=unit), at, CALENDAR)
            for duty, (amount, unit) in self.steps.allowed[self.priority].items()
        }

    def climbs(self, to: int, at: datetime) -> None:
        """It goes to a higher stage, where votes may be called."""
        self.stage = to
        self.opens(at)
        self.events += ["advanced", *(["opened"] if self.voter else [])]

    def ends(self, status: str) -> None:
        """Nothing is due any more."""
        self.status, self.clocks = status, {}

    def passes(self, now: datetime) -> None:
        """Time passes: what runs out is told once, and silence climbs, each at its own instant."""
        while ahead := [(at, duty) for duty, at in self.clocks.items() if duty not in self.run_out and at < now]:
            at, duty = min(ahead)
            self.run_out.add(duty)
            self.events.append("overdue")
            if duty == "respond" and self.stage in self.steps.silence_climbs:
                self.climbs(self.stage + 1, at)

    def expects(self, agency: str, did: str, body: dict[str, Any], now: datetime) -> int:
        """The status code of the answer to a move."""
        by, before, *_ = MOVES[did]
        sides = {side for side in ("raising", "receiving") if getattr(self, side) == agency}
        if agency not in self.parties:
            return 404
        if not by & sides:
            return 403
        if did in NOT_WHILE_VOTING and self.voter:
            return 409
        if "seniority" in body and SENIORITIES.index(body["seniority"]) < SENIORITIES.index(
            self.steps.seniorities[self.stage - 1]
        ):
            return 403
        if self.status not in before or (did == "advance" and self.stage == self.steps.last):
            return 409
        if did == "skip" and not self.stage + 2 <= body["to_stage"] <= self.steps.last:
            return 422
        if did == "pass_on" and body["receiving_agency_id"] in {self.raising, self.receiving}:
            return 422
        late = did == "respond" and now > self.clocks["respond"]
        return 422 if late and "overrun_reason" not in body else 200

    def moves(self, did: str, body: dict[str, Any], now: datetime) -> None:
        """The move is made."""
        *_, after, told = MOVES[did]
        if did == "skip":
            self.priority = "immediate"
        if did in {"advance", "skip"}:
            self.climbs(body.get("to_stage", self.stage + 1), now)
            return
        self.events.append(told)
        if did == "pass_on":
            self.receiving = body["receiving_agency_id"]
            self.parties.add(self.receiving)
            self.opens(now)
        elif did in {"respond", "withdraw", "resolve", "reject"}:
            self.ends(str(after))
        else:
            self.status = after or ("acknowledged" if self.status == "open" else self.status)
            self.clocks.pop(did, None)

    def expects_vote(self, agency: str, role: Role, round_: int) -> int:
        """The status code of the answer to a vote."""
        if not self.voter:
            return 404  # it is before no body on which a partner's delegate or chief sits
        if self.status not in WAITING or round_ != self.entered:
            return 409
        if role is not self.voter:
            return 403
        return 409 if agency in self.votes else 201

    def counts(self, agency: str, outcome: str, now: datetime) -> None:
        """The vote is cast: one that differs goes to the chiefs, or round again; three that agree settle it."""
        self.votes[agency] = outcome
        self.events.append("voted")
        if len(set(self.votes.values())) > 1:
            self.events.append("failed")
            if self.stage < self.steps.last:
                self.climbs(self.stage + 1, now)
            else:
                self.opens(now)
                self.events.append("opened")
        elif len(self.votes) == len(AGENCIES):
            self.ends("resolved")
            self.events += ["resolved", "reached"]


@dataclass
class Point:
    """What a learning point must be."""

    id: str
    parties: set[str]
    owner: str
    status: str = "recorded"

    def expects(self, agency: str, did: str) -> int:
        """The status code of the answer when an agency's lead takes or closes it."""
        if agency not in self.parties:
            return 404
        if agency != self.owner:
            return 403
        return 200 if (self.status, did) in {("recorded", "take"), ("taken", "close")} else 409


SENIORITY = st.sampled_from(SENIORITIES)
BODIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "acknowledge": st.just({}),
    "respond": st.fixed_dictionaries(
        {"text": st.just("We looked again."), "seniority": SENIORITY},
        optional={"overrun_reason": st.just("workload")},
    ),
    "meet": st.fixed_dictionaries({"text": st.just("We met."), "seniority": SENIORITY}),
    "advance": st.fixed_dictionaries({"text": st.just("Not settled."), "seniority": SENIORITY}),
    "skip": st.fixed_dictionaries(
        {"to_stage": st.integers(3, 5), "reason": st.just("She is at risk tonight."), "safety_action": st.just("Seen.")}
    ),
    "pass_on": st.fixed_dictionaries(
        {"receiving_agency_id": st.sampled_from([one for one, _ in AGENCIES]), "reason": st.just("It is theirs.")}
    ),
    "withdraw": st.just({"reason": "It is settled."}),
    "resolve": st.fixed_dictionaries(
        {"outcome": st.just("decision_changed"), "text": st.just("It took place."), "seniority": SENIORITY}
    ),
    "reject": st.just({"reason": "It did not take place."}),
    "tell": st.just({"text": "Told in person."}),
    "close": st.just({"impact": "safer"}),
}
HIGH = {"text": "As we said.", "seniority": "chief_officer"}
SKIP: dict[str, Any] = {"to_stage": 3, "reason": "She is at risk tonight.", "safety_action": "Seen."}
LIKELY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("acknowledge", {}),
    ("respond", HIGH | {"overrun_reason": "workload"}),
    ("meet", HIGH),
    ("advance", HIGH),
    ("advance", HIGH),
    ("skip", SKIP),
    ("pass_on", {"receiving_agency_id": ICB[0], "reason": "It is theirs."}),
    ("withdraw", {"reason": "It is settled."}),
    ("resolve", HIGH | {"outcome": "decision_changed"}),
    ("reject", {"reason": "It did not take place."}),
    ("tell", {"text": "Told in person."}),
    ("close", {"impact": "safer"}),
)
ASKED = st.sampled_from(sorted(BODIES)).flatmap(lambda did: st.tuples(st.just(did), BODIES[did]))
AGENCY = st.sampled_from([one for one, _ in AGENCIES])
WHICH = st.integers(0, 2)
# In odd minutes, so that no wait ends at the very instant at which something is due: the clock runs on by milliseconds.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (61, 307, 1211, 4333))


class Partnership(World[Running]):
    """The service, and the children whom its matters are about."""

    def __init__(self, database: OwnDatabase) -> None:
        super().__init__(running(database))
        self.children: dict[str, str] = {}

    def person(self, agency: str, *roles: Role) -> Person:
        """Somebody of an agency."""
        return self.suite.person(next(one for one in AGENCIES if one[0] == agency), *roles)

    def creates(self, person: Person, path: str, **body: Any) -> httpx.Response:
        """Send what is created once."""
        headers = person.headers | {"idempotency-key": str(uuid4())}
        answer: httpx.Response = self.does(self.suite.client.post(path, json=body, headers=headers))
        return answer


async def told(suite: Running, subject: str) -> list[str]:
    """What the outbox says of one matter, in order."""
    table = suite.runtime.database.plumbing.outbox
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(select(table.c.type).where(table.c.subject == subject).order_by(table.c.id))
    return [row.type.split(".")[2] for row in rows]


class Escalations(RuleBasedStateMachine):
    """Every answer of the service is what the model says, and so is everything that it tells others in the end."""

    world: ClassVar[Partnership]

    def __init__(self) -> None:
        super().__init__()
        self.matters: list[Model] = []
        self.points: list[Point] = []
        self.world.begins()

    @initialize(
        pairs=st.tuples(st.permutations([one for one, _ in AGENCIES]), st.permutations([one for one, _ in AGENCIES])),
        priorities=st.tuples(st.sampled_from(PRIORITIES), st.sampled_from(PRIORITIES)),
        at_risk=st.booleans(),
    )
    def two_are_there(self, pairs: tuple[list[str], list[str]], priorities: tuple[str, str], at_risk: bool) -> None:
        """Every life begins with a challenge about casework and a dispute between partners."""
        self.somebody_raises(pairs[0], "casework", priorities[0], {"one"}, False)
        self.somebody_raises(pairs[1], "partnership_dispute", priorities[1], {"one", "two"}, at_risk)

    @precondition(lambda self: len(self.matters) < 3)
    @rule(
        pair=st.permutations([one for one, _ in AGENCIES]),
        kind=st.sampled_from(sorted(LADDERS)),
        priority=st.sampled_from(PRIORITIES),
        children=st.sets(st.sampled_from(["one", "two", "three", "four"]), min_size=1, max_size=3),
        at_risk=st.booleans(),
    )
    def somebody_raises(self, pair: list[str], kind: str, priority: str, children: set[str], at_risk: bool) -> None:
        """A challenge from one agency to another, about some of four children: each is the same child every time.

        Where one is at risk the first stages are skipped: to the managers, or at once to those who vote.
        """
        more = {"safety_action": "A visit was made."} if priority == "immediate" else {}
        described = [
            {"identifiers": [{"type": "police_id", "value": f"SANDBOX-{one}"}], "age_band": "5_to_9"}
            for one in sorted(children)
        ]
        found = self.world.does(
            self.world.person(pair[0]).raised(
                kind=kind,
                receiving_agency_id=pair[1],
                priority=priority,
                raised_at=self.world.now.isoformat(),
                children=described,
                **more,
            )
        )
        known = {
            one["identifiers"][0]["value"].removeprefix("SANDBOX-"): one for one in self.shown(pair[0], found["id"])
        }
        assert known.keys() == children
        for name, child in known.items():
            assert self.world.children.setdefault(name, child["child_id"]) == child["child_id"]
        self.matters.append(Model(found["id"], pair[0], pair[1], kind, priority, children, self.world.now))
        self.agrees(found, self.matters[-1])
        if at_risk:
            self.somebody_moves(("skip", SKIP), pair[0], len(self.matters) - 1)

    @precondition(lambda self: self.matters)
    @rule(asked=ASKED, agency=AGENCY, which=WHICH)
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

    @precondition(lambda self: any(model.status not in LEFT for model in self.matters))
    @rule(which=WHICH, choices=st.lists(st.tuples(st.booleans(), st.integers(0, 99)), min_size=1, max_size=6))
    def they_go_on(self, which: int, choices: list[tuple[bool, int]]) -> None:
        """The two sides make some moves, at a level that is high enough: those that can be made now, or any."""
        live = [number for number, model in enumerate(self.matters) if model.status not in LEFT]
        which = live[which % len(live)]
        model = self.matters[which]
        for sensible, choice in choices:
            possible = [
                (agency, did, body)
                for agency in sorted({model.raising, model.receiving})
                for did, body in LIKELY
                if not sensible or model.expects(agency, did, body, self.world.now) == 200
            ]
            if possible:
                agency, did, body = possible[choice % len(possible)]
                self.somebody_moves((did, body), agency, which)

    @precondition(lambda self: self.matters)
    @rule(unit=st.booleans(), which=WHICH)
    def somebody_redirects(self, unit: bool, which: int) -> None:
        """It was a complaint: the business unit says so, and nobody else may."""
        model = self.matters[which % len(self.matters)]
        person = self.world.person(COUNCIL[0], *([Role.BUSINESS_UNIT] if unit else []))
        expected = (200 if model.status in RUNNING else 409) if unit else 403
        answer = self.world.does(person.does({"id": model.id}, "redirect", to="complaint", reason="It is one."))
        assert answer.status_code == expected, f"redirect of {model}: {answer.text}"
        if expected == 200:
            model.ends("redirected")
            model.events.append("redirected")

    @precondition(lambda self: any(model.voter for model in self.matters))
    @rule(
        agency=AGENCY,
        role=st.sampled_from([Role.DELEGATED_PARTNER, Role.LEAD_PARTNER]),
        stale=st.booleans(),
        outcome=st.sampled_from(["decision_changed", "decision_changed", "upheld_with_rationale_accepted"]),
        which=WHICH,
    )
    def somebody_votes(self, agency: str, role: Role, stale: bool, outcome: str, which: int) -> None:
        """A partner's delegate or chief votes, perhaps in a round that is over."""
        model = self.matters[which % len(self.matters)]
        round_ = max(model.entered - stale, 1)
        expected = model.expects_vote(agency, role, round_)
        answer = self.world.creates(
            self.world.person(agency, role),
            f"/escalations/v1/escalations/{model.id}/vote",
            stage_number=round_,
            outcome=outcome,
            reason="As we see it.",
        )
        assert answer.status_code == expected, f"{agency} {role} {round_} of {model}: {answer.text}"
        if expected == 201:
            model.counts(agency, outcome, self.world.suite.runtime.clock.now())

    @precondition(lambda self: any(model.voter and model.status in WAITING for model in self.matters))
    @rule(
        outcomes=st.lists(
            st.sampled_from(["decision_changed", "decision_changed", "policy_gap"]), min_size=1, max_size=6
        )
    )
    def those_asked_vote(self, outcomes: list[str]) -> None:
        """Those whose votes are missing vote one after the other, also when a dissent takes it to others."""
        which, model = next((n, one) for n, one in enumerate(self.matters) if one.voter and one.status in WAITING)
        for outcome in outcomes:
            missing = [agency for agency, _ in AGENCIES if agency not in model.votes]
            if model.voter and model.status in WAITING:
                self.somebody_votes(missing[0], model.voter, False, outcome, which)

    @precondition(lambda self: self.matters and len(self.points) < 3)
    @rule(agency=AGENCY, owner=AGENCY, which=WHICH)
    def somebody_learns(self, agency: str, owner: str, which: int) -> None:
        """Learning is drawn from a matter, for one agency to take."""
        model = self.matters[which % len(self.matters)]
        expected = 404 if agency not in model.parties else 409 if model.status == "redirected" else 201
        path = f"/escalations/v1/escalations/{model.id}/learning"
        body = {"text": "Call before you write.", "route": "single_agency", "owner_agency_id": owner}
        answer = self.world.creates(self.world.person(agency), path, **body)
        assert answer.status_code == expected, f"learning of {model}: {answer.text}"
        if expected == 201:
            self.points.append(Point(answer.json()["id"], {*model.parties, owner}, owner))

    @precondition(lambda self: self.points)
    @rule(agency=AGENCY, did=st.sampled_from(["take", "close"]), which=WHICH)
    def somebody_takes_or_closes(self, agency: str, did: str, which: int) -> None:
        """An agency's lead takes learning up, or says what changed by it."""
        point = self.points[which % len(self.points)]
        person, path = self.world.person(agency, Role.AGENCY_LEAD), f"/escalations/v1/learning/{point.id}"
        etag = self.world.does(person.get(path)).headers.get("etag", '"0"')
        body = {"text": "It is in our plan."} | ({"changed": True} if did == "close" else {})
        headers = person.headers | {"if-match": etag}
        answer = self.world.does(self.world.suite.client.post(f"{path}/{did}", json=body, headers=headers))
        assert answer.status_code == point.expects(agency, did), f"{agency} {did} {point}: {answer.text}"
        if answer.status_code == 200:
            point.status = {"take": "taken", "close": "closed"}[did]
            assert answer.json()["status"] == point.status

    @rule(
        by=st.sampled_from(WAITS),
    )
    def time_passes(self, by: timedelta) -> None:
        """Everybody waits."""
        self.world.waits(by)
        for model in self.matters:
            model.passes(self.world.now)

    def shown(self, agency: str, matter_id: str) -> list[dict[str, Any]]:
        """The children of a matter as a party reads them."""
        answer = self.world.does(self.world.person(agency).get(f"/escalations/v1/escalations/{matter_id}"))
        found: list[dict[str, Any]] = answer.json()["children"]
        return found

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
def world(database: OwnDatabase) -> Iterator[Partnership]:
    """The service, at work."""
    found = Partnership(database)
    yield found
    found.close()


@pytest.mark.timeout(7200 if LONG else 480)
def test_whatever_is_done(world: Partnership) -> None:
    """Some dozens of lives of three challenges each."""
    Escalations.world = world
    live(Escalations, lives=25, steps=25)
