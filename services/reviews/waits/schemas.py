"""What the list of what waits for whom says, and how it is narrowed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.reviews.waits.domain import What
from shared.listing import Listing
from shared.schemas import AgencyId, Code, Day, Instant, Response


class ListWaits(Listing):
    """How the list is narrowed and paged."""

    what: What | None = None
    agency_id: Annotated[AgencyId | None, Field(description="Whom it waits for.")] = None
    overdue: Annotated[bool | None, Field(description="Its time is over.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None


class WaitShown(Response):
    """One thing that waits for somebody."""

    what: Annotated[str, Code(What)]
    in_words: Annotated[str, Field(max_length=200)]
    noun: Annotated[str, Field(max_length=60, description="What kind of record it is about.")]
    id: Annotated[UUID, Field(description="The record.")]
    reference: Annotated[str | None, Field(description="By which people name it: a case's number, or a review's name.")]
    agency_id: Annotated[
        str | None, Field(description="Whom it waits for; null where it is the business unit's to bring about.")
    ]
    silent_agency_id: Annotated[
        str | None, Field(description="Who was asked so often in vain that it waits for somebody above; else null.")
    ]
    times_asked: Annotated[int | None, Field(description="How often it was asked again; null where nobody asks again.")]
    since: Annotated[Instant | None, Field(description="Since when it waits, where that is kept.")]
    due_at: Annotated[Instant | None, Field(description="Null where no rule gives it a time; these stand at the end.")]
    overdue: bool


class WaitPage(Response):
    """One page, the first due first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[WaitShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]
