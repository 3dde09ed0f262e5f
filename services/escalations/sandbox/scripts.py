"""What happens in the sandbox's made-up history: drawn by a fixed seed, so that every machine has the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from services.escalations.children.domain import Need, Surrounding
from services.escalations.escalations.domain import Impact, Outcome, OverrunReason, RedirectedTo, Theme
from services.escalations.ladders.domain import Kind, Priority
from shared.calendar import Calendar, Quarter
from shared.children import AgeBand
from shared.days import LONDON

T = TypeVar("T")

SEED = "made up"
QUARTERS = 8
CHILDREN = 70
FIRST_DISPUTE = 1000  # their numbers stand apart

POLICE, ICB, COUNCIL = "cheshire-constabulary", "nhs-cheshire-and-merseyside-icb", "cheshire-east-council"
RAISERS = {
    POLICE: 5,
    COUNCIL: 3,
    "mid-cheshire-hospitals-nhs-foundation-trust": 3,
    "east-cheshire-nhs-trust": 2,
    "cheshire-and-wirral-partnership-nhs-foundation-trust": 2,
    ICB: 1,
    "probation-service-cheshire": 1,
    "monks-coppenhall-academy": 2,
    "adlington-primary-school": 1,
    "eaton-bank-academy": 2,
}
RECEIVERS = {
    COUNCIL: 12,
    POLICE: 3,
    "cheshire-and-wirral-partnership-nhs-foundation-trust": 3,
    "mid-cheshire-hospitals-nhs-foundation-trust": 2,
    "probation-service-cheshire": 1,
}
TEAMS = ("Integrated front door", "Child in need and protection", "Safeguarding team", "Community team")
PRIORITIES = {Priority.STANDARD: 6, Priority.URGENT: 3, Priority.IMMEDIATE: 1}
THEMES = dict(zip(Theme, (6, 4, 4, 5, 3, 3, 6, 4, 4, 2, 3, 2, 2, 1, 2, 1, 1, 1), strict=True))
OUTCOMES = {
    Outcome.DECISION_CHANGED: 5,
    Outcome.PARTLY_CHANGED: 3,
    Outcome.UPHELD: 4,
    Outcome.NEW_PLAN: 4,
    Outcome.INFORMATION: 2,
    Outcome.POLICY_GAP: 1,
    Outcome.CHILD_LEFT: 1,
}


class Course(StrEnum):
    """How a made-up matter goes."""

    ANSWERED = "answered"  # and resolved where it stands
    LATE = "late"  # answered after its time, on a ladder that only flags
    CLIMBS = "climbs"  # answered, not accepted, advanced by the raiser, then resolved
    SILENT = "silent"  # nobody answers the first stage, or several
    PASSED_ON = "passed_on"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"
    REJECTED = "rejected"  # the raiser does not accept the resolution
    UNTOLD = "untold"  # resolved, and the raiser still to be told
    DISPUTED = "disputed"  # taken to the three statutory partners, and decided by their votes


COURSES = {
    Course.ANSWERED: 9,
    Course.LATE: 3,
    Course.CLIMBS: 5,
    Course.SILENT: 5,
    Course.PASSED_ON: 2,
    Course.SKIPPED: 1,
    Course.WITHDRAWN: 2,
    Course.REDIRECTED: 1,
    Course.REJECTED: 1,
    Course.UNTOLD: 1,
}


@dataclass(frozen=True)
class Script:
    """One made-up matter, from its raising on."""

    number: int
    raised_at: datetime
    course: Course
    kind: Kind
    ladder: str | None
    raising: str
    receiving: str
    team: str
    priority: Priority
    themes: tuple[Theme, ...]
    children: tuple[tuple[int, AgeBand, Need, tuple[Surrounding, ...]], ...]
    outcome: Outcome
    impact: Impact
    satisfied: bool | None
    overrun: OverrunReason
    redirected_to: RedirectedTo
    waits: tuple[timedelta, ...] = field(default=())
    entered_late: timedelta = timedelta(0)  # how long after it was raised, on paper
    rounds: tuple[tuple[Outcome | None, ...], ...] = ()  # what police, ICB and council vote in a dispute; None: silence


@dataclass(frozen=True)
class Dispute:
    """One dispute between partners: how many days before the sandbox's beginning it is raised, and how it is decided."""

    days_before: int
    raising: str
    receiving: str
    theme: Theme
    rounds: tuple[tuple[Outcome | None, ...], ...]
    entered_late: timedelta = timedelta(0)


