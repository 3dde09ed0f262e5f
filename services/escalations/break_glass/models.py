"""The tables of openings in an emergency, and of the matters that each opened."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.break_glass.domain import Finding
from services.escalations.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class BreakGlass(Retained, Base):
    """Somebody asked what is known of a child at immediate risk; whether or not anything was."""

    __tablename__ = "break_glass"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    used_at: Mapped[datetime]
    used_by: Mapped[str]
    agency_id: Mapped[str]
    reason: Mapped[str]
    quarantined: Mapped[bool] = mapped_column(Boolean)  # the reason seems to identify somebody
    review_by: Mapped[date]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    finding: Mapped[str | None]
    review: Mapped[str | None]

    __table_args__ = (
        one_of("finding", Finding),
        Index("ix_break_glass_newest", sql("used_at DESC"), sql("id DESC")),
        Index("ix_break_glass_agency_id", "agency_id"),
    )


class Opened(Base):
    """One matter that was shown."""

    __tablename__ = "break_glass_opened"

    break_glass_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.break_glass.id"), primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), primary_key=True)

    __table_args__ = (Index("ix_break_glass_opened_escalation_id", "escalation_id"), {"info": APPEND_ONLY})
