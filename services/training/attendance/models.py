"""The table of what was said of who came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.training.attendance.domain import Outcome, Source
from services.training.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY


class Presence(Base):
    """One thing that was said of one delegate, or of somebody whom an export has and nobody knows: appended."""

    __tablename__ = "presence"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"))
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("training.booking.id"), index=True)
    source: Mapped[str]
    outcome: Mapped[str]
    name: Mapped[str | None]  # of who has no booking
    email: Mapped[str | None]  # of who has no booking, in small letters
    minutes: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime]
    said_by: Mapped[str]

    __table_args__ = (
        one_of("source", Source),
        one_of("outcome", Outcome),
        Index("ix_presence_session_id", "session_id", "id"),
        {"info": APPEND_ONLY},
    )
