"""The tables of children, their sealed identifiers, and which escalation concerns whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.retention import Retained


class Child(Retained, Base):
    """A child, known by pseudonyms only. A confirmed merge points to the child that it is."""

    __tablename__ = "child"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.child.id"))
    merged_at: Mapped[datetime | None]


class ChildIdentifier(Base):
    """One typed identifier of a child: its pseudonym, by which it is found, and the identifier sealed beside it."""

    __tablename__ = "child_identifier"

    type: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.child.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Concerned(Base):
    """Which children an escalation concerns, as they were described then."""

    __tablename__ = "concerned"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.child.id"), primary_key=True)
    pseudonym: Mapped[str]
    age_band: Mapped[str]
    level_of_need: Mapped[str]
    statuses: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (Index("ix_concerned_child_id", "child_id", "escalation_id"),)
