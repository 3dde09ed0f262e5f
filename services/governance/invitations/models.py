"""The table of invitations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base


class Invitation(Base):
    """One letter to one member with a meeting's appointment in it: the first, one after a change, or the cancellation."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID]
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("governance.membership.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    person_name: Mapped[str]
    agency_id: Mapped[str]
    address: Mapped[str | None]
    summons: Mapped[dict[str, Any]] = mapped_column(JSONB)
    queued_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer)
    attempt_at: Mapped[datetime | None]  # null: nothing is to be sent any more
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None]

    __table_args__ = (
        Index("uq_invitation_meeting_id", "meeting_id", "membership_id", "sequence", unique=True),
        Index("ix_invitation_attempt_at", "attempt_at", postgresql_where="attempt_at IS NOT NULL"),
    )
