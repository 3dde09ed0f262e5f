"""Random people of random agencies do, sign and reopen actions while time moves; a plain model says what must come of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.days import months_later, today
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.governance.acting import EXECUTIVE, LI, NEW, QA
from tests.service.governance.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, Agency, Person, Running, running
from tests.service.world import LONG, World, live

MONTHS = 6  # from phase 1 to the first day on which impact can be claimed
STAYS = "as it is"
# What each move does: from which statuses, to which, and which event tells of it.
BEFORE = {"proposed", "agreed", "reopened", "in_progress", "activity_claimed"}
SIGNED = {"activity_signed", "moderated", "impact_testing", "impact_claimed", "impact_signed"}
MOVES: dict[str, tuple[set[str], str, str]] = {
    "agree": ({"proposed"}, "agreed", "agreed"),
    "start": ({"agreed", "reopened"}, "in_progress", "started"),
    "claim": ({"in_progress"}, "activity_claimed", "activity_claimed"),
    "sign": ({"activity_claimed"}, "activity_signed", "activity_signed"),
    "moderate": ({"activity_signed"}, "moderated", "moderated"),
    "test": ({"activity_signed", "moderated"}, "impact_testing", "impact_testing"),
    "claim_impact": ({"impact_testing"}, "impact_claimed", "impact_claimed"),
    "sign_impact": ({"impact_claimed"}, "impact_signed", "impact_signed"),
    "close": ({"impact_signed"}, "closed", "closed"),
    "reopen": (SIGNED | {"closed"}, "reopened", "reopened"),
    "return": ({"activity_claimed", "activity_signed", "impact_claimed", "impact_signed"}, STAYS, "returned"),
    "amend": (BEFORE | SIGNED, STAYS, "amended"),
    "supply": (BEFORE - {"proposed"} | SIGNED, STAYS, "evidence_supplied"),
    "withdraw": (BEFORE - {"proposed"} | SIGNED, STAYS, "evidence_withdrawn"),
}
ONWARD = [did for did, (_, after, _) in MOVES.items() if after not in {STAYS, "reopened"}]
WORK = {"amend", "start", "claim", "test", "claim_impact", "supply", "withdraw"}
STEER = {"agree", "reopen"}
PHASES = {"sign": "activity", "moderate": "moderation", "sign_impact": "impact", "close": "closing"}
LATE = {"impact", "closing"}
# By the rules under which an action is agreed: the body that signs it in each status in which it waits for one.
WAITS = {
    "case_review": {"activity_claimed": LI, "activity_signed": QA, "impact_claimed": EXECUTIVE, "impact_signed": EXECUTIVE},
    "other": {"activity_claimed": LI, "impact_claimed": QA, "impact_signed": EXECUTIVE},
}  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """Whose she is, her roles besides those of her seats, on which bodies she sits as what, and until when."""

    agency: Agency
    roles: tuple[Role, ...] = ()
    seats: tuple[tuple[str, str], ...] = ()
    until: date = date.max
    subject: str = field(default_factory=lambda: str(uuid4()))

    @property
    def unit(self) -> bool:
        """Whether she is of the business unit."""
        return Role.BUSINESS_UNIT in self.roles

    @property
    def decides(self) -> bool:
        """Whether a seat of hers is more than an observer's, so that her roles let her read every action."""
        return any(seat != "observer" for _, seat in self.seats)

    def sits(self, body: str, day: date) -> bool:
        """Whether she has a seat there that day."""
        return day <= self.until and body in dict(self.seats)


DOES_IT = Somebody(COUNCIL, (Role.PRACTITIONER,))
LEADS = Somebody(COUNCIL, (Role.AGENCY_LEAD,), ((LI, "member"),))
UNIT = Somebody(COUNCIL, (Role.BUSINESS_UNIT,))
CHAIR = Somebody(POLICE, seats=((LI, "chair"),), until=date(2027, 6, 30))
PEOPLE = (
    DOES_IT,
    LEADS,
    UNIT,
    CHAIR,
    Somebody(COUNCIL, (Role.BUSINESS_UNIT,), ((EXECUTIVE, "member"),)),
    Somebody(COUNCIL, seats=((QA, "member"),)),
    Somebody(POLICE, seats=((LI, "member"), (QA, "member"), (EXECUTIVE, "delegated_partner"))),
    Somebody(ICB, seats=((LI, "member"), (QA, "member"))),
    Somebody(ICB, seats=((EXECUTIVE, "delegated_partner"),)),
    Somebody(TRUST, seats=((LI, "member"), (QA, "member")), until=date(2026, 12, 31)),
    Somebody(TRUST, (Role.PRACTITIONER,), ((LI, "observer"),)),
    Somebody(SCHOOL, (Role.AGENCY_LEAD,)),
)


