"""The tables of meetings and of what was done to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.meetings.domain import Do, Status
from services.governance.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class Meeting(Base):
    """One meeting of one body as it stands."""

    __tablename__ = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None]
    link: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(Integer)  # of its appointment: grows with each change
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    convened_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    minuted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_at_meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.meeting.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]

    __table_args__ = (
        one_of("status", Status),
        CheckConstraint("ends_at > starts_at", name="times"),
        Index("ix_meeting_newest", sql("starts_at DESC"), sql("id DESC")),
        Index("ix_meeting_body_id", "body_id", sql("starts_at DESC"), sql("id DESC")),
    )


class MeetingEntry(Entry, Base):
    """What was done to a meeting, and when it was to be then: appended, so that every date once given remains."""

    __tablename__ = "meeting_entry"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(f"did IN ('convene', {', '.join(repr(do.value) for do in Do)})", name="did"),
        {"info": APPEND_ONLY},
    )
