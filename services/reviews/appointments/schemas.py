"""What is said of a panel's members."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.panels.domain import Seat
from shared.schemas import AgencyId, Flag, Line, Prose, Request, Worded

CLEAR: dict[str, JsonValue] = {"conflicted": False}


class NameMember(Request):
    """Somebody for this case's panel, alone for this case and for its length."""

    person_id: Annotated[UUID, Field(description="Her account's id; the role goes with the seat.")]
    person_name: Line
    agency_id: AgencyId
    seat: Annotated[Seat, Field(description="A chair is appointed once she has declared that nothing conflicts.")] = (
        Seat.MEMBER
    )


class DeclareConflict(Worded):
    """Whether anything conflicts: she decided in the case, manages who did, knows the family."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLEAR]})
    prose: ClassVar = ("text",)

    conflicted: Flag
    text: Annotated[Prose | None, Field(description="What it is, and what is done about it.")] = None


class MoveMember(Request):
    """Nothing need be said."""
