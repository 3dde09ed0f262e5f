"""What is kept of all services' events: each step, each link from cause to effect, and each record once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base


class ThreadRecord(Base):
    """One record that some event told of, and the agencies that its events have named."""

    __tablename__ = "thread_record"

    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    last_at: Mapped[datetime]
    reference: Mapped[str | None]  # where its noun has one
    title: Mapped[str | None]  # where its events tell one, which none does that is about a child
    agency_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    body_id: Mapped[str | None]  # the one named last, and when it was
    body_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_thread_record_begun", "type", "begun_at"),)


class ThreadStep(Base):
    """One event of one record."""

    __tablename__ = "thread_step"

    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_type: Mapped[str]


class ThreadLink(Base):
    """From a record to one that follows from it."""

    __tablename__ = "thread_link"

    cause_type: Mapped[str] = mapped_column(primary_key=True)
    cause_id: Mapped[str] = mapped_column(primary_key=True)
    effect_type: Mapped[str] = mapped_column(primary_key=True)
    effect_id: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_thread_link_effect", "effect_type", "effect_id"),)
