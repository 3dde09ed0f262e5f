"""Random people of random agencies want the few places of a session while time moves; a plain model says who has them, and why."""

from asyncio import gather
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from services.training.bookings.domain import NUMBERS, ordinal
from services.training.rulebook import CALENDAR
from shared.clocks import Rule, Unit, due
from shared.days import LONDON, day_begins
from shared.policy import Role
from tests.postgres import OwnDatabase
from tests.service.training.running import ICB, POLICE, SCHOOL, Agency, Person, Running, running
from tests.service.world import LONG, World, live

STARTS = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
IN_TIME = datetime(2026, 10, 30, 17, 0, tzinfo=UTC)  # three working days before
CLOSINGS = tuple(datetime(2026, 10, day, 9, 30, tzinfo=UTC) for day in (21, 29, 31))
RELEASES = (date(2026, 10, 12), date(2026, 10, 27))
STANDS = Rule(code="offer_stands", version="1", amount=1, unit=Unit.WORKING_DAYS)
MOMENT = timedelta(seconds=30)
PEOPLE: dict[str, Agency] = {
    **dict.fromkeys(("ann", "ben", "cas", "dee"), POLICE),
    **dict.fromkeys(("ina", "ivo", "ike"), ICB),
    **dict.fromkeys(("sam", "sue"), SCHOOL),  # which wants to be asked
}
HOLDING, LIVE = {"booked", "offered"}, {"requested", "waiting", "offered", "booked"}
MOVES = ("cancel", "accept", "put_first", "approve", "decline")
WHO, WHICH = st.sampled_from(sorted(PEOPLE)), st.integers(0, 99)


@dataclass
class One:
    """Where somebody stands, and what puts her in her place of the line."""

    agency_id: str
    status: str
    arrival: int
    asked_at: datetime
    lapses: int = 0
    put_first: bool = False
    stands_until: datetime = STARTS


