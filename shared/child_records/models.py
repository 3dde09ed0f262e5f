"""The columns of children, of their sealed identifiers, and of who is perhaps one; a service makes its tables of them.

class Child(RecordedChild, Base): ...
class ChildIdentifier(RecordedIdentifier, Base): ...
class Match(RecordedMatch, Base): and the column of the matter in which it arose
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, MetaData, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from shared.child_records.domain import Verdict
from shared.db import one_of
from shared.retention import Retained

RETENTION = "child_case"


class _OfAService:
    metadata: MetaData

    @classmethod
    def _child(cls, **more: Any) -> Any:
        return mapped_column(ForeignKey(f"{cls.metadata.schema}.child.id"), **more)


class RecordedChild(_OfAService, Retained):
    """A child, known by pseudonyms only. A confirmed merge points to the child that it is."""

    __tablename__ = "child"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    merged_at: Mapped[datetime | None]

    @declared_attr
    @classmethod
    def merged_into(cls) -> Mapped[UUID | None]:
        """The child that it is; none as long as it is itself."""
        found: Mapped[UUID | None] = cls._child(index=True)
        return found


class RecordedIdentifier(_OfAService):
    """One typed identifier of a child: its pseudonym, by which it is found, and the identifier sealed beside it."""

    __tablename__ = "child_identifier"

    type: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    @declared_attr
    @classmethod
    def child_id(cls) -> Mapped[UUID]:
        """Whose it is."""
        found: Mapped[UUID] = cls._child(index=True)
        return found


class RecordedMatch(_OfAService, Retained):
    """Two children who are perhaps one, for a matter gave identifiers of both; a person decides."""

    __tablename__ = "child_match"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    suggested_at: Mapped[datetime]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_agency_id: Mapped[str | None]

    @declared_attr
    @classmethod
    def child_id(cls) -> Mapped[UUID]:
        """The one with the smaller id."""
        found: Mapped[UUID] = cls._child()
        return found

    @declared_attr
    @classmethod
    def other_child_id(cls) -> Mapped[UUID]:
        """The other."""
        found: Mapped[UUID] = cls._child()
        return found

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes, and that two are suggested once."""
        return (one_of("verdict", Verdict), UniqueConstraint("child_id", "other_child_id"))


def bound_to(kind: str, pseudonym: str) -> str:
    """What a sealed identifier is bound to: its own row."""
    return f"{kind}/{pseudonym}"
