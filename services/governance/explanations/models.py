"""The table of explanations."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.explanations.domain import Status
from services.governance.tables import Base
from shared.db import one_of


class Explanation(Base):
    """One question to one agency, with the figures it was asked by, and the answer."""

    __tablename__ = "explanation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    attended: Mapped[int] = mapped_column(Integer)
    of: Mapped[int] = mapped_column(Integer)
    expected_share: Mapped[int] = mapped_column(Integer)
    rule: Mapped[str]
    asked_at: Mapped[datetime]
    answer_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]
    told_at: Mapped[datetime | None]  # when it was told that the answer has not come

    __table_args__ = (
        one_of("status", Status),
        Index("ix_explanation_newest", sql("asked_at DESC"), sql("id DESC")),
        Index("ix_explanation_body_id", "body_id", "agency_id", "asked_at"),
    )
