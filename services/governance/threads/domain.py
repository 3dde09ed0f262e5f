"""What a thread is made of: the stations that it passes, which record and which event stands at which, and how far it came.

A thread is the walk of the events' causes, so nothing is entered here by hand. Eleven of eighteen partnerships' yearly
reports said nothing of impact: what counts is how many threads reach the later stations, and where the others stopped.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

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


class First(StrEnum):
    """The stations at which records stand, and so a way can begin; the later ones are reached by what happens to records."""

    ORIGIN = Station.ORIGIN.value
    REVIEW = Station.REVIEW.value
    LEARNING = Station.LEARNING.value
    ACTION = Station.ACTION.value


_PLACES = {station: place for place, station in enumerate(Station)}

WORDS = {
    First.ORIGIN: "matters",
    First.REVIEW: "reviews",
    First.LEARNING: "learning points",
    First.ACTION: "actions",
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


# A record may name what it became: learning that is taken up as a record of somebody's own.
BECAME = "taken_as"


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


@dataclass(slots=True)
class Known:
    """What the events of one record have said of it by now."""

    begun_at: datetime
    last_at: datetime
    reference: str | None = None  # a noun's events all tell one, or none does; and so with titles
    title: str | None = None
    agency_ids: set[str] = field(default_factory=set)  # all that were named, or the newest where it may pass on
    themes: set[str] = field(default_factory=set)
    body_id: str | None = None  # the newest
    body_at: datetime | None = None
    causes: Sequence[tuple[str, str]] = ()  # of the event told last: most have the same


class Told:
    """What events say, added up: what is known of each record, and the links from cause to effect.

    Told in parts that are put together, or an older one last, the same comes of it; of two at one instant the one told
    later is the newer. This is all that an event means for threads: whoever keeps one and whoever makes all again adds here.
    """

    def __init__(self, whose: Mapping[str, str]) -> None:
        self._whose = whose
        self.records: dict[tuple[str, str], Known] = {}
        self.links: set[tuple[str, str, str, str]] = set()

    def add(
        self, record: tuple[str, str], at: datetime, causes: Sequence[tuple[str, str]], data: Mapping[str, Any]
    ) -> None:
        """Add one event of a record, given by its noun and id, with its causes and fields."""
        known = self.records.get(record)
        if known is None:
            known = self.records[record] = Known(at, at)
        newest = at >= known.last_at
        if newest:
            known.last_at, known.reference, known.title = at, data.get("reference"), data.get("title")
        elif at < known.begun_at:
            known.begun_at = at
        agencies, themes, bodies = _naming(tuple(data))
        if (passing := self._whose.get(record[0])) is None:
            for name in agencies:
                known.agency_ids.update(_texts(data[name]))
        elif newest:
            known.agency_ids = set(_texts(data.get(passing)))
        for name in themes:
            known.themes.update(_texts(data[name]))
        if known.body_at is None or at >= known.body_at:
            for body in (one for name in bodies for one in _texts(data[name])):
                known.body_id, known.body_at = body, at
                break
        if causes != known.causes:
            known.causes = causes
            self.links.update((*cause, *record) for cause in causes if cause != record)
        if became := data.get(BECAME):
            self.links.add((*record, became["type"], became["id"]))


@lru_cache(maxsize=1000)
def _naming(fields: tuple[str, ...]) -> Sequence[Sequence[str]]:
    """Of an event's fields those that name agencies, themes and bodies: called so, `…_so`, or so in the plural.

    The plainest comes first: an action's `body_id` is whose it is, its `signing_body_id` is not.
    """
    plain = sorted(fields, key=len)
    return [[name for name in plain if name.endswith((what, f"{what}s"))] for what in ("agency_id", "theme", "body_id")]


def _texts(value: str | Sequence[str] | None) -> Sequence[str]:
    """What a field names."""
    return (value,) if value and isinstance(value, str) else value or ()


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
