"""Fills a sandbox with a plainly made-up year: a day in June and what it changed, a learning week held, one to come, a waiting list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from uuid import NAMESPACE_URL, UUID, uuid5

from services.training.attendance.commands import hold
from services.training.bookings import queries as bookings
from services.training.bookings.commands import Desk, facts, move
from services.training.bookings.domain import Do, Status, cancelling
from services.training.bookings.models import PlaceLetter
from services.training.calendars.commands import INVITATIONS, keep
from services.training.courses import commands as courses
from services.training.courses import queries as programme
from services.training.distribution_lists import commands as distribution_lists
from services.training.evaluations import queries as evaluations
from services.training.evaluations.commands import keep_manager, take
from services.training.evaluations.domain import Moment, Said, Scale
from services.training.evaluations.domain import Status as Stands
from services.training.evaluations.models import Evaluation
from services.training.evaluations.queries import WHOLE
from services.training.invitations.models import Invitation
from services.training.offers.commands import offer_on
from services.training.requests.commands import Delegate, book, seat
from services.training.rounds import commands as rounds
from services.training.sandbox.cast import (
    COUNCIL,
    COURSES,
    HELD_WEEK,
    ICB,
    LEARNT,
    LISTS,
    LONG_AGO,
    LONG_COURSE,
    NEXT_WEEK,
    NUMBERED,
    PEOPLE,
    POLICE,
    SCHOOL,
    TRUST,
    WAYS,
    person_id,
)
from services.training.sessions import commands as sessions
from services.training.sessions import queries
from services.training.sessions.commands import Trainer
from services.training.sessions.domain import Kept, Kind, Plan
from shared import policy
from shared.acting import LOADED, By
from shared.contracts import training as events
from shared.days import LONDON
from shared.db import Database, Tx
from shared.errands import settle
from shared.etag import etag
from shared.events import Cause
from shared.invitations.domain import Answer, Summons
from shared.invitations.replies import Reply
from shared.now import SANDBOX_BEGINS
from shared.policy import Access, AgencyType, Principal, Role
from shared.policy import training as actions
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Team:
    """So many of an agency's people, in the order of their names."""

    agency_id: str
    number: int


async def fill(database: Database, _: Settings) -> None:
    """Play it once; nothing where it has been played."""
    async with database.transaction() as tx:
        if COURSES[0]["code"] in await _known(tx):
            return
        await _measured(tx)
        tx.now = SANDBOX_BEGINS - timedelta(days=60)
        for number, one in enumerate(LISTS, 41):
            await distribution_lists.add(tx, LOADED, one, UUID(NUMBERED.format(number)))
        ids = await _programme(tx)
        everybody = [Team(agency_id, len(names)) for agency_id, names in PEOPLE.items()]
        for number, course_id in enumerate(ids[:4]):
            await _held(tx, course_id, HELD_WEEK + timedelta(days=number), everybody[number % 2 :])
        tx.now = datetime.combine(HELD_WEEK + timedelta(days=4), time(9), LONDON).astimezone(UTC)
        await _asked(tx, Moment.END, [4, 5, 3, 4, None])
        tx.now = SANDBOX_BEGINS - timedelta(days=9)
        for number, course_id in enumerate(ids[:4]):
            await _planned(tx, course_id, NEXT_WEEK + timedelta(days=number), everybody[number:], places=30)
        await _sought_after(tx, ids[4])
        tx.now = SANDBOX_BEGINS
        await _answered(tx)


async def _known(tx: Tx) -> set[str]:
    return set(await programme.known(tx, [one["code"] for one in COURSES]))


async def _programme(tx: Tx) -> list[UUID]:
    """The made-up courses; the last has the id that the examples name."""
    said = {"mode": "online", "evaluation": "short", "length_minutes": 60, "about": "Made up for the sandbox."}
    usual = {**said, "audience": ["Everybody who works with children"], "effective_from": None, "effective_to": None}
    ids = [UUID(NUMBERED.format(2 if number == len(COURSES) else 20 + number)) for number in range(1, len(COURSES) + 1)]
    return [
        await courses.add(tx, LOADED, usual | one, _learnt(one["code"]), ids[number])
        for number, one in enumerate(COURSES)
    ]