@dataclass
class Put:
    """A signature in force: of which phase, whose, and to what it was put."""

    phase: str
    by: Somebody
    to: object


@dataclass
class Model:
    """What an action must be."""

    id: str
    rules: str
    workers: set[str]
    owner: str = DOES_IT.subject
    status: str = "proposed"
    version: int = 1
    target: Any = NEW["target"]
    result: str | None = None
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)  # its phase and kind
    signatures: list[Put] = field(default_factory=list)
    impact_from: date | None = None
    waits_since: date | None = None
    events: list[str] = field(default_factory=lambda: ["proposed"])

    @property
    def waits_for(self) -> str | None:
        """The body that has it to sign."""
        return WAITS[self.rules].get(self.status)

    def content(self, phase: str) -> object:
        """What a signature of this phase would be put to now."""
        shown = {one for one, (of, _) in self.evidence.items() if of == "activity" or phase in LATE}
        return (self.target, shown, self.result if phase in LATE else None)

    @property
    def stale(self) -> bool:
        """Whether something that was signed has changed since."""
        return any(one.to != self.content(one.phase) for one in self.signatures)

    def refusals(self, did: str, who: Somebody, day: date, taken_on: date) -> set[str]:
        """The codes of all reasons why she cannot do this now, citing a decision of that day; none where she can."""
        watches = who.seats and not who.decides and who.sits(LI, day)
        if not (who.unit or who.decides or watches or who.agency == COUNCIL or who.subject == self.owner):
            return {"action_not_found", "role_not_granted"}
        others = {"not_your_action", "role_not_granted"}
        own = who.subject in {self.owner, *self.workers}
        leads = Role.AGENCY_LEAD in who.roles and who.agency == COUNCIL
        found = set() if self.status in MOVES[did][0] else {"not_in_this_status"}
        if did in WORK and not (who.unit or leads or who.subject == self.owner):
            found |= others
        if did in STEER and not (who.unit or (who is CHAIR and who.sits(LI, day))):
            found |= others
        if did in {"agree", *PHASES} and own:
            found.add("own_work")
        if did in {"test", "claim_impact", *PHASES} and self.stale:
            found.add("signature_stale")
        if did in {"return", *PHASES}:
            found |= self._unseated(did, who, day) | (self._unsigned(did, who, taken_on) if did in PHASES else set())
        return found | self._unshown(did, day)

    def _unseated(self, did: str, who: Somebody, day: date) -> set[str]:
        """Why it is not hers to sign or to send back."""
        if not self.waits_for:
            return {"not_in_this_status", "not_on_signing_body", "not_your_action", "role_not_granted"}
        partner = "delegated_partner" in dict(who.seats).values()
        if not (who.decides and who.sits(self.waits_for, day)) or (did == "close" and not partner):
            return {"not_on_signing_body", "not_your_action", "role_not_granted"}
        return set()

    def _unsigned(self, did: str, who: Somebody, taken_on: date) -> set[str]:
        """Why her name may not stand under it."""
        found = {"host_signs_no_impact"} if PHASES[did] in LATE and who.unit else set()
        names = {one.by.subject for one in self.signatures}
        same = did == "sign_impact" and any(
            one.phase == "activity" and one.by.agency == who.agency for one in self.signatures
        )
        few = did == "close" and len(names | {who.subject}) < 3
        if same or few or (did != "close" and who.subject in names):
            found.add("signed_by_one")
        return found | ({"invalid"} if self.waits_since and taken_on < self.waits_since else set())

    def _unshown(self, did: str, day: date) -> set[str]:
        """What must be shown, or come to pass, before something is claimed."""
        shown = set(self.evidence.values())
        if did == "test" and self.rules == "case_review" and self.status == "activity_signed":
            return {"not_moderated"}
        if did == "claim" and "activity" not in {phase for phase, _ in shown}:
            return {"invalid"}
        if did == "claim_impact":
            both = {("impact", "quantitative"), ("impact", "qualitative")} <= shown
            early = self.impact_from and day < self.impact_from
            return ({"impact_too_early"} if early else set()) | (set() if both else {"invalid"})
        return set()

    def moves(self, did: str, who: Somebody, day: date) -> None:
        """It is done."""
        _, after, told = MOVES[did]
        body = self.waits_for
        if did in WORK - {"withdraw"}:
            self.workers.add(who.subject)
        if did in PHASES:
            self.signatures.append(Put(PHASES[did], who, self.content(PHASES[did])))
        if did == "return":
            fallen = PHASES["sign" if self.status == "activity_signed" else "sign_impact"]
            if self.status.endswith("_signed"):
                self.signatures = [one for one in self.signatures if one.phase != fallen]
            self.status = "in_progress" if self.status.startswith("activity") else "impact_testing"
        elif after is not STAYS:
            self.status = after
        if did == "moderate" or (did == "sign" and self.rules == "other"):
            self.impact_from = months_later(day, MONTHS)
        if did == "reopen":
            self.signatures, self.impact_from = [], None
        if self.waits_for != body:
            self.waits_since = day if self.waits_for else None
        self.version += 1
        self.events.append(told)


