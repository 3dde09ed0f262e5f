"""The tables of children, their sealed identifiers, which escalation concerns whom, and who is perhaps one."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.child_records.models import RecordedChild, RecordedIdentifier, RecordedMatch


class Child(RecordedChild, Base):
    """A child, known by pseudonyms only."""


class ChildIdentifier(RecordedIdentifier, Base):
    """One typed identifier of a child."""


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


class Match(RecordedMatch, Base):
    """Two children who are perhaps one, and the challenge that gave identifiers of both."""

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), index=True)
