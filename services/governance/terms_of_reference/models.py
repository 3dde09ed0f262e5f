"""The table of terms of reference."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base
from shared.plumbing import APPEND_ONLY


class TermsOfReference(Base):
    """One version of a body's terms of reference: adopted as new, or reviewed and kept as they were."""

    __tablename__ = "terms_of_reference"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    number: Mapped[int] = mapped_column(Integer)  # within the body
    adopted_on: Mapped[date]
    changed: Mapped[bool] = mapped_column(Boolean)
    text: Mapped[str]  # what they say in short
    link: Mapped[str | None]  # where they are to be read
    body_decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.body_decision.id"))
    review_due_on: Mapped[date | None]
    rule: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        Index("ix_terms_of_reference_newest", sql("adopted_on DESC"), sql("id DESC")),
        {"info": APPEND_ONLY},
    )
