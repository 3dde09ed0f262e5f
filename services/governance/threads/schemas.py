"""What requests about threads say and what answers show."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.governance.threads.domain import TITLES, Count, First, Station, Way
from shared.calendar import Quarter
from shared.documents import Cell, Column, Document, Plot, PlotKind, Prose, Section, Table, Unit
from shared.documents import Row as Line
from shared.schemas import AgencyId, BodyId, Code, Day, DayText, Instant, Request, Response

RecordType = Annotated[
    str, Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=60, examples=["escalations.learning"], description="A noun.")
]
RecordId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)]
Stations = Annotated[list[Annotated[str, Code(Station)]], Field(max_length=len(Station))]
MOST_SHOWN = 200


class CountThreads(Request):
    """Which ways are counted: where they begin, when they began, and for whom."""

    first: Annotated[First, Field(description="The station at which a way begins.")] = First.LEARNING
    begun_from: Annotated[Day | None, Field(description="The first day; without one, of the current quarter.")] = None
    begun_to: Annotated[Day | None, Field(description="The last day; without one, of the current quarter.")] = None
    body_id: BodyId | None = None
    agency_id: AgencyId | None = None
    theme: Annotated[str | None, Field(max_length=60)] = None
    patience_days: Annotated[
        int | None, Field(ge=1, le=1000, description="After so many days without a step a way has stopped.")
    ] = None

    @property
    def station(self) -> Station:
        """The station at which a way begins."""
        return Station(self.first)


class StationCount(Response):
    """How many ways have come to a station."""

    station: Annotated[str, Code(Station)]
    reached: int
    begun: Annotated[int, Field(description="The denominator.")]


class Part(Response):
    """The ways of one body, agency or theme."""

    key: str
    begun: int
    reached: Annotated[list[StationCount], Field(max_length=len(Station))]


class Stopped(Response):
    """A way that is short of measured impact, and on which nothing has happened for longer than is waited."""

    type: str
    id: str
    path: str
    body_id: str | None
    furthest: Annotated[str, Code(Station)]
    last_at: Instant
    still_days: int


class ThreadCounts(Response):
    """How far what began in a period has come, as of now."""

    sentence: str
    first: Annotated[str, Code(Station)]
    begun_from: DayText
    begun_to: DayText
    as_at: Instant
    begun: int
    reached: Annotated[list[StationCount], Field(max_length=len(Station))]
    by_body: Annotated[list[Part], Field(max_length=MOST_SHOWN)]
    by_agency: Annotated[list[Part], Field(max_length=MOST_SHOWN)]
    by_theme: Annotated[list[Part], Field(max_length=MOST_SHOWN)]
    patience_days: int
    stopped_in_all: int
    stopped: Annotated[list[Stopped], Field(max_length=MOST_SHOWN, description="Those still for longest first.")]


class ThreadStepShown(Response):
    """Something that happened to a record."""

    event_type: str
    happened: Annotated[str, Field(description="What happened, in words.", examples=["The receiving agency has it"])]
    at: Instant
    station: Annotated[str, Code(Station)] | None


class CauseOf(Response):
    """An earlier record of the same thread."""

    type: str
    id: str


class ThreadRecordShown(Response):
    """One record of the thread: where it stands, what happened to it, what it follows from, and where to read it."""

    type: str
    id: str
    reference: Annotated[str | None, Field(max_length=100, description="By which people name it, where it has one.")]
    title: Annotated[str | None, Field(max_length=400, description="Of what is about no child: a course's.")]
    path: Annotated[str, Field(description="Where to read it.")]
    side: Annotated[str, Field(pattern="^(before|here|after)$", description="Seen from the record asked for.")]
    stations: Stations
    begun_at: Instant
    last_at: Instant
    agency_ids: Annotated[list[str], Field(max_length=MOST_SHOWN)]
    steps: Annotated[list[ThreadStepShown], Field(max_length=10_000)]
    causes: Annotated[list[CauseOf], Field(max_length=1_000)]


class ThreadShown(Response):
    """A thread as the caller may see it, from the first record to the last."""

    type: str
    id: str
    furthest: Annotated[str, Code(Station)] | None
    stations: Stations
    records: Annotated[list[ThreadRecordShown], Field(max_length=2_000)]
    cut_short: Annotated[bool, Field(description="The thread has more records than are shown.")]


MARKING = "OFFICIAL"


def picture(
    said: str,
    counted: Count,
    parts: Mapping[str, Mapping[str, Count]],
    quarters: Mapping[Quarter, Count],
    still: Sequence[Way],
    day: date,
    now: datetime,
) -> Document:
    """How far what began in a period has come, as a document: pictures, each beside its table, and what has stopped."""
    stations = list(counted.reached)
    return Document(
        title="Threads: from what was learnt to measured change",
        subtitle=said,
        marking=MARKING,
        as_at=now,
        sections=(
            Section("way", "How far they have come", (_way(counted, now),)),
            Section("quarters", "Eight quarters", (_over_quarters(quarters, stations, now),)),
            *(
                Section(f"by-{what}", f"By {what}", (_by(what, some, stations, now),))
                for what, some in parts.items()
                if some
            ),
            Section("stopped", "What has stopped", (_still(still, day, now),) if still else (_NOTHING_STOPPED,)),
        ),
        notes=("Counted is what you may see, by the way of the events: each record names what it follows from.",),
    )


_NOTHING_STOPPED = Prose("nothing-stopped", "Nothing", ("None of them is without a step for longer than is waited.",))


def _way(counted: Count, now: datetime) -> Plot:
    reached = [("begun", "Begun", counted.begun), *((one, TITLES[one], n) for one, n in counted.reached.items())]
    table = Table(
        id="stations",
        title="How many have come to each station",
        definition="A record and all that follows from it have come to a station when one of them stands there.",
        as_at=now,
        stub="Station",
        columns=(Column("reached", "Have come to it"), Column("of", "Of")),
        rows=tuple(Line(key, title, (Cell(number), Cell(counted.begun))) for key, title, number in reached),
    )
    return Plot(
        id="stations-plot",
        title="How far they have come",
        kind=PlotKind.BAR,
        description="How many of those that began have come to each later station.",
        table=table,
        columns=("reached",),
    )


def _over_quarters(quarters: Mapping[Quarter, Count], stations: Sequence[Station], now: datetime) -> Plot:
    table = Table(
        id="by-quarter",
        title="By the quarter in which they began",
        definition="The quarter is that of the beginning, so later quarters have had less time to come far.",
        as_at=now,
        stub="Quarter",
        columns=_columns(stations),
        rows=tuple(
            Line(f"{quarter.slug}-q{quarter.number}", str(quarter), _cells(one, stations))
            for quarter, one in quarters.items()
        ),
    )
    return Plot(
        id="quarters-plot",
        title="Begun, and how far they have come, by quarter",
        kind=PlotKind.LINE,
        description="How many began in each of eight quarters, and how many of these have trained staff and show change.",
        table=table,
        columns=tuple(one for one in ("begun", Station.TRAINING, Station.IMPACT) if one == "begun" or one in stations),
    )


def _by(what: str, some: Mapping[str, Count], stations: Sequence[Station], now: datetime) -> Table:
    return Table(
        id=f"of-{what}",
        title=f"By {what}",
        definition=f"One that concerns several stands under each {what}, so the rows add up to more than there are.",
        as_at=now,
        stub=what.capitalize(),
        columns=_columns(stations),
        rows=tuple(Line(key.replace(".", "-"), key, _cells(one, stations)) for key, one in some.items()),
    )


def _still(still: Sequence[Way], day: date, now: datetime) -> Table:
    return Table(
        id="stopped-ways",
        title="Short of measured change, and without a step for longer than is waited",
        definition="The longest still comes first; where it stands is the furthest station that it has reached.",
        as_at=now,
        stub="Number",
        columns=(
            Column("record", "Began with", Unit.TEXT),
            Column("furthest", "Stands at", Unit.TEXT),
            Column("body", "Body", Unit.TEXT),
            Column("still", "Days without a step", Unit.CALENDAR_DAYS),
        ),
        rows=tuple(
            Line(
                f"way-{number}",
                str(number),
                (
                    Cell(f"{way.record_type} {way.record_id}"),
                    Cell(TITLES[way.furthest]),
                    Cell(way.body_id or "none named"),
                    Cell(way.still_days(day)),
                ),
            )
            for number, way in enumerate(still[:MOST_SHOWN], 1)
        ),
    )


def _columns(stations: Sequence[Station]) -> tuple[Column, ...]:
    return Column("begun", "Begun"), *(Column(one.value, TITLES[one]) for one in stations)


def _cells(one: Count, stations: Sequence[Station]) -> tuple[Cell, ...]:
    return Cell(one.begun), *(Cell(one.reached[station]) for station in stations)
