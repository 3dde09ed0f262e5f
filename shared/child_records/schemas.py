"""A child's numbers, as a request gives them and as an answer opens them; what is asked about a child, and what is shown."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field

from shared.child_records.domain import Verdict
from shared.children import IdentifierType
from shared.schemas import Code, Instant, Prose, Request, Response, Worded

Pseudonym = Annotated[str, Field(max_length=20)]


class Identifier(Request):
    """One number that a child is known by."""

    type: IdentifierType
    value: Annotated[str, Field(min_length=3, max_length=40, pattern=r"[A-Za-z0-9]", examples=["SANDBOX-0001"])]

    @property
    def number(self) -> tuple[IdentifierType, str]:
        """The number, as it is looked for."""
        return self.type, self.value


class IdentifierShown(Response):
    """One number that a child is known by, opened for who works on the case."""

    type: Annotated[str, Code(IdentifierType)]
    value: Annotated[str, Field(max_length=40)]


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


class IdentifiersShown(Response):
    """A child's identifiers, opened."""

    child_id: UUID
    identifiers: Annotated[list[IdentifierShown], Field(max_length=100)]

    @classmethod
    def of(cls, child_id: UUID, opened: Iterable[tuple[str, str]]) -> Self:
        """A child and its numbers, each with its kind."""
        return cls(child_id=child_id, identifiers=[IdentifierShown(type=kind, value=value) for kind, value in opened])


class MatchShown(Response):
    """Two children who are perhaps one, for the matter named gave identifiers of both."""

    id: UUID
    reference: Annotated[str, Field(max_length=20, description="The matter's.")]
    child_id: UUID
    other_child_id: UUID
    suggested_at: Instant
    verdict: Annotated[str, Code(Verdict)] | None
