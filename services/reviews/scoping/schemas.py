"""What agencies are asked, and what they return."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.incidents.schemas import IncidentChildShown
from services.reviews.returns.domain import Status
from shared.listing import Listing
from shared.policy import View
from shared.schemas import AgencyId, Code, Day, Flag, Instant, Line, Prose, Response, Worded

TOLD: dict[str, JsonValue] = {
    "known": True,
    "text": "Health visiting saw the family twice; the second appointment was missed and not followed up.",
    "practice": "A missed appointment of an infant is to be followed up within a week.",
}


class AskReturn(Worded):
    """What an agency, or a party that is not in the register, is asked for this case."""

    prose: ClassVar = ("asked",)
    lines: ClassVar = ("party_name",)

    agency_id: AgencyId | None = None
    party_name: Annotated[Line | None, Field(description="Who is not in the register: another area's agency.")] = None
    asked: Prose
    due_on: Annotated[Day | None, Field(description="An earlier last day than the rule's.")] = None


class SubmitReturn(Worded):
    """What an agency knew and did."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOLD]})
    prose: ClassVar = ("text", "practice")

    known: Annotated[Flag, Field(description="Whether the agency knew the child or the family.")]
    text: Prose
    practice: Annotated[Prose | None, Field(description="What was good, and what could be better.")] = None


class ReturnShown(Response):
    """One return of a list."""

    id: UUID
    review_id: UUID
    reference: Annotated[str, Field(max_length=20, description="The rapid review's.")]
    agency_id: str | None
    party_name: str | None
    status: Annotated[str, Code(Status)]
    asked_at: Instant
    due_at: Instant
    overdue: bool
    returned_at: Instant | None
    late: bool | None
    asked_again: Annotated[int, Field(ge=0, description="How often.")]
    told_at: Annotated[
        Instant | None,
        Field(description="When the panel's chair was told; it is asked no more by itself."),
    ]


class ReturnPage(Response):
    """One page, the last asked for first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ReturnShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ReturnEntryShown(Response):
    """What was told, at one time."""

    at: Instant
    agency_id: str
    known: bool
    text: str
    practice: str | None


class ReturnWhole(ReturnShown):
    """One return: what is asked, about whom, and what has been told so far, oldest first."""

    view: Annotated[str, Code(View)]
    asked: str
    children: Annotated[list[IncidentChildShown], Field(max_length=200)]
    entries: Annotated[list[ReturnEntryShown], Field(max_length=1000)]


class ListReturns(Listing):
    """How a list is narrowed and paged."""

    rapid_review_id: UUID | None = None
    status: Status | None = None
    overdue: Annotated[bool | None, Field(description="It has not come, and its day is over.")] = None