CHANGED, NEW_PLAN, UPHELD = Outcome.DECISION_CHANGED, Outcome.NEW_PLAN, Outcome.UPHELD
DISPUTES = (
    Dispute(405, COUNCIL, POLICE, Theme.SHARING, ((UPHELD, UPHELD, UPHELD),)),
    # Raised by letter and entered in the next quarter. One vote does not come, so that the chiefs decide; they differ, and
    # agree when they vote again.
    Dispute(
        112,
        ICB,
        COUNCIL,
        Theme.SERVICE,
        ((NEW_PLAN, None, NEW_PLAN), (NEW_PLAN, UPHELD), (NEW_PLAN,) * 3),
        entered_late=timedelta(days=15),
    ),
    # The council dissents, and its chief executive does not.
    Dispute(76, POLICE, COUNCIL, Theme.THRESHOLD_STEP_UP, ((CHANGED, CHANGED, UPHELD), (CHANGED,) * 3)),
)


def scripts(begins: datetime, calendar: Calendar) -> Iterator[Script]:
    """Every matter of the eight quarters before the one in which the sandbox begins, and of that one so far; then the disputes."""
    chance = random.Random(SEED)  # noqa: S311 - the point is that it can be repeated
    number = 0
    for quarter in (*Quarter.of(begins).preceding(QUARTERS), Quarter.of(begins)):
        running = quarter == Quarter.of(begins)
        days = [day for day in _days(quarter, begins) if calendar.is_working_day(day)]
        for day in sorted(chance.choices(days, k=6 if running else chance.randint(9, 16))):
            number += 1
            yield _script(chance, number, day)
    for number, dispute in enumerate(DISPUTES, FIRST_DISPUTE):
        day = calendar.date_of(begins) - timedelta(days=dispute.days_before)
        # Drawn apart, so that the others stay what they are.
        own = _script(random.Random(f"{SEED} {number}"), number, day)  # noqa: S311
        yield replace(
            own,
            course=Course.DISPUTED,
            kind=Kind.PARTNERSHIP_DISPUTE,
            ladder=None,
            raising=dispute.raising,
            receiving=dispute.receiving,
            priority=Priority.STANDARD,
            themes=(dispute.theme,),
            outcome=next(vote for vote in dispute.rounds[-1] if vote),
            waits=own.waits * 2,
            rounds=dispute.rounds,
            entered_late=dispute.entered_late,
        )


def _days(quarter: Quarter, begins: datetime) -> Iterator[date]:
    day, last = quarter.first_day, min(quarter.last_day, begins.date() - timedelta(days=1))
    while day <= last:
        yield day
        day += timedelta(days=1)


def _script(chance: random.Random, number: int, day: date) -> Script:
    kind = chance.choices([Kind.CASEWORK, Kind.PRACTICE_ALERT], [12, 1])[0]
    raising = _drawn(chance, RAISERS)
    receiving = _drawn(chance, {one: weight for one, weight in RECEIVERS.items() if one != raising})
    if kind is Kind.PRACTICE_ALERT:
        raising = receiving = COUNCIL
    course = _drawn(chance, COURSES)
    if kind is Kind.PRACTICE_ALERT and course is Course.PASSED_ON:
        course = Course.ANSWERED
    hour, minute = chance.randint(9, 16), chance.randint(0, 59)
    primary = _drawn(chance, THEMES)
    others = [theme for theme in chance.sample(list(Theme), chance.randint(0, 2)) if theme is not primary]
    return Script(
        number=number,
        raised_at=datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON),
        course=course,
        kind=kind,
        ladder="sefton-casework" if course is Course.LATE and kind is Kind.CASEWORK else None,
        raising=raising,
        receiving=receiving,
        team=chance.choice(TEAMS),
        priority=_drawn(chance, PRIORITIES),
        themes=(primary, *others),
        children=tuple(_child(chance) for _ in range(chance.choices([1, 2, 3], [8, 2, 1])[0])),
        outcome=_drawn(chance, OUTCOMES),
        impact=chance.choice(list(Impact)),
        satisfied=chance.choices([True, False, None], [6, 2, 2])[0],
        overrun=chance.choice(list(OverrunReason)),
        redirected_to=chance.choice(list(RedirectedTo)),
        waits=tuple(timedelta(minutes=chance.randint(20, 60 * 26)) for _ in range(12)),
    )


def _child(chance: random.Random) -> tuple[int, AgeBand, Need, tuple[Surrounding, ...]]:
    which = chance.randrange(CHILDREN)
    described = random.Random(f"{SEED} {which}")  # noqa: S311 - the same child is described alike
    around = tuple(described.sample(list(Surrounding), described.choices([0, 1], [3, 1])[0]))
    return which, described.choice(list(AgeBand)), described.choice(list(Need)), around


def _drawn(chance: random.Random, weights: dict[T, int]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]
