"""How figures are asked for, and how they and the reconciliation of a session are shown."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.training.bookings.domain import Status
from services.training.courses.schemas import SeriesCode, Year
from services.training.evaluations.domain import Audience, Moment
from services.training.figures.domain import By, ByProgramme, Measure
from services.training.sessions.domain import Status as SessionStatus
from shared.schemas import AgencyId, Code, Given, Request, Response


class AskFigures(Request):
    """Of which sessions, and by what they are divided."""

    by: Annotated[By | None, Field(description="A line for each course, agency or session; one line without it.")] = (
        None
    )
    course_id: UUID | None = None
    session_id: UUID | None = None
    series: SeriesCode | None = None
    agency_id: Annotated[AgencyId | None, Field(description="Of the delegates of one agency.")] = None
    year: Year | None = None
    starts_from: Annotated[Given | None, Field(description="Of sessions starting at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Of sessions starting before this instant.")] = None


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
        int | None, Field(description="Of those sessions; null where delegates of one agency are counted.")
    ]
    delegates: int
    by_status: Annotated[list[StatusCount], Field(max_length=20)]
    shares: Annotated[list[Share], Field(max_length=10)]
    attendances: Annotated[
        int, Field(description="How often somebody was there: attended, attended in part, walked in.")
    ]
    people: Annotated[int, Field(description="How many were there, each counted once, known by the work address.")]


class Figures(Response):
    """The figures of sessions that were held, as they are known on a day."""

    as_on: date
    lines: Annotated[list[Line], Field(max_length=5000)]


class AskWorth(Request):
    """Of which sessions, and by what it is divided."""

    by: Annotated[ByProgramme, Field(description="Lines for each course, or each session.")] = ByProgramme.COURSE
    course_id: UUID | None = None
    session_id: UUID | None = None
    series: SeriesCode | None = None
    agency_id: Annotated[AgencyId | None, Field(description="Of the delegates of one agency.")] = None
    year: Year | None = None
    starts_from: Annotated[Given | None, Field(description="Of sessions starting at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Of sessions starting before this instant.")] = None


class ReturnShown(Response):
    """How many have answered, of whom."""

    numerator: int
    numerator_is: str
    denominator: int
    denominator_is: str
    value: Annotated[float | None, Field(description="Unrounded; null over nothing.")]
    late: Annotated[int, Field(description="Of those who have answered.")]
    lapsed: Annotated[int, Field(description="Of those asked: not answered in time, nor since.")]


class ValueCount(Response):
    """How often one value of a scale was chosen."""

    value: int
    words: str
    count: int


class AnswersShown(Response):
    """How one question was answered."""

    question: str
    answered: int
    mean: Annotated[float | None, Field(description="Unrounded. Of an agreement, the share that agrees.")]
    distribution: Annotated[list[ValueCount], Field(max_length=10)]


class ChangeShown(Response):
    """How the answers of the same delegates to one question changed since the earliest moment at which they were asked it."""

    question: str
    compared: int
    better: int
    same: int
    worse: int
    mean_before: float
    mean_after: float


class WorthLine(Response):
    """What those asked at one moment said, in one group."""

    key: str
    title: str
    moment: Annotated[str, Code(Moment)]
    audience: Annotated[str, Code(Audience)]
    returned: ReturnShown
    answers: Annotated[list[AnswersShown], Field(max_length=20)]
    changes: Annotated[list[ChangeShown], Field(max_length=20)]
    hidden: Annotated[bool, Field(description="Something is not shown, because fewer than `fewest` have said it.")]


class WorthShown(Response):
    """What sessions were worth, and what they changed, as it is known on a day."""

    as_on: date
    fewest: Annotated[int, Field(description="Of fewer answers nobody sees them who does not run the programme.")]
    lines: Annotated[list[WorthLine], Field(max_length=5000)]


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
