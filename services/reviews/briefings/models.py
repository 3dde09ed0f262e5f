"""The tables of briefings, and of the agencies to which each went."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.briefings.domain import Status
from services.reviews.tables import Base
from shared.db import one_of


class Briefing(Base):
    """One seven-minute briefing. It is about practice, and nobody can be recognised in it."""

    __tablename__ = "briefing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    started_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    acknowledge_by: Mapped[date | None]

    __table_args__ = (
        one_of("status", Status),
        Index("ix_briefing_newest", sql("started_at DESC"), sql("id DESC")),
    )


class BriefingRecipient(Base):
    """An agency to which a briefing went, how often it was asked, and to whom it was passed on."""

    __tablename__ = "briefing_recipient"

    briefing_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.briefing.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(primary_key=True)
    acknowledge_by: Mapped[date]
    ask_on: Mapped[date]  # after which it is asked again
    times_asked: Mapped[int] = mapped_column(Integer)  # again, after it was sent
    told_at: Mapped[datetime | None]  # when the business unit was told of its silence: it is asked no more
    acknowledged_at: Mapped[datetime | None]
    cascaded_to: Mapped[str | None]
    reached: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_briefing_recipient_agency", "agency_id", "briefing_id"),
        Index(
            "ix_briefing_recipient_silent",
            "ask_on",
            postgresql_where=sql("acknowledged_at IS NULL AND told_at IS NULL"),
        ),
    )
