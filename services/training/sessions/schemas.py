"""What the requests about sessions say, and what answers show."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.training.courses.domain import Mode
from services.training.courses.schemas import SeriesCode, left_out
from services.training.sessions.domain import Do, Kept, Kind, Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Day, DayText, Given, Instant, Line, Number, Prose, Request, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "course_id": "0199b8a4-3c00-7000-8000-000000000002",
    "starts_at": "2026-11-04T12:00:00Z",
    "ends_at": "2026-11-04T13:00:00Z",
    "joining_link": "https://meet.example/how-to",
    "places": 20,
    "booking_closes_at": "2026-11-03T17:00:00Z",
    "kept": [{"agency_id": "cheshire-constabulary", "places": 4, "released_on": "2026-10-28"}],
    "trainers": [{"subject": "5f0e4a57-9d8e-4f6d-8c8f-0a117c2b6b4e", "name": "Robin Madeup"}],
}
Places = Annotated[Number, Field(ge=1, le=5000)]
Link = Annotated[
    str,
    Field(pattern=r"^https://[!-~]+$", max_length=500, description="By which it is joined; shown to who is booked."),
]
Email = Annotated[
    str,
    Field(
        pattern=r"^[!#-+\--:=?A-~]{1,64}@[A-Za-z0-9.-]{1,185}\.[A-Za-z]{2,63}$",
        max_length=254,
        examples=["sam.sample@council.example"],
    ),
]
Emails = Annotated[list[Email], Field(max_length=20)]


class KeptGiven(Request):
    """Places kept for an agency until a day begins; without a day, until booking closes."""

    agency_id: AgencyId
    places: Places
    released_on: Annotated[Day | None, Field(description="From this day on they are for everybody.")] = None

    @property
    def kept(self) -> Kept:
        """As the rules see it."""
        return Kept(self.agency_id, self.places, self.released_on)


class TrainerGiven(Request):
    """Who holds a session."""

    subject: Annotated[
        str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$", description="The `sub` of her tokens.")
    ]
    name: Line


KeptPlaces = Annotated[list[KeptGiven], Field(max_length=50)]
Trainers = Annotated[list[TrainerGiven], Field(max_length=20)]


class PlanSession(Request):
    """When, where, with whom and for how many."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    course_id: UUID
    kind: Kind = Kind.BOOKED
    starts_at: Given
    ends_at: Given
    place: Line | None = None
    joining_link: Link | None = None
    distribution_lists: Annotated[
        Emails, Field(description="Whom an open session is for, besides those subscribed to its series.")
    ] = []
    places: Places | None = None
    booking_closes_at: Annotated[Given | None, Field(description="Without one, when the session starts.")] = None
    kept: KeptPlaces = []
    trainers: Trainers = []


class ChangeSession(Request):
    """What changes; what is not sent stays as it is. Time and place are moved by an operation of their own."""

    joining_link: Link | None = None
    distribution_lists: Emails = Field(default_factory=left_out)
    booking_closes_at: Given = Field(default_factory=left_out)
    trainers: Trainers = Field(default_factory=left_out)


class MoveSession(Worded):
    """Another time or place."""

    prose: ClassVar = ("reason",)

    starts_at: Given
    ends_at: Given
    place: Annotated[Line | None, Field(description="Without one, where it was.")] = None
    reason: Prose


class KeptShown(Response):
    """Places kept for an agency."""

    agency_id: str
    places: int
    released_on: DayText | None


class TrainerShown(Response):
    """Who holds it."""

    subject: str
    name: str


class SessionStep(Response):
    """One thing that was done to a session, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    starts_at: Instant
    ends_at: Instant
    place: str | None
    places: int | None
    agency_id: str | None
    text: str | None


class SessionShown(Response):
    """One session, with how many places are left."""

    id: UUID
    course_id: UUID
    course_code: str
    course_title: str
    course_mode: Annotated[str, Code(Mode)]
    course_series: str | None
    status: Annotated[str, Code(Status)]
    kind: Annotated[str, Code(Kind)]
    starts_at: Instant
    ends_at: Instant
    when: Annotated[str, Field(description="The time in London, as people say it.")]
    place: str | None
    joining_link: Annotated[
        str | None,
        Field(
            description="For trainers, for who runs the programme, and for everybody where it is open; your booking shows yours."
        ),
    ]
    distribution_lists: Annotated[list[str], Field(max_length=GREATEST, description="For who runs the programme.")]
    places: int | None
    taken: Annotated[int, Field(description="Places that somebody has or is offered.")]
    free: Annotated[int | None, Field(description="Places that somebody of your agency would get now.")]
    waiting: int
    kept: Annotated[list[KeptShown], Field(max_length=50)]
    trainers: Annotated[list[TrainerShown], Field(max_length=20)]
    booking_closes_at: Instant | None
    booking_open: bool
    unclosed: Annotated[bool, Field(description="Over, and nobody has closed its register yet.")]
    planned_at: Instant


class SessionWhole(SessionShown):
    """One session with what was done to it, oldest first."""

    steps: Annotated[list[SessionStep], Field(max_length=1000)]


class SessionPage(Response):
    """One page, in the order in which they are; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[SessionShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListSessions(Listing):
    """How a list is narrowed and paged."""

    course_id: UUID | None = None
    series: SeriesCode | None = None
    status: Status | None = None
    kind: Kind | None = None
    starts_from: Annotated[Given | None, Field(description="Starting at this instant or after it.")] = None
    starts_before: Annotated[Given | None, Field(description="Starting before this instant.")] = None
    trained_by_me: Annotated[bool | None, Field(description="Those that you hold.")] = None
    unclosed: Annotated[bool | None, Field(description="Over, and neither closed nor called off.")] = None
