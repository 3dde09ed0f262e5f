"""The table of learning points."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.learning.domain import Kind, Status, Theme
from services.reviews.tables import Base
from shared.db import one_of
from shared.retention import Retained


class LearningPoint(Retained, Base):
    """One thing to be learnt from a review, or to be done again, in words by which nobody can be recognised."""

    __tablename__ = "learning_point"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    kind: Mapped[str]
    theme: Mapped[str]
    practice_review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.practice_review.id"))
    rapid_review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.rapid_review.id"))
    national_review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.national_review.id"))
    number: Mapped[int] = mapped_column(Integer)  # within its review
    text: Mapped[str]
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # where it was published

    __table_args__ = (
        one_of("status", Status),
        one_of("kind", Kind),
        one_of("theme", Theme),
        CheckConstraint(
            "num_nonnulls(practice_review_id, rapid_review_id, national_review_id) = 1", name="of_one_review"
        ),
        UniqueConstraint("practice_review_id", "number"),
        UniqueConstraint("rapid_review_id", "number"),
        UniqueConstraint("national_review_id", "number"),
        Index("ix_learning_point_newest", sql("drawn_at DESC"), sql("id DESC")),
    )
