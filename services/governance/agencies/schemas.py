"""What requests about agencies say and what answers show."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field

from services.governance.agencies.domain import LONGEST_ID
from services.governance.terms.domain import Standing
from shared.listing import Listing
from shared.paging import GREATEST
from shared.policy import AgencyType
from shared.schemas import AgencyId, Code, Day, DayText, Flag, Instant, Line, Response, Worded

Lines = Annotated[list[Line], Field(max_length=20)]
AgencyIds = Annotated[list[AgencyId], Field(max_length=10)]
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Link = Annotated[str, Field(pattern=r"^https://[!#-;=?-~]+$", max_length=500, examples=["https://meet.example/li"])]
Email = Annotated[
    str,
    Field(
        pattern=r"^[!#-+\--:=?A-~]{1,64}@[A-Za-z0-9.-]{1,185}\.[A-Za-z]{2,63}$",
        max_length=254,
        examples=["spoc@trust.example"],
    ),
]


def left_out() -> Any:
    """The default of a field that may be left out and may not be null; it is never read."""


class ListAgencies(Listing):
    """Which agencies, and how many at a time."""

    q: Annotated[
        str | None, Field(min_length=2, max_length=100, description="A part of a name, or of another name.")
    ] = None
    agency_type: AgencyType | None = None
    in_effect_on: Annotated[Day | None, Field(description="Only agencies that were in effect on that day.")] = None
    expected_to_raise: bool | None = None


class Register(Worded):
    """A new agency."""

    prose: ClassVar = ("note",)
    lines: ClassVar = ("source",)

    id: AgencyId
    name: Line
    agency_type: AgencyType
    also_known_as: Lines = []
    effective_from: Day | None = None
    effective_to: Day | None = None
    expected_to_raise: Annotated[
        Flag, Field(description="Whether a quarter without a challenge from it is worth a question.")
    ] = False
    possibly_same_as: AgencyId | None = None
    source: Note | None = None
    note: Note | None = None


class ChangeAgency(Worded):
    """What changes; what is not sent stays as it is. An agency's end has an operation of its own."""

    prose: ClassVar = ("note",)
    lines: ClassVar = ("source",)

    name: Line = Field(default_factory=left_out)
    agency_type: AgencyType = Field(default_factory=left_out)
    also_known_as: Lines = Field(default_factory=left_out)
    effective_from: Day | None = None
    expected_to_raise: Flag = Field(default_factory=left_out)
    possibly_same_as: AgencyId | None = None
    source: Note | None = None
    note: Note | None = None


class EndAgency(Worded):
    """Its last day, and who takes over on the day after; nobody where the list is empty."""

    prose: ClassVar = ("note",)

    effective_to: Day
    successor_ids: AgencyIds = []
    note: Note | None = None


class AgencyShown(Response):
    """One agency of the register."""

    id: Annotated[str, Field(max_length=LONGEST_ID, examples=["cheshire-constabulary"])]
    name: str
    also_known_as: Annotated[list[str], Field(max_length=20)]
    agency_type: Annotated[str, Code(AgencyType)]
    standing: Annotated[str, Code(Standing)]
    effective_from: Annotated[date | None, Field(description="Null: not known, and so since ever.")]
    effective_to: Annotated[date | None, Field(description="Its last day.")]
    successor_ids: Annotated[
        list[str], Field(max_length=20, description="Who takes over its live matters after its last day.")
    ]
    predecessor_ids: Annotated[list[str], Field(max_length=1000)]
    expected_to_raise: bool
    possibly_same_as: Annotated[
        str | None, Field(description="An entry that may be the same organisation; unconfirmed.")
    ]
    unverified: Annotated[list[str], Field(max_length=50, description="Fields that no published document states.")]
    source: str | None
    note: str | None


class AgencyPage(Response):
    """One page, in the order of ids; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[AgencyShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class AgencyVersionShown(Response):
    """What the register said of an agency at one time."""

    version: int
    recorded_at: Instant
    recorded_by: Annotated[str, Field(description="A person's or a client's id; `load` for a file.")]
    recorded_by_agency_id: str | None
    name: str
    also_known_as: Annotated[list[str], Field(max_length=20)]
    agency_type: Annotated[str, Code(AgencyType)]
    effective_from: DayText | None
    effective_to: DayText | None
    successor_ids: Annotated[list[str], Field(max_length=20)]
    expected_to_raise: bool
    possibly_same_as: str | None
    unverified: Annotated[list[str], Field(max_length=50)]
    source: str | None
    note: str | None


class AgencyHistory(Response):
    """Every version, newest first."""

    items: Annotated[list[AgencyVersionShown], Field(max_length=1000)]
