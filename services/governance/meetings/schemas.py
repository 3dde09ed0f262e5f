"""What requests about meetings say and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import Link, Note
from services.governance.meetings.domain import Status
from shared.invitations.schemas import LetterShown
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import BodyId, CauseGiven, CauseShown, Code, Given, Instant, Line, Request, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "body_id": "learning-and-improvement",
    "starts_at": "2027-06-10T09:00:00Z",
    "ends_at": "2027-06-10T11:00:00Z",
    "place": "Committee suite, Westfields",
}


class Timed(Request):
    """When and where; a place, a link, or both."""

    starts_at: Given
    ends_at: Given
    place: Line | None = None
    link: Link | None = None


class Convene(Timed):
    """A new meeting."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    body_id: BodyId
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class Reschedule(Timed, Worded):
    """Another time or place."""

    reason: Annotated[Note, Field(description="Why; every member reads it.")]


class Cancel(Worded):
    """It does not take place."""

    reason: Annotated[Note, Field(description="Why; every member reads it.")]


class ListMeetings(Listing):
    """Which meetings, and how many at a time."""

    body_id: BodyId | None = None
    status: Status | None = None
    starts_from: Annotated[Given | None, Field(description="Begins at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Begins before this instant.")] = None


class MeetingShown(Response):
    """One meeting as it stands."""

    id: UUID
    reference: Annotated[str, Field(examples=["MTG-2627-0042"])]
    body_id: str
    body_name: str
    status: Annotated[str, Code(Status)]
    starts_at: Instant
    ends_at: Instant
    place: str | None
    link: str | None
    causes: Annotated[list[CauseShown], Field(max_length=10)]
    convened_at: Instant
    held_at: Instant | None
    minuted_at: Instant | None
    approved_at: Instant | None
    approved_at_meeting_id: Annotated[UUID | None, Field(description="The meeting that approved the minutes.")]
    cancelled_at: Instant | None
    cancel_reason: str | None


class MeetingStep(Response):
    """One thing that was done to a meeting, and when it was to be after it."""

    at: Instant
    did: Annotated[str, Field(max_length=20)]
    status: Annotated[str, Code(Status)]
    starts_at: Instant
    ends_at: Instant
    reason: str | None
    agency_id: str | None


class MeetingWhole(MeetingShown):
    """One meeting with what was done to it, oldest first."""

    steps: Annotated[list[MeetingStep], Field(max_length=1000)]


class MeetingPage(Response):
    """One page, the last to begin first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[MeetingShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class InvitationShown(LetterShown):
    """One letter to one member, how far it has come, and what her calendar has answered."""

    membership_id: UUID


class Invitations(Response):
    """Everybody who was invited, the newest letter of each first."""

    items: Annotated[list[InvitationShown], Field(max_length=2000)]
