"""The table of chairs' reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base
from shared.plumbing import APPEND_ONLY


class ChairReport(Base):
    """What the chair of a body said of one meeting to the bodies above it; it comes to their next agendas by itself."""

    __tablename__ = "chair_report"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"), unique=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    to_body_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    text: Mapped[str]
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = (
        Index("ix_chair_report_newest", sql("reported_at DESC"), sql("id DESC")),
        Index("ix_chair_report_to_body_ids", "to_body_ids", postgresql_using="gin"),
        {"info": APPEND_ONLY},
    )