def _learnt(code: str) -> list[Cause]:
    """What a course follows from; the escalations' sandbox makes these ids by the same rule."""
    made = (uuid5(NAMESPACE_URL, f"https://sandbox.example/learning/{number}") for number in LEARNT.get(code, ()))
    return [Cause("escalations.learning", str(one)) for one in made]


async def _planned(
    tx: Tx,
    course_id: UUID,
    day: date,
    teams: Sequence[Team],
    *,
    places: int,
    kept: tuple[Kept, ...] = (),
    session_id: UUID | None = None,
) -> UUID:
    """A session at noon with its bookings, each agency's an hour after the one before."""
    starts_at = datetime.combine(day, time(12), LONDON).astimezone(UTC)
    plan = Plan(
        kind=Kind.BOOKED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        place=None,
        joining_link="https://meet.example/learning-week",
        distribution_lists=(),
        places=places,
        booking_closes_at=None,
        kept=kept,
    )
    trainer = Trainer(person_id(COUNCIL, Role.TRAINER), "Robin Madeup")
    session_id = await sessions.plan(tx, LOADED, course_id, plan, [trainer], session_id)
    for team in teams:
        tx.now += timedelta(hours=1)
        delegates = [_delegate(team.agency_id, name) for name in PEOPLE[team.agency_id][: team.number]]
        await book(tx, LOADED, session_id, team.agency_id, delegates, approved=True, together=False)
    return session_id


async def _held(tx: Tx, course_id: UUID, day: date, teams: Sequence[Team]) -> None:
    """A session that is over: one who gave her place back in time, and everybody else in its register."""
    booked_at = tx.now
    session_id = await _planned(tx, course_id, day, teams, places=20)
    desk = await Desk.at(tx, session_id)
    rows = await bookings.of_session(tx, session_id)
    do = cancelling(Status(rows[0].status), bookings.in_time_until(desk.session.starts_at), tx.now)
    await move(tx, LOADED, desk, rows[0], [do])
    tx.now = desk.session.ends_at
    for number, row in enumerate(rows[1:]):
        await move(tx, LOADED, desk, row, [WAYS[number % len(WAYS)]])
    if day == HELD_WEEK:
        await _mistaken(tx, desk)
    await desk.leave(tx)
    version = (await queries.get(tx, session_id)).version
    await hold(tx, _trainer(version), session_id)
    tx.now = booked_at


async def _mistaken(tx: Tx, desk: Desk) -> None:
    """Somebody who was entered as having come, and was not there."""
    walked_in = await seat(tx, LOADED, desk, _delegate(SCHOOL, "Noa Nettle"), SCHOOL, None, [Do.WALK_IN])
    row = await bookings.by_id(tx, walked_in)
    told = events.BookingStruckOut(**facts(tx, desk, row._asdict() | {"status": Status.STRUCK_OUT}))
    await move(tx, LOADED, desk, row, [Do.STRIKE_OUT], text="She was at another session that day.", event=told)


async def _measured(tx: Tx) -> None:
    """A whole day in June that was evaluated before, at its end, and for what it changed; one has not answered."""
    tx.now = datetime.combine(LONG_AGO, time(9), LONDON).astimezone(UTC) - timedelta(days=7)
    said = {"mode": "online", "audience": ["Social workers and police"], "effective_from": None, "effective_to": None}
    course_id = await courses.add(tx, LOADED, said | LONG_COURSE, (), UUID(NUMBERED.format(30)))
    teams = [Team(COUNCIL, 4), Team(POLICE, 3), Team(TRUST, 3)]
    session_id = await _planned(tx, course_id, LONG_AGO, teams, places=12)
    await _asked(tx, Moment.BEFORE, [2, 3, 1])
    for row in (await bookings.of_session(tx, session_id))[::4]:
        await keep_manager(tx, row.id, "Robin Madeup", f"robin.madeup@{row.agency_id}.example", "sandbox")
    desk = await Desk.at(tx, session_id)
    tx.now = desk.session.ends_at
    for row in await bookings.of_session(tx, session_id):
        await move(tx, LOADED, desk, row, [Do.ATTEND])
    await desk.leave(tx)
    await hold(tx, _trainer((await queries.get(tx, session_id)).version), session_id)
    await _asked(tx, Moment.END, [4, 4, 5, 3])
    tx.now += timedelta(days=84, hours=1)
    await _asked(tx, Moment.IMPACT, [4, 3, 5, 4, 5, 4, 4, 3, None])
    tx.now += timedelta(days=22)
    await rounds.lapse_due(tx)


