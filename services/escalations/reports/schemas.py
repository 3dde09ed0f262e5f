"""What requests about reports say, and what the rows behind a figure show."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.escalations.escalations.domain import Status
from services.escalations.ladders.domain import Kind, Priority
from services.escalations.reports.domain import Wider
from services.escalations.reports.figures import DIMENSIONS, FIGURES
from services.escalations.ways.domain import Station
from shared.paging import GREATEST, SMALLEST, USUAL
from shared.schemas import Code, DayText, Instant, Number, Prose, Request, Response, Weighed

Greatest = 10_000_000


class Freeze(Request):
    """A request that needs nothing but to be made."""


class Frozen(Response):
    """A quarter that is frozen."""

    quarter: Annotated[str, Field(examples=["2026/27 Q2"])]
    hash: Annotated[str, Field(description="SHA-256 of the snapshot's canonical JSON, in hexadecimal.")]
    frozen_at: Instant
    wider: Annotated[
        str,
        Code(Wider),
        Field(
            description="What has become of the edition that may be passed on: it is prepared after the freezing, a "
            "matter of seconds to minutes, and withheld for good where nothing protects its small numbers."
        ),
    ]


class Ask(Weighed):
    """A decision that the report asks for."""

    text: Prose


class Became(Weighed):
    """What became of it."""

    text: Prose


class Supply(Request):
    """A denominator of the rates."""

    number: Annotated[Number, Field(ge=0, le=Greatest)]


class WantRows(Request):
    """Which figure, cut how, and which page of the matters behind it. Every dimension is optional."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"figure": "opened", "priority": "urgent"}})

    figure: Annotated[str, Field(max_length=40, examples=sorted(FIGURES)[:3])]
    limit: Annotated[int, Field(ge=SMALLEST, le=GREATEST)] = USUAL
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    kind: str | None = None
    priority: str | None = None
    level: str | None = None
    theme: str | None = None
    age: str | None = None
    raising: str | None = None
    receiving: str | None = None
    agency: str | None = None
    stage: str | None = None
    rung: str | None = None
    outcome: str | None = None
    impact: str | None = None
    redirected_to: str | None = None
    overrun: str | None = None
    route: str | None = None

    @property
    def cut(self) -> dict[str, str]:
        """The dimensions that were given, with their codes."""
        return {d: code for d in DIMENSIONS if (code := getattr(self, d, None)) is not None}


class WantLearningPoints(Request):
    """Which figure of learning on its way, cut how, and which page of the learning points behind it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"figure": "ways", "cohort": "drawn"}})

    figure: Annotated[str, Field(max_length=40, examples=["ways", "ways_stopped"])]
    limit: Annotated[int, Field(ge=SMALLEST, le=GREATEST)] = USUAL
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    cohort: str | None = None
    origin: str | None = None
    stands: str | None = None

    @property
    def cut(self) -> dict[str, str]:
        """The dimensions that were given, with their codes."""
        return {d: code for d in ("cohort", "origin", "stands") if (code := getattr(self, d)) is not None}


class MatterBehind(Response):
    """One matter behind a figure; its own address tells the rest."""

    id: UUID
    reference: str
    kind: Annotated[str, Code(Kind)]
    priority: Annotated[str, Code(Priority)]
    status: Annotated[str, Code(Status)]
    raised_at: Instant
    raising_name: str
    receiving_name: str


class LearningPointBehind(Response):
    """One learning point behind a figure; its thread tells the rest."""

    type: str
    id: str
    thread: Annotated[str, Field(description="Where everything before and after it is read.")]
    drawn_at: Instant
    stations: Annotated[list[Annotated[str, Code(Station)]], Field(max_length=len(Station))]
    stopped_since: Annotated[DayText | None, Field(description="The day of its last step, where it has stopped.")]


class LearningPointsBehind(Response):
    """A page of the learning points behind a figure."""

    items: Annotated[list[LearningPointBehind], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class MattersBehind(Response):
    """A page of the matters behind a figure."""

    items: Annotated[list[MatterBehind], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]
