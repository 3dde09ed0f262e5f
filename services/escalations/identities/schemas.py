"""What is shown of a child: the matters about it, and the matches that arose in them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.escalations.escalations.schemas import EscalationSummary
from shared.child_records.schemas import MatchShown, Pseudonym
from shared.schemas import Response


class ChildFound(Response):
    """A child with the matters about it that the caller may see, newest first.

    There may be more: under numbers that nobody has matched yet, or at agencies whose matters the caller does not see.
    """

    child_id: UUID
    pseudonyms: Annotated[list[Pseudonym], Field(max_length=100)]
    at_least: Annotated[int, Field(ge=1, description="How many matters there are, at least.")]
    escalations: Annotated[list[EscalationSummary], Field(max_length=100)]


class ChildrenFound(Response):
    """The children found: none, one, or several whom nobody has matched yet."""

    items: Annotated[list[ChildFound], Field(max_length=5)]


class EscalationMatch(MatchShown):
    """Two children who are perhaps one, for a challenge gave identifiers of both."""

    escalation_id: UUID


class Matches(Response):
    """What is still to be decided, oldest first."""

    items: Annotated[list[EscalationMatch], Field(max_length=100)]
