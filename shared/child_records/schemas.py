"""A child's numbers, as a request gives them and as an answer opens them; what is asked about a child, and what is shown."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.child_records.domain import MISREAD, Verdict, misread
from shared.children import IdentifierType
from shared.schemas import Code, Instant, Prose, Request, Response, Worded

Pseudonym = Annotated[str, Field(max_length=20)]


class IdentifierGiven(Request):
    """One number that a child is known by, as it was given: who takes it asks whether it was `misread`."""

    type: IdentifierType
    value: Annotated[str, Field(min_length=3, max_length=40, pattern=r"[A-Za-z0-9]", examples=["SANDBOX-0001"])]

    @property
    def number(self) -> tuple[IdentifierType, str]:
        """The number, as it is looked for."""
        return self.type, self.value


class Identifier(IdentifierGiven):
    """One number that a child is known by."""

    @field_validator("value")
    @classmethod
    def _read_rightly(cls, value: str, given: ValidationInfo) -> str:
        if misread(given.data.get("type", ""), value):
            raise PydanticCustomError("misread", MISREAD)
        return value


class IdentifierShown(Response):
    """One number that a child is known by, opened for who works on the case."""

    type: Annotated[str, Code(IdentifierType)]
    value: Annotated[str, Field(max_length=40)]
    misread: Annotated[bool, Field(description="It cannot be this number, and was taken in haste: look it up again.")]

    @classmethod
    def of(cls, kind: str, value: str) -> "IdentifierShown":
        """A number, opened."""
        return cls.model_construct(type=kind, value=value, misread=misread(kind, value))


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
        return cls(child_id=child_id, identifiers=[IdentifierShown.of(*number) for number in opened])


class MatchShown(Response):
    """Two children who are perhaps one, for the matter named gave identifiers of both."""

    id: UUID
    reference: Annotated[str, Field(max_length=20, description="The matter's.")]
    child_id: UUID
    other_child_id: UUID
    suggested_at: Instant
    verdict: Annotated[str, Code(Verdict)] | None
