"""The table of certificates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.training.certificates.domain import Status
from services.training.tables import Base
from shared.db import one_of


class Certificate(Base):
    """That one delegate attended one session. Whose it is, the booking says."""

    __tablename__ = "certificate"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("training.booking.id"), unique=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"))
    agency_id: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("status", Status),
        Index("ix_certificate_newest", sql("issued_at DESC"), sql("id DESC")),
    )
