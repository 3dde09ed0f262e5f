"""The tables of rapid reviews: the review, its incidents, what its panel finds about each criterion, its history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.rapid_reviews.domain import Answer, Do, Kind, Status
from services.reviews.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class RapidReview(Retained, Base):
    """One rapid review."""

    __tablename__ = "rapid_review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    status: Mapped[str]
    theme: Mapped[str | None]
    other_area: Mapped[str | None]  # of a joint one; it need not be in the register
    led_by: Mapped[str | None]  # the other area; null where this partnership leads
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    clock: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # none for a voluntary one
    due_at: Mapped[datetime | None]  # by when it is to be with the Panel; null when nothing is awaited
    overdue_at: Mapped[datetime | None]  # when it was told that the time had run out
    criteria_version: Mapped[str]
    recommended: Mapped[str | None]  # by the panel
    recommended_reason: Mapped[str | None]
    decision_id: Mapped[UUID | None]
    decision: Mapped[str | None]  # by the three
    decision_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    late: Mapped[bool | None] = mapped_column(Boolean)
    answer: Mapped[str | None]  # of the national Panel
    answer_text: Mapped[str | None]
    answer_changes: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)

    __table_args__ = (
        one_of("kind", Kind),
        one_of("status", Status),
        one_of("answer", Answer),
        Index("ix_rapid_review_newest", sql("opened_at DESC"), sql("id DESC")),
        Index(
            "ix_rapid_review_running_out", "due_at", postgresql_where=sql("due_at IS NOT NULL AND overdue_at IS NULL")
        ),
    )


class ReviewedIncident(Base):
    """Which incidents a review is about."""

    __tablename__ = "reviewed_incident"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.rapid_review.id"), primary_key=True, index=True)


class CriterionAnswer(Base):
    """What the panel finds about one criterion; earlier findings stand in the history."""

    __tablename__ = "criterion_answer"

    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.rapid_review.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    met: Mapped[bool] = mapped_column(Boolean)
    rationale: Mapped[str]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str]


class ReviewEntry(Entry, Base):
    """What was done to a review: appended, never changed."""

    __tablename__ = "rapid_review_entry"

    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.rapid_review.id"), index=True)
    text: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
