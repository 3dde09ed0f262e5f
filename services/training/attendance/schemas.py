"""What the requests about who came say, and what answers show."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.training.attendance.domain import Outcome, Source, Why
from services.training.bookings.domain import Status
from services.training.requests.schemas import WorkEmail
from shared.schemas import AgencyId, Code, Flag, Instant, Line, Prose, Request, Response, Worded

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
            description="The text of the file as Microsoft Teams (which writes it in UTF-16) or Zoom exports it: columns for name, "
            "e-mail, and joined and left, or minutes. Of several lists in it the longest is read.",
        ),
    ]
    domains: Annotated[
        list[DomainGiven],
        Field(max_length=200, description="For who was never booked: her agency, by her address."),
    ] = []


class StrikeOut(Worded):
    """Why she should not stand in the register."""

    prose: ClassVar = ("reason",)

    reason: Prose


class HoldSession(Request):
    """It took place."""


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


class AttendancesShown(Response):
    """How many of one agency came."""

    agency_id: str
    attendances: int


class AttendanceShown(Response):
    """A session's register, how many came, and whether it reconciles."""

    session_id: UUID
    held: bool
    reconciles: Annotated[bool, Field(description="Every delegate stands in exactly one final status.")]
    attendances: int
    by_agency: Annotated[list[AttendancesShown], Field(max_length=500)]
    open: Annotated[list[OpenShown], Field(max_length=6000)]
    delegates: Annotated[list[DelegateShown], Field(max_length=6000)]
