"""What the requests about bookings say, and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.training.bookings.domain import Do, Status
from shared.invitations.domain import Answer
from shared.invitations.schemas import AnswerShown
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Given, Instant, Response


class BookingStep(Response):
    """One thing that was done to a booking, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    agency_id: str | None
    by_link: Annotated[bool, Field(description="Whether it was done by the link in a letter, without an account.")]
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
    answer: AnswerShown = None
    answered_at: Instant | None = None
    transferred_to: UUID | None
    booked_by_agency_id: str | None


class BookingWhole(BookingShown):
    """One delegate at one session with what was done, oldest first."""

    steps: Annotated[list[BookingStep], Field(max_length=1000)]


class BookingPage(Response):
    """One page, those asked for last first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BookingShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListBookings(Listing):
    """How a list is narrowed and paged."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: AgencyId | None = None
    status: Status | None = None
    answer: Annotated[
        Answer | None, Field(description="What her calendar has answered; who has declined has her place still.")
    ] = None
    mine: Annotated[bool | None, Field(description="Your own.")] = None
    starts_from: Annotated[Given | None, Field(description="Of sessions starting at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Of sessions starting before this instant.")] = None
