"""The tables of recommendations: on which learning each rests, what was said of it, and the action that came of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.learning.domain import Theme
from services.reviews.recommendations.domain import Do, Status
from services.reviews.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class Recommendation(Retained, Base):
    """One recommendation of a review."""

    __tablename__ = "recommendation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    practice_review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.practice_review.id"))
    rapid_review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.rapid_review.id"))
    national_review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.national_review.id"))
    number: Mapped[int] = mapped_column(Integer)  # within its review
    theme: Mapped[str]
    text: Mapped[str]
    lead_agency_id: Mapped[str | None]
    owner_body_id: Mapped[str | None]
    measure: Mapped[str | None]  # by what its success is known
    by_when: Mapped[date | None]
    reason: Mapped[str | None]  # of the answer, or of its withdrawal
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # where it was published

    __table_args__ = (
        one_of("status", Status),
        one_of("theme", Theme),
        CheckConstraint(
            "num_nonnulls(practice_review_id, rapid_review_id, national_review_id) = 1", name="of_one_review"
        ),
        CheckConstraint("num_nonnulls(lead_agency_id, owner_body_id) <= 1", name="one_owner"),
        UniqueConstraint("practice_review_id", "number"),
        UniqueConstraint("rapid_review_id", "number"),
        UniqueConstraint("national_review_id", "number"),
        Index("ix_recommendation_newest", sql("made_at DESC"), sql("id DESC")),
        Index("ix_recommendation_lead", "lead_agency_id", sql("made_at DESC"), sql("id DESC")),
    )


class RecommendationLearning(Base):
    """A learning point on which a recommendation rests."""

    __tablename__ = "recommendation_learning"

    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.recommendation.id"), primary_key=True)
    learning_point_id: Mapped[UUID] = mapped_column(
        ForeignKey("reviews.learning_point.id"), primary_key=True, index=True
    )


class RecommendationAction(Base):
    """An action that came of a recommendation, as governance last said: a read model."""

    __tablename__ = "recommendation_action"

    action_id: Mapped[str] = mapped_column(primary_key=True)
    recommendation_id: Mapped[UUID] = mapped_column(index=True)
    reference: Mapped[str]
    status: Mapped[str]
    lead_agency_id: Mapped[str | None]
    due_on: Mapped[date | None]
    moves: Mapped[list[dict[str, str]]] = mapped_column(JSONB)  # of its date
    heard_at: Mapped[datetime]  # the instant of the event


class RecommendationEntry(Entry, Base):
    """What was done to a recommendation, and how it stood then: appended."""

    __tablename__ = "recommendation_entry"

    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.recommendation.id"), index=True)
    lead_agency_id: Mapped[str | None]
    owner_body_id: Mapped[str | None]
    by_when: Mapped[date | None]
    text: Mapped[str | None]

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
