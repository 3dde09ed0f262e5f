"""What is asked about a child, and what is shown."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from services.escalations.challenges.schemas import Identifier
from services.escalations.children.domain import Verdict
from services.escalations.escalations.schemas import EscalationSummary, IdentifierShown
from shared.schemas import Code, Instant, Prose, Request, Response, Worded


class SearchChildren(Request):
    """Which child: by one or several of its numbers, in the body and never in an address."""

    identifiers: Annotated[list[Identifier], Field(min_length=1, max_length=5)]


class Reveal(Worded):
    """Why the identifiers are opened; it is recorded beside who opened them."""

    prose: ClassVar = ("reason",)
    reason: Prose


class Decide(Worded):
    """Why the two are one child, or are not."""

    prose: ClassVar = ("reason",)
    reason: Prose


class ChildFound(Response):
    """A child with the matters about it that the caller may see, newest first.

    There may be more: under numbers that nobody has matched yet, or at agencies whose matters the caller does not see.
    """

    child_id: UUID
    pseudonyms: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=100)]
    at_least: Annotated[int, Field(ge=1, description="How many matters there are, at least.")]
    escalations: Annotated[list[EscalationSummary], Field(max_length=100)]


class ChildrenFound(Response):
    """The children found: none, one, or several whom nobody has matched yet."""

    items: Annotated[list[ChildFound], Field(max_length=5)]


class IdentifiersShown(Response):
    """A child's identifiers, opened."""

    child_id: UUID
    identifiers: Annotated[list[IdentifierShown], Field(max_length=100)]


class MatchShown(Response):
    """Two children who are perhaps one, for the matter named gave identifiers of both."""

    id: UUID
    escalation_id: UUID
    reference: Annotated[str, Field(max_length=20)]
    child_id: UUID
    other_child_id: UUID
    suggested_at: Instant
    verdict: Annotated[str, Code(Verdict)] | None


class Matches(Response):
    """What is still to be decided, oldest first."""

    items: Annotated[list[MatchShown], Field(max_length=100)]
