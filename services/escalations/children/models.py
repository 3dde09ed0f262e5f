"""The tables of children, their sealed identifiers, which escalation concerns whom, and who is perhaps one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.children.domain import Verdict
from services.escalations.tables import Base
from shared.child_records import RecordedChild, RecordedIdentifier
from shared.db import one_of
from shared.retention import Retained


class Child(RecordedChild, Base):
    """A child, known by pseudonyms only. A confirmed merge points to the child that it is."""

    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.child.id"), index=True)
    merged_at: Mapped[datetime | None]


class ChildIdentifier(RecordedIdentifier, Base):
    """One typed identifier of a child."""

    child_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.child.id"), index=True)


class Concerned(Base):
    """Which children an escalation concerns, as they were described then."""

    __tablename__ = "concerned"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.child.id"), primary_key=True)
    pseudonym: Mapped[str]
    given: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}"
    )  # pseudonyms of the identifiers given with it
    age_band: Mapped[str]
    level_of_need: Mapped[str]
    statuses: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (Index("ix_concerned_child_id", "child_id", "escalation_id"),)


class Match(Retained, Base):
    """Two children who are perhaps one, for a challenge gave identifiers of both; a person decides."""

    __tablename__ = "child_match"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.child.id"))
    other_child_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.child.id"))
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), index=True)
    suggested_at: Mapped[datetime]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_agency_id: Mapped[str | None]

    __table_args__ = (
        one_of("verdict", Verdict),
        UniqueConstraint("child_id", "other_child_id"),
    )