BODIES: dict[str, dict[str, Any]] = {
    "claim": {"text": "It is done."},
    "test": {"text": "An audit of twenty."},
    "claim_impact": {"result": "58 of 60", "text": "Better."},
    "return": {"reason": "It does not show it."},
    "withdraw": {"reason": "Not ours."},
}
EVIDENCE = [(phase, kind) for phase in ("activity", "impact") for kind in ("quantitative", "qualitative")]
WANTED = [("activity", "qualitative"), ("impact", "quantitative"), ("impact", "qualitative")]
WHO, WHICH = st.sampled_from(PEOPLE), st.integers(0, 99)


class Partnership(World[Running]):
    """The service, and people who have taken their seats."""

    def __init__(self, database: OwnDatabase) -> None:
        super().__init__(running(database))
        self.roles = {one.subject: self._seated(one) for one in PEOPLE}

    def _seated(self, who: Somebody) -> set[Role]:
        roles = set(who.roles)
        for body, seat in who.seats:
            term = {"starts_on": "2026-10-01"} | ({"ends_on": who.until.isoformat()} if who.until < date.max else {})
            given = {"body_id": body, "seat": seat, "person_id": who.subject, "person_name": "Robin Madeup"}
            made = self.does(self.suite.unit.made("/memberships", agency_id=who.agency[0], **given, **term))
            roles |= {Role(role) for role in made["roles"]}
        return roles

    def person(self, who: Somebody) -> Person:
        """She, with a fresh token: long runs outlive one."""
        return self.suite.person(who.agency, *sorted(self.roles[who.subject]), subject=who.subject)


