"""What the requests for places say, and what became of a team."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from services.training.sessions.schemas import Email
from shared.schemas import AgencyId, Flag, Line, Request, Response

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
