"""What the requests about bookings say, and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from services.training.bookings.domain import Do, Status
from services.training.sessions.schemas import Email
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Flag, Given, Instant, Line, Request, Response

EXAMPLE: dict[str, JsonValue] = {
    "session_id": "0199b8a4-3c00-7000-8000-000000000003",
    "name": "Sam Sample",
    "email": "sam.sample@police.example",
}
TEAM: dict[str, JsonValue] = {
    "session_id": "0199b8a4-3c00-7000-8000-000000000003",
    "delegates": [
        {"name": "Sam Sample", "email": "sam.sample@police.example"},
        {"name": "Robin Madeup", "email": "robin.madeup@police.example"},
    ],
}
WorkEmail = Annotated[
    Email,
    AfterValidator(str.lower),
    Field(description="Her work address: invitations go there, and she is known by it."),
]
Subject = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="The `sub` of her tokens, where she has an account.",
    ),
]


class DelegateGiven(Request):
    """Who is to come."""

    name: Line
    email: WorkEmail
    subject: Subject | None = None


class Book(Request):
    """A place for oneself."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    session_id: UUID
    name: Line
    email: WorkEmail


class BookTeam(Request):
    """Places for several of one agency, in the order in which they are to have them."""

    model_config = ConfigDict(json_schema_extra={"examples": [TEAM]})

    session_id: UUID
    agency_id: Annotated[AgencyId | None, Field(description="Your own, unless you act for another.")] = None
    delegates: Annotated[list[DelegateGiven], Field(min_length=1, max_length=50)]
    together: Annotated[
        Flag, Field(description="All get a place, or nothing is done; else whoever finds none waits.")
    ] = False


class BookingStep(Response):
    """One thing that was done to a booking, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    agency_id: str | None
    text: str | None
    passed_over: Annotated[int | None, Field(description="How many were before her when she was put first.")]


class BookingShown(Response):
    """One delegate at one session."""

    id: UUID
    session_id: UUID
    course_id: UUID
    course_code: str
    course_title: str
    starts_at: Instant
    ends_at: Instant
    when: Annotated[str, Field(description="The time in London, as people say it.")]
    place: str | None
    joining_link: Annotated[str | None, Field(description="Once there is a place.")]
    status: Annotated[str, Code(Status)]
    agency_id: str
    subject: str | None
    name: str
    email: str
    asked_at: Instant
    arrival: Annotated[int, Field(description="The number that the session gave: the order of arrival.")]
    position: Annotated[int | None, Field(description="On the waiting list.")]
    why_there: Annotated[str | None, Field(description="The place on the waiting list, in one sentence.")]
    stands_until: Annotated[Instant | None, Field(description="Until when a place that is offered can be taken.")]
    in_time_until: Annotated[Instant, Field(description="Until when a place can be given back in time.")]
    transferred_to: UUID | None
    booked_by_agency_id: str | None


class BookingWhole(BookingShown):
    """One delegate at one session with what was done, oldest first."""

    steps: Annotated[list[BookingStep], Field(max_length=1000)]


class BookingPage(Response):
    """One page, those asked for last first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BookingShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class Became(Response):
    """What became of one of a team."""

    email: str
    booking_id: UUID | None
    status: Annotated[str | None, Field(description="Her booking's status; null where she was refused.")]
    refused: Annotated[str | None, Field(description="The problem's code where there is no new booking.")]
    detail: Annotated[str | None, Field(description="Why.")]


class TeamBooked(Response):
    """What became of a team, in the order given."""

    session_id: UUID
    booked: int
    waiting: int
    requested: int
    refused: int
    delegates: Annotated[list[Became], Field(max_length=50)]


class ListBookings(Listing):
    """How a list is narrowed and paged."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: AgencyId | None = None
    status: Status | None = None
    mine: Annotated[bool | None, Field(description="Your own.")] = None
    starts_from: Annotated[Given | None, Field(description="Of sessions starting at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Of sessions starting before this instant.")] = None
