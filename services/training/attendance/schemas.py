"""What the requests about who came say, and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.training.attendance.domain import Outcome, Source, Why
from services.training.bookings.domain import Status
from services.training.bookings.schemas import WorkEmail
from shared.schemas import AgencyId, Code, Flag, Given, Instant, Line, Request, Response

REGISTER_EXAMPLE: dict[str, JsonValue] = {
    "delegates": [
        {
            "name": "Robin Madeup",
            "email": "robin.madeup@police.example",
            "agency_id": "cheshire-constabulary",
            "outcome": "attended",
        }
    ],
    "rest_missed": True,
}
EXPORT_EXAMPLE: dict[str, JsonValue] = {
    "export": "Name,Email,Duration (Minutes)\nSam Sample,sam.sample@police.example,58\n",
    "domains": [{"domain": "police.example", "agency_id": "cheshire-constabulary"}],
}


class DelegateEntered(Request):
    """One delegate in the register: by her booking, or by her address; somebody without a booking with her name and agency."""

    booking_id: UUID | None = None
    name: Line | None = None
    email: WorkEmail | None = None
    agency_id: AgencyId | None = None
    outcome: Outcome


class EnterRegister(Request):
    """Who came. What is entered later replaces what was entered before."""

    model_config = ConfigDict(json_schema_extra={"examples": [REGISTER_EXAMPLE]})

    delegates: Annotated[list[DelegateEntered], Field(max_length=500)] = []
    rest_missed: Annotated[Flag, Field(description="Nobody else who has a place came.")] = False


class DomainGiven(Request):
    """Whose people have addresses of this domain."""

    domain: Annotated[str, Field(pattern=r"^[a-z0-9.-]+$", max_length=253, examples=["police.example"])]
    agency_id: AgencyId


class TakeExport(Request):
    """Who was in the online meeting, as it exports it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXPORT_EXAMPLE]})

    export: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500_000,
            pattern=r"^[^\x00]*$",
            description="The text of the file: columns for name, e-mail, and either joined and left, or minutes.",
        ),
    ]
    domains: Annotated[
        list[DomainGiven],
        Field(max_length=200, description="For who was never booked: her agency, by her address."),
    ] = []


class HoldSession(Request):
    """It took place."""


class SignIn(Request):
    """By the code that is shown, with the address of the booking; who has none says who she is."""

    code: Annotated[str, Field(min_length=1, max_length=20, examples=["7KQ4MX"])]
    email: WorkEmail
    name: Line | None = None
    agency_id: AgencyId | None = None


class SignedIn(Response):
    """Where the delegate now stands."""

    session_id: UUID
    course_title: str
    when: str
    status: Annotated[str, Code(Status)]
    at: Instant


class CodeShown(Response):
    """What the trainer shows: the code, and the address that its picture leads to."""

    code: str
    shown_until: Annotated[Instant, Field(description="Then ask for the next; this one is taken a little longer.")]
    link: Annotated[str, Field(description="The page on which a delegate signs in with her own device.")]
    qr: Annotated[str, Field(description="The link as a picture: the address of an image, as data.")]
    opens_at: Instant
    closes_at: Instant


class ProofShown(Response):
    """One thing that was said of her."""

    source: Annotated[str, Code(Source)]
    outcome: Annotated[str, Code(Outcome)]
    minutes: int | None
    at: Instant


class DelegateShown(Response):
    """One delegate of the register, and what says so."""

    booking_id: UUID
    name: str
    email: str
    agency_id: str
    status: Annotated[str, Code(Status)]
    said: Annotated[list[ProofShown], Field(max_length=1000)]


class OpenShown(Response):
    """Somebody who keeps the session from being closed, and why."""

    booking_id: Annotated[UUID | None, Field(description="Null where nobody knows her.")]
    name: str
    email: str | None
    agency_id: str | None
    minutes: int | None
    why: Annotated[str, Code(Why)]
    detail: str


class RateShown(Response):
    """A part of a whole."""

    part: int
    of: int
    percent: Annotated[float | None, Field(description="To one decimal place; null of nothing.")]


class RatesShown(Response):
    """Each of its own whole. Attended in part counts as come."""

    fill: Annotated[RateShown | None, Field(description="Places booked, of the places. Null where nobody books.")]
    take_up: Annotated[RateShown | None, Field(description="Who came, with or without a place, of the places.")]
    attendance: Annotated[
        RateShown,
        Field(description="Who came of who had a place and neither gave it back in time nor lost it with the session."),
    ]
    did_not_attend: Annotated[RateShown, Field(description="Who did not come, of the same.")]


class AttendancesShown(Response):
    """How many of one agency came."""

    agency_id: str
    attendances: int


class AttendanceShown(Response):
    """A session's register, how it is counted, and whether it reconciles."""

    session_id: UUID
    held: bool
    reconciles: Annotated[bool, Field(description="Every delegate stands in exactly one final status.")]
    attendances: int
    by_agency: Annotated[list[AttendancesShown], Field(max_length=500)]
    rates: RatesShown
    open: Annotated[list[OpenShown], Field(max_length=6000)]
    delegates: Annotated[list[DelegateShown], Field(max_length=6000)]


class CountAttendance(Request):
    """Which attendances are counted, of sessions that are closed."""

    course_id: UUID | None = None
    agency_id: AgencyId | None = None
    held_from: Annotated[Given | None, Field(description="Of sessions starting at this instant or after it.")] = None
    held_before: Annotated[Given | None, Field(description="Of sessions starting before this instant.")] = None


class Counted(Response):
    """How often and how many people came, to how many sessions. A person is known by her work address."""

    attendances: int
    people: int
    sessions: int


class CountedOfAgency(Counted):
    """Those of one agency."""

    agency_id: str


class CountedOfCourse(Counted):
    """Those of one course."""

    course_id: UUID
    code: str
    title: str


class AttendanceCounted(Counted):
    """All together, and apart: who came to two courses is two attendances and one person, so that people do not add up."""

    agencies: Annotated[list[CountedOfAgency], Field(max_length=1000)]
    courses: Annotated[list[CountedOfCourse], Field(max_length=1000)]
