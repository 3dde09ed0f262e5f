"""What the requests about distribution lists say, and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.training.courses.schemas import SeriesCode, left_out
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Day, Instant, Line, Request, Response

EXAMPLE: dict[str, JsonValue] = {
    "name": "Health visitors",
    "email": "health-visitors@lists.example",
    "series": ["bitesize", "how-to"],
}
ListEmail = Annotated[
    str,
    Field(
        pattern=r"^[!#-+\--:=?A-~]{1,64}@[A-Za-z0-9.-]{1,185}\.[A-Za-z]{2,63}$",
        max_length=254,
        description="The list's own address; nobody's personal one.",
        examples=["school-leads@lists.example"],
    ),
]
Subscribed = Annotated[
    list[SeriesCode], Field(max_length=20, description="It gets every open session of these series, by itself.")
]
LastDay = Annotated[Day | None, Field(description="The last day on which it is invited; null: until further notice.")]


class AddList(Request):
    """A new list."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Line
    email: ListEmail
    agency_id: Annotated[AgencyId | None, Field(description="Whose people are on it; none, where several are.")] = None
    series: Subscribed = []


class ChangeList(Request):
    """What changes; what is not sent stays as it is. Sessions that are planned keep the lists that they have."""

    name: Line = Field(default_factory=left_out)
    email: ListEmail = Field(default_factory=left_out)
    agency_id: AgencyId | None = None
    series: Subscribed = Field(default_factory=left_out)
    effective_to: LastDay = None


class ListShown(Response):
    """One list."""

    id: UUID
    name: str
    email: str
    agency_id: str | None
    series: Annotated[list[str], Field(max_length=20)]
    effective_to: date | None
    set_at: Instant


class ListPage(Response):
    """One page, in the order of names; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ListShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListLists(Listing):
    """How a list of lists is narrowed and paged."""

    series: SeriesCode | None = None
    agency_id: AgencyId | None = None
    in_effect_on: Annotated[Day | None, Field(description="Only lists that are invited on that day.")] = None