async def _asked(tx: Tx, moment: Moment, said: Sequence[int | None]) -> None:
    """Everybody is asked whose moment has come, nobody is written to, and they answer one after the other so, or not (None)."""
    while await rounds.ask_due(tx):
        pass
    await settle(tx, Evaluation)
    tx.now += timedelta(hours=2)
    waiting = Evaluation.status == Stands.ASKED, Evaluation.moment == moment
    for row, value in zip(await tx.rows(WHOLE.where(*waiting).order_by(Evaluation.id)), cycle(said), strict=False):
        if value is not None:
            scales = evaluations.scales(row).items()
            answers = {code: value if scale is Scale.ONE_TO_FIVE else int(value > 3) for code, scale in scales}
            await take(tx, row, Said(answers), LOADED.subject)


async def _sought_after(tx: Tx, course_id: UUID) -> None:
    """More want to come than can: places kept, a waiting list, and an offer that waits for its answer."""
    tx.now = SANDBOX_BEGINS - timedelta(hours=24)
    kept = (Kept(POLICE, 2, date(2026, 10, 28)),)
    teams = [Team(COUNCIL, 3), Team(TRUST, 3), Team(ICB, 2), Team(SCHOOL, 1)]
    where = UUID(NUMBERED.format(3))
    await _planned(tx, course_id, date(2026, 11, 4), teams, places=7, kept=kept, session_id=where)
    tx.now = SANDBOX_BEGINS - timedelta(minutes=30)
    desk = await Desk.at(tx, where)
    first = (await bookings.of_session(tx, where))[0]
    await move(tx, LOADED, desk, first, [Do.CANCEL])
    await offer_on(tx, desk)
    await settle(tx, PlaceLetter)


async def _answered(tx: Tx) -> None:
    """Everybody has her invitation, nobody was written to, and some calendars have answered."""
    while await keep(tx):
        pass
    await settle(tx, Invitation)
    said = cycle((Answer.ACCEPTED, Answer.TENTATIVE, Answer.ACCEPTED, Answer.DECLINED))
    for row in await INVITATIONS.all(tx, UUID(NUMBERED.format(3))):
        summons = Summons.of(row.summons)
        await INVITATIONS.answer(tx, Reply(summons.uid, summons.sequence, row.address, next(said), None))
    await settle(tx, Invitation)


def _delegate(agency_id: str, name: str) -> Delegate:
    """The first of each agency has the sandbox's practitioner's account."""
    first = PEOPLE[agency_id][0] == name
    email = f"{name.lower().replace(' ', '.')}@{agency_id}.example"
    return Delegate(name, email, person_id(agency_id, Role.PRACTITIONER) if first else None)


def _trainer(version: int) -> By:
    """The council's trainer, who has just read the session."""
    subject, action = person_id(COUNCIL, Role.TRAINER), actions.HOLD_SESSION
    principal = Principal(
        subject=subject,
        client_id="sandbox",
        agency_id=COUNCIL,
        agency_type=AgencyType.COUNCIL,
        roles=frozenset({Role.TRAINER}),
        scopes=frozenset({action.scope}),
        access=Access.USER,
    )
    return By(principal, policy.reach(principal, action), etag(version))
