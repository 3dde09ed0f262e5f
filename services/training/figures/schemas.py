"""How figures are asked for, and how they and the reconciliation of a session are shown."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.training.bookings.domain import Status
from services.training.courses.schemas import SeriesCode, Year
from services.training.figures.domain import By, Measure
from services.training.sessions.domain import Status as SessionStatus
from shared.schemas import AgencyId, Code, Given, Request, Response


class OfSessions(Request):
    """Of which sessions."""

    course_id: UUID | None = None
    session_id: UUID | None = None
    series: SeriesCode | None = None
    agency_id: Annotated[AgencyId | None, Field(description="Of the delegates of one agency.")] = None
    year: Year | None = None
    starts_from: Annotated[Given | None, Field(description="Of sessions starting at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Of sessions starting before this instant.")] = None


class AskFigures(OfSessions):
    """Of which sessions, and by what they are divided."""

    by: Annotated[By | None, Field(description="A line for each course, agency or session; one line without it.")] = (
        None
    )


class Share(Response):
    """One measure, with what it counts, and of what."""

    measure: Annotated[str, Code(Measure)]
    title: str
    numerator: int
    numerator_is: str
    denominator: int
    denominator_is: str
    value: Annotated[float | None, Field(description="Unrounded; null over nothing.")]


class StatusCount(Response):
    """How many delegates ended in one status."""

    status: Annotated[str, Code(Status)]
    delegates: int


class Line(Response):
    """One group's figures."""

    key: str
    title: str
    sessions: Annotated[int | None, Field(description="Held; null where delegates of one agency are counted.")]
    places: Annotated[
        int | None,
        Field(
            description="Of those with places, for open ones have none; null where delegates of one agency are counted."
        ),
    ]
    delegates: int
    by_status: Annotated[list[StatusCount], Field(max_length=20)]
    shares: Annotated[list[Share], Field(max_length=10, description="Of the sessions with places alone.")]
    attendances: Annotated[
        int, Field(description="How often somebody was there: attended, attended in part, walked in.")
    ]
    people: Annotated[int, Field(description="How many were there, each counted once, known by the work address.")]


class Figures(Response):
    """The figures of sessions that were held, as they are known on a day."""

    as_on: date
    lines: Annotated[list[Line], Field(max_length=5000)]


class UnsettledShown(Response):
    """A delegate without a final status."""

    booking_id: UUID
    status: Annotated[str, Code(Status)]
    why: str


class Reconciliation(Response):
    """Whether every delegate of a session has exactly one final status; and who has not, and why."""

    session_id: UUID
    status: Annotated[str, Code(SessionStatus)]
    reconciles: Annotated[bool | None, Field(description="Null before the session is over.")]
    sums_up: Annotated[str, Field(description="How the delegates divide up, in one sentence.")]
    by_status: Annotated[list[StatusCount], Field(max_length=20)]
    unsettled: Annotated[list[UnsettledShown], Field(max_length=5000)]