@dataclass
class Model:
    """What a session's places must be."""

    id: str
    places: int
    closes_at: datetime
    kept: dict[str, tuple[int, date]]
    people: dict[str, One] = field(default_factory=dict)
    arrivals: int = 0

    def having(self, *statuses: str) -> list[One]:
        """Everybody who stands so."""
        return [one for one in self.people.values() if one.status in statuses]

    def unfilled(self, agency_id: str, now: datetime) -> int:
        """Places that are kept for an agency still."""
        places, until = self.kept.get(agency_id, (0, date.max))
        taken = sum(one.agency_id == agency_id for one in self.having(*HOLDING))
        return max(0, places - taken) if now < day_begins(until) else 0

    def free(self, agency_id: str, now: datetime) -> bool:
        """Whether somebody of this agency could have a place."""
        elsewhere = sum(self.unfilled(other, now) for other in self.kept if other != agency_id)
        return self.places - len(self.having(*HOLDING)) > elsewhere

    def line(self, now: datetime) -> list[One]:
        """Who waits, the first first."""
        return sorted(self.having("waiting"), key=lambda one: self.rank(one, now))

    def rank(self, one: One, now: datetime) -> tuple[int, ...]:
        """A place kept for one's agency, a reason that is kept, fewer offers let pass, and who asked before."""
        return (not self.unfilled(one.agency_id, now), not one.put_first, one.lapses, one.arrival)

    def why(self, one: One, now: datetime) -> str:
        """Her place in the line in one sentence."""
        mine, words = self.rank(one, now), []
        ahead = [self.rank(other, now) for other in self.line(now) if self.rank(other, now) < mine]
        reasons = (
            "for whose agency a place is kept",
            "put first for a reason that is kept",
            "who let fewer offers pass",
            "who asked before",
        )
        for place, reason in enumerate(reasons):
            number = sum(next(n for n in range(4) if other[n] != mine[n]) == place for other in ahead)
            words += [f"{NUMBERS[number]} {reason}"] * bool(number)
        asked = f"{ordinal(len(ahead) + 1)}: asked {one.asked_at.astimezone(LONDON):%-d %B %H:%M}"
        if not words:
            return f"{asked}; nobody is before you."
        return f"{asked}, after {' and '.join(filter(None, [', '.join(words[:-1]), words[-1]]))}."

    def goes_on(self, now: datetime) -> None:
        """What is free is offered to whoever is next for it, while one can book."""
        while now < self.closes_at:
            able = [one for one in self.line(now) if self.free(one.agency_id, now)]
            if not able:
                return
            able[0].status, able[0].stands_until = "offered", min(due(STANDS, now, CALENDAR), self.closes_at)

    def asks(self, name: str, now: datetime) -> None:
        """Somebody asks, for the first time or again."""
        before, agency = self.people.get(name), PEOPLE[name][0]
        self.arrivals += 1
        self.people[name] = One(agency, "requested", self.arrivals, now, before.lapses if before else 0)
        if agency != SCHOOL[0]:
            self.seats(self.people[name], now)

    def seats(self, one: One, now: datetime) -> None:
        """A place at once where one is free that nobody waits for who might have it; else she waits."""
        able = self.places - sum(self.unfilled(other, now) for other in self.kept if other != one.agency_id)
        able -= len(self.having(*HOLDING)) + sum(self.free(other.agency_id, now) for other in self.having("waiting"))
        one.status = "booked" if able > 0 else "waiting"

    def next_event(self, now: datetime, until: datetime) -> datetime:
        """The next instant at which something runs out, or `until`."""
        ends = [self.closes_at, *(day_begins(day) for _, day in self.kept.values())]
        ends += [one.stands_until for one in self.having("offered")]
        return min([at + MOMENT for at in ends if now < at + MOMENT < until], default=until)

    def passes(self, now: datetime) -> None:
        """Offers pass that nobody took, kept places are for everybody, and requests end as booking closes."""
        for one in self.having("offered"):
            if one.stands_until < now:
                one.status, one.lapses, one.put_first = "waiting", one.lapses + 1, False
        for one in self.having("requested"):
            one.status = "declined" if now >= self.closes_at else "requested"
        self.goes_on(now)

    def does(self, did: str, name: str, now: datetime) -> int:
        """Somebody's booking is moved by who may; the status code of the answer."""
        one = self.people[name]
        if did == "cancel" and one.status in LIVE:
            one.status = "cancelled_late" if one.status == "booked" and now > IN_TIME else "cancelled_in_time"
        elif did == "accept" and one.status == "offered":
            one.status = "booked"
        elif did == "put_first" and one.status == "waiting":
            one.put_first = True
        elif did == "approve" and one.status == "requested":
            self.seats(one, now)
        elif did == "decline" and one.status == "requested":
            one.status = "declined"
        else:
            return 409
        self.goes_on(now)
        return 200

    def transfers(self, name: str, to: str, now: datetime) -> int:
        """A colleague comes instead; the status code of the answer."""
        other = self.people.get(to)
        if self.people[name].status != "booked" or name == to or (other and other.status in HOLDING):
            return 409
        self.arrivals += 1
        self.people[to] = One(PEOPLE[to][0], "booked", self.arrivals, now, other.lapses if other else 0)
        self.people[name].status = "transferred"
        return 200


class Programme(World[Running]):
    """The service, and a school that wants to be asked."""

    def __init__(self, database: OwnDatabase) -> None:
        super().__init__(running(database))
        self.does(self.lead(SCHOOL).edit(f"/practices/{SCHOOL[0]}", {"approves": True}))

    def lead(self, agency: Agency) -> Person:
        """Who leads at an agency."""
        return self.suite.person(agency, Role.AGENCY_LEAD)


