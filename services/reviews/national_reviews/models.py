"""The tables of reviews published elsewhere, of what agencies say of each, and of what was done."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.national_reviews.domain import Do, Status, Verdict
from services.reviews.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class NationalReview(Base):
    """One publication, of the national Panel's or of another area's, and the question that it puts here."""

    __tablename__ = "national_review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    title: Mapped[str]
    publisher: Mapped[str]
    published_on: Mapped[date]
    address: Mapped[str]  # of the publication
    question: Mapped[str]
    body_id: Mapped[str]  # that concludes
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    verdict: Mapped[str | None]
    conclusion: Mapped[str | None]
    concluded_at: Mapped[datetime | None]
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)

    __table_args__ = (
        one_of("status", Status),
        one_of("verdict", Verdict),
        Index("ix_national_review_newest", sql("recorded_at DESC"), sql("id DESC")),
    )


class NationalReviewAnswer(Base):
    """Which agency was asked, until when, and what it says, with what shows it."""

    __tablename__ = "national_review_answer"

    national_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.national_review.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    ask_on: Mapped[date | None]  # after which it is asked once more; null until it was asked again: its day counts
    times_asked: Mapped[int] = mapped_column(Integer, server_default="0")  # again
    told_at: Mapped[datetime | None]  # when the business unit was told of its silence: it is asked no more
    verdict: Mapped[str | None]
    evidence: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("verdict", Verdict),
        Index("ix_national_review_answer_agency", "agency_id", "national_review_id"),
    )


class NationalReviewEntry(Entry, Base):
    """What was done about it, by whom: appended, so that an answer that was changed remains."""

    __tablename__ = "national_review_entry"

    national_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.national_review.id"), index=True)
    text: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
