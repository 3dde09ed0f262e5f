"""The tables of holds, and of what was said of each."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.holds.domain import Authority, Do, Proceedings, Status
from services.reviews.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class Hold(Retained, Base):
    """Proceedings that hold the publication of one practice review."""

    __tablename__ = "hold"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    proceedings: Mapped[str]
    authority: Mapped[str]
    authority_name: Mapped[str | None]
    reason: Mapped[str]
    evidence: Mapped[str]
    agency_id: Mapped[str | None]  # that stated or entered it
    overdue_at: Mapped[datetime | None]  # when it was told that the day of its review had passed
    stated_at: Mapped[datetime]
    review_on: Mapped[date]
    told_panel_on: Mapped[date | None]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("status", Status),
        one_of("proceedings", Proceedings),
        one_of("authority", Authority),
        Index("ix_hold_newest", sql("stated_at DESC"), sql("id DESC")),
        Index("ix_hold_live", "practice_review_id", postgresql_where=sql("status = 'live'")),
    )


class HoldEntry(Entry, Base):
    """What was done to a hold, and until when it was to last: appended."""

    __tablename__ = "hold_entry"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.hold.id"), index=True)
    review_on: Mapped[date]
    publish_by: Mapped[date | None]  # the review's day of publication, where it is another after this
    text: Mapped[str | None]

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
