"""The tables of learning points, of whose they are, and of what became of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.learning.domain import Do, Route, Status
from services.escalations.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class LearningPoint(Retained, Base):
    """One thing to be learnt from an escalation, in words by which nobody can be recognised."""

    __tablename__ = "learning_point"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    route: Mapped[str]
    text: Mapped[str]
    owner_agency_id: Mapped[str | None]
    owner_body_id: Mapped[str | None]
    agency_id: Mapped[str]  # that recorded it
    take_by: Mapped[date | None]
    recorded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_as: Mapped[dict[str, str] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # the record that goes on from here
    closed_at: Mapped[datetime | None]
    changed: Mapped[bool | None] = mapped_column(Boolean)
    not_taken_at: Mapped[datetime | None]  # when it was told that nobody had taken it in time

    __table_args__ = (
        one_of("status", Status),
        one_of("route", Route),
        Index("ix_learning_point_newest", sql("recorded_at DESC"), sql("id DESC")),
        Index(
            "ix_learning_point_waiting",
            "take_by",
            postgresql_where=sql("status = 'recorded' AND not_taken_at IS NULL"),
        ),
    )


class LearningParty(Base):
    """Which agency's a learning point is, in the order of a list: those of the matter, and the owner."""

    __tablename__ = "learning_party"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    learning_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.learning_point.id"), primary_key=True)

    __table_args__ = (Index("ix_learning_party_learning_id", "learning_id", "agency_id"),)


class LearningAction(Base):
    """An action that came of a learning point, as governance last said: a read model."""

    __tablename__ = "learning_action"

    action_id: Mapped[str] = mapped_column(primary_key=True)
    learning_id: Mapped[UUID] = mapped_column(index=True)
    reference: Mapped[str]
    status: Mapped[str]
    lead_agency_id: Mapped[str | None]
    due_on: Mapped[date | None]
    heard_at: Mapped[datetime]  # the instant of the event


class LearningEntry(Entry, Base):
    """What was done to a learning point, and how it stood then: appended, so that every date once given remains."""

    __tablename__ = "learning_entry"

    learning_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.learning_point.id"), index=True)
    route: Mapped[str]
    owner_agency_id: Mapped[str | None]
    owner_body_id: Mapped[str | None]
    take_by: Mapped[date | None]
    rule: Mapped[str | None]  # by which the day was given
    text: Mapped[str | None]

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
