"""What is shown of a child: the cases about it, and the matches that arose in them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.child_records.schemas import MatchShown, Pseudonym
from shared.policy import View
from shared.schemas import Code, Instant, Response


class MatterShown(Response):
    """An incident, a rapid review or a return that is about the child; it is read under its own noun."""

    noun: Annotated[str, Field(max_length=60, examples=["reviews.incident"])]
    id: UUID
    reference: Annotated[str, Field(max_length=20, description="The incident's, or the rapid review's.")]
    status: str
    at: Annotated[Instant, Field(description="When it was recorded, opened or asked for.")]
    view: Annotated[str, Code(View)]


class ReviewedChildFound(Response):
    """A child with the cases about it that the caller may see, newest first.

    There may be more: under numbers that nobody has matched yet, or in cases that the caller does not see.
    """

    child_id: UUID
    pseudonyms: Annotated[list[Pseudonym], Field(max_length=100)]
    at_least: Annotated[int, Field(ge=1, description="How many incidents there are, at least.")]
    matters: Annotated[list[MatterShown], Field(max_length=100)]


class ReviewedChildrenFound(Response):
    """The children found: none, one, or several whom nobody has matched yet."""

    items: Annotated[list[ReviewedChildFound], Field(max_length=5)]


class IncidentMatch(MatchShown):
    """Two children who are perhaps one, for an incident gave numbers of both."""

    incident_id: UUID


class IncidentMatches(Response):
    """What is still to be decided, oldest first."""

    items: Annotated[list[IncidentMatch], Field(max_length=100)]
