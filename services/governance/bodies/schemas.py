"""What requests about bodies say and what answers show."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from services.governance.agencies.schemas import Lines, Note, left_out
from services.governance.bodies.domain import Kind, MemberRole
from services.governance.terms.domain import Standing
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import BodyId, Code, Day, Line, Number, Response, Worded

BodyIds = Annotated[list[BodyId], Field(max_length=5)]
Meetings = Annotated[Number, Field(ge=1, le=366)]
Months = Annotated[Number, Field(ge=1, le=120)]


class ListBodies(Listing):
    """Which bodies, and how many at a time."""

    kind: Kind | None = None
    in_effect_on: Annotated[Day | None, Field(description="Only bodies that existed on that day.")] = None


class Establish(Worded):
    """A new body."""

    prose: ClassVar = ("note",)
    lines: ClassVar = ("source",)

    id: BodyId
    name: Line
    kind: Kind
    also_known_as: Lines = []
    parent_ids: BodyIds = []
    meetings_a_year: Meetings | None = None
    member_role: Annotated[MemberRole | None, Field(description="The role that its members have.")] = None
    chair_term_months: Annotated[Months | None, Field(description="How long one person chairs it at most.")] = None
    effective_from: Day | None = None
    effective_to: Day | None = None
    source: Note | None = None
    note: Note | None = None


class ChangeBody(Worded):
    """What changes; what is not sent stays as it is."""

    prose: ClassVar = ("note",)
    lines: ClassVar = ("source",)

    name: Line = Field(default_factory=left_out)
    also_known_as: Lines = Field(default_factory=left_out)
    parent_ids: BodyIds = Field(default_factory=left_out)
    meetings_a_year: Meetings | None = None
    chair_term_months: Months | None = None
    effective_from: Day | None = None
    effective_to: Day | None = None
    source: Note | None = None
    note: Note | None = None


class BodyShown(Response):
    """One body."""

    id: str
    name: str
    also_known_as: Annotated[list[str], Field(max_length=20)]
    kind: Annotated[str, Code(Kind)]
    standing: Annotated[str, Code(Standing)]
    parent_ids: Annotated[list[str], Field(max_length=20, description="The bodies to which it reports.")]
    meetings_a_year: int | None
    member_role: Annotated[str | None, Field(description="The role that its members have.")]
    chair_term_months: int | None
    effective_from: date | None
    effective_to: date | None
    unverified: Annotated[list[str], Field(max_length=50, description="Fields that no published document states.")]
    source: str | None
    note: str | None


class BodyPage(Response):
    """One page, in the order of ids; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[BodyShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]