class Places(RuleBasedStateMachine):
    """After every request everybody stands where the model says, for the reason that it says."""

    world: ClassVar[Programme]
    model: Model

    def __init__(self) -> None:
        super().__init__()
        self.world.begins()
        self.ids: dict[str, str] = {}

    @property
    def now(self) -> datetime:
        """The instant at which the service has come."""
        return self.world.suite.runtime.clock.now()

    @initialize(
        places=st.integers(1, 3),
        icb=st.integers(0, 2),
        police=st.integers(0, 1),
        release=st.sampled_from(RELEASES),
        names=st.permutations(sorted(PEOPLE)),
    )
    def one_is_planned(self, places: int, icb: int, police: int, release: date, names: list[str]) -> None:
        """Every life is about one session, for which most have asked."""
        wanted = {ICB[0]: min(icb, places)}
        wanted[POLICE[0]] = min(police, places - wanted[ICB[0]])
        kept = {agency: (number, release) for agency, number in wanted.items() if number}
        planned = self.world.suite.planned(places=places, kept=said(kept), booking_closes_at=CLOSINGS[1].isoformat())
        self.model = Model(self.world.does(planned)["id"], places, CLOSINGS[1], kept)
        self.some_ask_at_once(names[:7])

    @rule(names=st.lists(WHO, min_size=1, max_size=6, unique=True))
    def some_ask_at_once(self, names: list[str]) -> None:
        """Each for herself; who is answered with the lower number was before the others."""
        answers = self.world.does(self.booked(names))
        came = {}
        for name, answer in zip(names, answers, strict=True):
            before = self.model.people.get(name)
            if self.now >= self.model.closes_at or (before and before.status in LIVE):
                assert answer.status_code == 409, (name, self.model, answer.text)
            else:
                assert answer.status_code == 201, (name, self.model, answer.text)
                came[answer.json()["arrival"]] = (name, answer.json())
        for arrival, (name, found) in sorted(came.items()):
            self.model.asks(name, datetime.fromisoformat(found["asked_at"]))
            self.ids[name] = found["id"]
            assert (arrival, found["status"]) == (self.model.arrivals, self.model.people[name].status), self.model
        self.agrees()

    @rule(did=st.sampled_from(MOVES), which=WHICH)
    def somebody_moves(self, did: str, which: int) -> None:
        """Somebody gives up or takes a place, is put first, or is answered by her agency; if it may be, or not."""
        names = sorted(self.model.people)
        self.moved(did, names[which % len(names)])

    @rule(choices=st.lists(WHICH, min_size=3, max_size=8))
    def places_go_on(self, choices: list[int]) -> None:
        """Places are given back and offered; some are taken, others let pass."""
        for choice in choices:
            did = MOVES[choice % len(MOVES)]
            wanted = {"cancel": "booked", "accept": "offered", "put_first": "waiting"}.get(did, "requested")
            names = [name for name, one in self.model.people.items() if one.status == wanted]
            if names:
                self.moved(did, names[choice % len(names)])
            elif choice % 2:
                self.time_passes(31)

    @rule(which=WHICH, to=WHO)
    def somebody_else_comes(self, which: int, to: str) -> None:
        """A colleague comes instead of somebody, from wherever she stood."""
        names = [name for name, one in self.model.people.items() if one.agency_id == PEOPLE[to][0]]
        if not names:
            return
        name = names[which % len(names)]
        substitute = {"name": to.title(), "email": f"{to}@work.example", "subject": to}
        path, stood = f"/bookings/{self.ids[name]}", str(self.model)
        answer = self.world.does(self.world.lead(PEOPLE[to]).edit(path, {"substitute": substitute}, "transfer"))
        assert answer.status_code == self.model.transfers(name, to, self.now), f"{name} {to} {stood}: {answer.text}"
        if answer.status_code == 200:
            self.ids[to] = answer.json()["transferred_to"]
        self.agrees()

    @rule(
        more=st.integers(0, 2),
        kept=st.integers(0, 2),
        agency=st.sampled_from([ICB, SCHOOL]),
        does=st.integers(0, 2),
        which=WHICH,
    )
    def the_manager_changes_it(self, more: int, kept: int, agency: Agency, does: int, which: int) -> None:
        """A bigger room, places kept for others, or another day on which booking closes."""
        model, path = self.model, f"/sessions/{self.model.id}"
        if does == 0:
            answer = self.changed(path, {"places": model.places + more}, "enlarge")
            model.places += more
            assert answer.status_code == (200 if more else 422), answer.text
        elif does == 1:
            wanted = {agency[0]: (kept, RELEASES[which % 2])} if kept else {}
            answer = self.changed(path, {"kept": said(wanted)}, "keep")
            assert answer.status_code == (200 if kept <= model.places else 422), answer.text
            model.kept = wanted if kept <= model.places else model.kept
        elif (closes := CLOSINGS[which % 3]) > self.now:
            answer = self.changed(path, {"booking_closes_at": closes.isoformat()}, None)
            assert answer.status_code == 200, answer.text
            model.closes_at = closes
        model.goes_on(self.now)
        self.agrees()

    @rule(hours=st.sampled_from([3, 20, 31, 100]))
    def time_passes(self, hours: int) -> None:
        """Everybody waits, until the day of the session at most."""
        until = min(self.now + timedelta(hours=hours), STARTS - timedelta(hours=1))
        while self.now < until:
            self.world.until(self.model.next_event(self.now, until))
            self.model.passes(self.now)
        self.agrees()

    def moved(self, did: str, name: str) -> None:
        """Somebody's booking is moved, by the training manager who may put her first, or by the lead of her agency."""
        who = self.world.suite.manager if did == "put_first" else self.world.lead(PEOPLE[name])
        why = {"reason": "She chairs from Monday."} if did in {"put_first", "decline"} else {}
        stood = str(self.model)
        answer = self.world.does(who.edit(f"/bookings/{self.ids[name]}", why, did))
        assert answer.status_code == self.model.does(did, name, self.now), f"{did} {name} of {stood}: {answer.text}"
        self.agrees()

    async def booked(self, names: list[str]) -> list[httpx.Response]:
        """Each books for herself, all at once."""
        asked = []
        for name in names:
            body = {"session_id": self.model.id, "name": name.title(), "email": f"{name}@work.example"}
            asked.append(self.world.suite.person(PEOPLE[name], subject=name).create("/bookings", **body))
        return await gather(*asked)

    def changed(self, path: str, body: dict[str, Any], did: str | None) -> httpx.Response:
        """What the manager is answered."""
        return self.world.does(self.world.suite.manager.edit(path, body, did))  # type: ignore[no-any-return]

    def agrees(self) -> None:
        """Everybody stands where the model says, never more of them have a place than there are, and the line is explained."""
        model, manager = self.model, self.world.suite.manager
        listed = self.world.does(manager.items("/bookings", session_id=model.id))
        assert {one["name"].lower(): one["status"] for one in listed} == {
            n: o.status for n, o in model.people.items()
        }, model
        assert sum(one["status"] in HOLDING for one in listed) <= model.places, model
        waiting = self.world.does(manager.read(f"/sessions/{model.id}/waiting"))
        names = {id(one): name for name, one in model.people.items()}
        line = [(names[id(one)], n, model.why(one, self.now)) for n, one in enumerate(model.line(self.now), start=1)]
        assert [(one["name"].lower(), one["position"], one["why_there"]) for one in waiting["items"]] == line, model
        offers = {one["name"].lower(): datetime.fromisoformat(one["stands_until"]) for one in waiting["offers"]}
        assert offers == {names[id(one)]: one.stands_until for one in model.having("offered")}, model
        self.world.does(self.world.suite.counted(model.id))


def said(kept: dict[str, tuple[int, date]]) -> list[dict[str, Any]]:
    """Places kept, as requests say them."""
    return [{"agency_id": one, "places": number, "released_on": str(day)} for one, (number, day) in kept.items()]


@pytest.fixture
def world(database: OwnDatabase) -> Iterator[Programme]:
    """The service, at work."""
    found = Programme(database)
    yield found
    found.close()


@pytest.mark.timeout(7200 if LONG else 480)
def test_whatever_is_done(world: Programme) -> None:
    """Some sessions, each wanted by more than it has places for."""
    Places.world = world
    live(Places, lives=8, steps=12)