class Actions(RuleBasedStateMachine):
    """Every answer of the service is what the model says, and so is everything that it tells others in the end."""

    world: ClassVar[Partnership]

    def __init__(self) -> None:
        super().__init__()
        self.world.begins()
        self.actions: list[Model] = []
        self.decisions: dict[tuple[str, date], str] = {}

    @property
    def day(self) -> date:
        """Today."""
        return today(self.world.now)

    @initialize(by=st.sampled_from([LEADS, UNIT]))
    def two_are_proposed(self, by: Somebody) -> None:
        """Every life begins with an action of a case review, and with one that is not moderated."""
        for rules in WAITS:
            wanted = NEW | {"owner_id": DOES_IT.subject, "signing": rules}
            made = self.world.does(self.world.person(by).made("/actions", **wanted))
            self.actions.append(Model(made["id"], rules, {by.subject}))

    @rule(
        did=st.sampled_from(sorted(MOVES)),
        who=WHO,
        which=WHICH,
        days_ago=st.sampled_from([0, 0, 1]),
        late=st.booleans(),
    )
    def somebody_tries(self, did: str, who: Somebody, which: int, days_ago: int, late: bool) -> None:
        """Anybody tries anything, perhaps on a version that is gone, perhaps by a decision of the day before."""
        self.does(self.actions[which % 2], did, who, which, days_ago=days_ago, behind=late and not which % 5)

    @rule(which=WHICH, choices=st.lists(WHICH, min_size=6, max_size=16))
    def it_goes_on(self, which: int, choices: list[int]) -> None:
        """Those take the next step who may, after one who may not for a single reason; sometimes it is a step back."""
        model = self.actions[which % 2]
        for choice in choices:
            moves = ONWARD if choice % 8 else ("amend", "return", "reopen")
            why = {(did, one): model.refusals(did, one, self.day, self.day) for did in moves for one in PEOPLE}
            nearly = [step for step, found in why.items() if len(found) == 1 and found != {"not_in_this_status"}]
            possible = [step for step, found in why.items() if not found]
            if nearly:
                self.does(model, *nearly[choice % len(nearly)], choice)
            if possible:
                self.does(model, *possible[choice % len(possible)], choice)
            elif model.impact_from and self.day < model.impact_from:
                self.world.waits(timedelta(days=190))
            elif missing := [one for one in WANTED if one not in model.evidence.values()]:
                self.does(model, "supply", UNIT, EVIDENCE.index(missing[0]))

    @rule(days=st.sampled_from([1, 40]))
    def time_passes(self, days: int) -> None:
        """Everybody waits."""
        self.world.waits(timedelta(days=days))

    def does(
        self, model: Model, did: str, who: Somebody, which: int, *, days_ago: int = 0, behind: bool = False
    ) -> None:
        """Somebody does something to an action, which is done, or refused for a reason that the model knows."""
        if did == "withdraw" and not model.evidence:
            return
        taken_on = self.day - timedelta(days=days_ago)
        expected = model.refusals(did, who, self.day, taken_on) | ({"stale"} if behind and did != "supply" else set())
        body, path = dict(BODIES.get(did, {})), did
        if did in PHASES:
            signing = model.waits_for or EXECUTIVE
            body = {"decision_id": self.decided(signing, taken_on)}
        elif did == "amend":
            owner = PEOPLE[which % len(PEOPLE)].subject
            body = {"target": "50 of 60" if which % 2 else NEW["target"]} if which % 3 else {"owner_id": owner}
        elif did == "reopen":
            body = {"due_on": self.day, "measured_by": self.day + timedelta(days=200), "reason": "It was changed."}
            body = {name: str(value) for name, value in body.items()}
        elif did == "supply":
            phase, kind = EVIDENCE[which % 4]
            body = {"phase": phase, "kind": kind, "title": "What is there", "text": "One month."}
        elif did == "withdraw":
            gone = sorted(model.evidence)[which % len(model.evidence)]
            path = f"evidence/{gone}/withdraw"
        answer = self.sent(model, did, who, path, body, model.version - behind)
        case = f"{did} by {who} of {model}: {answer.text}"
        if expected:
            assert answer.status_code >= 400, f"{case}, which is {expected}"
            assert answer.json()["code"] in expected, f"{case}, not one of {expected}"
            return
        assert answer.status_code == (201 if did == "supply" else 200), case
        found = answer.json()
        model.target, model.owner = body.get("target", model.target), body.get("owner_id", model.owner)
        model.result = body.get("result", model.result)
        if did == "supply":
            model.evidence[found["evidence"][-1]["id"]] = (body["phase"], body["kind"])
        elif did == "withdraw":
            del model.evidence[gone]
        model.moves(did, who, self.day)
        assert answer.headers["etag"] == f'"{model.version}"', case
        agrees(found, model)

    def sent(
        self, model: Model, did: str, who: Somebody, path: str, body: dict[str, Any], version: int
    ) -> httpx.Response:
        """The answer to a request."""
        person, where = self.world.person(who), f"/actions/{model.id}"
        if did == "supply":
            return self.world.does(person.create(f"{where}/evidence", **body))  # type: ignore[no-any-return]
        return self.world.does(person.edit(where, body, path, etag=f'"{version}"'))  # type: ignore[no-any-return]

    def decided(self, body: str, on: date) -> str:
        """A decision of that body, taken that day."""
        if (body, on) not in self.decisions:
            said = {"how": "correspondence", "text": "As claimed.", "partners_agreed": ["council", "icb", "police"]}
            made = self.world.does(
                self.world.suite.unit.made("/body-decisions", body_id=body, taken_on=str(on), **said)
            )
            self.decisions[body, on] = made["id"]
        return self.decisions[body, on]

    def teardown(self) -> None:
        """In the end each action is as the model says, and so was all that was told of it."""
        emitted = self.world.does(self.world.suite.events("action"))
        for model in self.actions:
            agrees(self.world.does(self.world.person(UNIT).read(f"/actions/{model.id}")), model)
            told = [one.type.split(".")[2] for one in emitted if one.subject == model.id]
            assert [one for one in told if one not in {"update_due", "drifting"}] == model.events


def agrees(found: dict[str, Any], model: Model) -> None:
    """What is shown is what must be, and what is signed is lawful by itself."""
    shown = (found["status"], found["waiting_for"], found["stale"], found["owner_id"])
    assert shown == (model.status, model.waits_for, model.stale, model.owner), model
    assert found["impact_from"] == (model.impact_from and str(model.impact_from)), model
    assert found["waiting_since"] == (model.waits_since and str(model.waits_since)), model
    force = [one for one in found["signatures"] if not one["set_aside_at"]]
    put = [(one.phase, one.by.subject, one.to != model.content(one.phase)) for one in model.signatures]
    assert [(one["phase"], one["signer"], one["stale"]) for one in force] == put, model
    assert all(sha256(one["signed"].encode()).hexdigest() == one["sha256"] for one in force), model
    judged = {one["phase"]: one for one in force if one["phase"] != "closing"}
    assert len({one["signer"] for one in judged.values()}) == len(judged), model
    if "impact" in judged:
        assert judged["impact"]["agency_id"] != judged["activity"]["agency_id"], model
    assert found["status"] != "closed" or len({one["signer"] for one in force}) >= 3, model


@pytest.fixture
def world(database: OwnDatabase) -> Iterator[Partnership]:
    """The service, at work."""
    found = Partnership(database)
    yield found
    found.close()


@pytest.mark.timeout(7200 if LONG else 480)
def test_whatever_is_done(world: Partnership) -> None:
    """Some lives of two actions each."""
    Actions.world = world
    live(Actions, lives=6, steps=10)
