"""What a thread is made of: the stations that it passes, which record and which event stands at which, and how far it came.

A thread is the walk of the events' causes, so nothing is entered here by hand. Eleven of eighteen partnerships' yearly
reports said nothing of impact: what counts is how many threads reach the later stations, and where the others stopped.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.days import today


class Station(StrEnum):
    """Where on its way something stands, in the order of the way."""

    ORIGIN = "origin"  # an incident, an escalation, a challenge, a risk
    REVIEW = "review"
    LEARNING = "learning"
    ACTION = "action"
    TRAINING = "training"  # staff have been trained, not a course planned
    EVIDENCE = "evidence"
    ACTIVITY_SIGNED = "activity_signed"  # the first phase of sign-off
    IMPACT_SIGNED = "impact_signed"  # the second
    IMPACT = "impact"  # measured change

    @property
    def place(self) -> int:
        """Its place on the way, from 0."""
        return _PLACES[self]


_PLACES = {station: place for place, station in enumerate(Station)}

WORDS = {
    Station.ORIGIN: "matters",
    Station.REVIEW: "reviews",
    Station.LEARNING: "learning points",
    Station.ACTION: "actions",
    Station.TRAINING: "courses",
    Station.EVIDENCE: "pieces of evidence",
    Station.ACTIVITY_SIGNED: "completed actions",
    Station.IMPACT_SIGNED: "signed impacts",
    Station.IMPACT: "measured changes",
}

TITLES = {
    Station.ORIGIN: "Matter",
    Station.REVIEW: "Review",
    Station.LEARNING: "Learning",
    Station.ACTION: "Action",
    Station.TRAINING: "Staff trained",
    Station.EVIDENCE: "Evidence",
    Station.ACTIVITY_SIGNED: "Activity signed off",
    Station.IMPACT_SIGNED: "Impact signed off",
    Station.IMPACT: "Measured change",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A noun whose records may stand on a thread: the action that lets somebody see one, its address, its station."""

    type: str
    read: str
    path: str
    station: Station | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The nouns, and the events by which a record comes to a later station than its noun's."""

    kinds: Mapping[str, Kind]
    events: Mapping[str, Station]

    def stations(self, record_type: str, event_types: Iterable[str]) -> frozenset[Station]:
        """All stations at which a record has arrived."""
        kind = self.kinds.get(record_type)
        found = {self.events[one] for one in event_types if one in self.events}
        return frozenset(found | ({kind.station} if kind and kind.station else set()))


@dataclass(frozen=True, slots=True)
class Way:
    """How far what began with one record has come: its stations, its last step, and whom it concerns."""

    record_type: str
    record_id: str
    begun_at: datetime
    last_at: datetime
    stations: frozenset[Station]
    agency_ids: tuple[str, ...] = ()
    body_id: str | None = None
    themes: tuple[str, ...] = ()

    @property
    def furthest(self) -> Station:
        """The last station on the way that it has reached."""
        return in_order(self.stations)[-1]

    def still_days(self, day: date) -> int:
        """For how many days nothing has happened."""
        return (day - today(self.last_at)).days

    def stopped(self, day: date, patience_days: int) -> bool:
        """Whether it is short of measured impact and nothing has happened for longer than is waited."""
        return Station.IMPACT not in self.stations and self.still_days(day) > patience_days


@dataclass(frozen=True, slots=True)
class Count:
    """How many ways began, and how many of them have come to each later station."""

    begun: int
    reached: Mapping[Station, int]


def in_order(stations: Iterable[Station]) -> list[Station]:
    """As they lie on the way."""
    return sorted(stations, key=lambda station: station.place)


def count(ways: Collection[Way], first: Station) -> Count:
    """Count ways from the station at which they begin."""
    later = [station for station in Station if station.place > first.place]
    return Count(len(ways), {station: sum(station in way.stations for way in ways) for station in later})


def sentence(counted: Count, first: str, when: str) -> str:
    """The count in words: `Of 12 learning points of 2026/27 Q2, 9 have trained staff, 4 show measured change.`"""
    if not counted.begun:
        return f"No {first} {when}."
    trained, shown = counted.reached.get(Station.TRAINING, 0), counted.reached.get(Station.IMPACT, 0)
    have = "has" if trained == 1 else "have"
    show = "shows" if shown == 1 else "show"
    points = first if counted.begun > 1 else first.removesuffix("s")
    return f"Of {counted.begun} {points} {when}, {trained} {have} trained staff, {shown} {show} measured change."


def stopped(ways: Iterable[Way], day: date, patience_days: int) -> list[Way]:
    """Those that have stopped, the longest still first."""
    return sorted((way for way in ways if way.stopped(day, patience_days)), key=lambda way: way.last_at)


PARTS = ("body", "agency", "theme")


def by(ways: Sequence[Way], what: str) -> dict[str, list[Way]]:
    """Ways by body, theme or agency; one way may concern several agencies and themes, and stands under each."""
    found: dict[str, list[Way]] = {}
    for way in ways:
        keys = {"body": (way.body_id,), "theme": way.themes, "agency": way.agency_ids}[what]
        for key in keys:
            if key:
                found.setdefault(key, []).append(way)
    return dict(sorted(found.items()))
