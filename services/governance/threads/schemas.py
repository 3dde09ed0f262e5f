"""What requests about threads say and what answers show."""

from typing import Annotated

from pydantic import Field

from services.governance.bodies.schemas import BodyId
from services.governance.threads.domain import Station
from shared.schemas import AgencyId, Code, Day, DayText, Instant, Request, Response

RecordType = Annotated[
    str, Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=60, examples=["escalations.learning"], description="A noun.")
]
RecordId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)]
Stations = Annotated[list[Annotated[str, Code(Station)]], Field(max_length=len(Station))]
MOST_SHOWN = 200


class CountThreads(Request):
    """Which ways are counted: where they begin, when they began, and for whom."""

    first: Annotated[Station, Field(description="The station at which a way begins.")] = Station.LEARNING
    begun_from: Annotated[Day | None, Field(description="The first day; without one, of the current quarter.")] = None
    begun_to: Annotated[Day | None, Field(description="The last day; without one, of the current quarter.")] = None
    body_id: BodyId | None = None
    agency_id: AgencyId | None = None
    theme: Annotated[str | None, Field(max_length=60)] = None
    patience_days: Annotated[
        int | None, Field(ge=1, le=1000, description="After so many days without a step a way has stopped.")
    ] = None


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
    path: str
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
