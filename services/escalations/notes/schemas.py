"""What the requests about notes say, and what answers show."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.escalations.escalations.domain import Theme
from services.escalations.notes.domain import Kind
from shared.listing import Listing
from shared.schemas import AgencyId, CauseGiven, Code, Day, Instant, Prose, Response, Weighed

EXAMPLE: dict[str, JsonValue] = {
    "kind": "informal",
    "theme": "information_sharing",
    "text": "The minutes had not come; a call to the chair settled it the same day.",
    "about_agency_ids": ["cheshire-east-council"],
}
Short = Annotated[Prose, Field(max_length=1000)]


class RecordNote(Weighed):
    """A note in a minute: about no child, naming nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: Kind
    theme: Theme = Theme.OTHER
    text: Short
    happened_on: Annotated[Day | None, Field(description="Today, where it is not given.")] = None
    agency_id: Annotated[AgencyId | None, Field(description="Your own, unless you act for another.")] = None
    about_agency_ids: Annotated[list[AgencyId], Field(max_length=5, description="The other agencies in it.")] = []
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class RetractNote(Weighed):
    """It should not have been written."""

    reason: Short


class NoteCause(Response):
    """An earlier record from which the note follows."""

    type: str
    id: str


class NoteShown(Response):
    """One note; without text once it was taken back."""

    id: UUID
    kind: Annotated[str, Code(Kind)]
    theme: Annotated[str, Code(Theme)]
    text: str | None
    happened_on: date
    noted_at: Instant
    agency_id: str
    about_agency_ids: Annotated[list[str], Field(max_length=5)]
    causes: Annotated[list[NoteCause], Field(max_length=10)]
    retracted_at: Instant | None
    retraction: str | None


class NotePage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[NoteShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListNotes(Listing):
    """How a list is narrowed and paged."""

    kind: Kind | None = None
    theme: Theme | None = None
    agency_id: Annotated[AgencyId | None, Field(description="Written by this agency.")] = None
    about_agency_id: Annotated[AgencyId | None, Field(description="Naming this agency.")] = None
    happened_from: Annotated[Day | None, Field(description="On this day or after it.")] = None
    happened_before: Annotated[Day | None, Field(description="Before this day.")] = None
    retracted: Annotated[bool, Field(description="Those that were taken back, instead of those that stand.")] = False
