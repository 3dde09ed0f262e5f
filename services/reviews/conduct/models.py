"""The tables of how a review is held; reviewers stand with the reviews, for they decide who sees them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.conduct.domain import Heard, How
from services.reviews.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY

REVIEW = "reviews.practice_review.id"


class TermsVersion(Base):
    """One version of a review's terms of reference: appended."""

    __tablename__ = "terms_version"

    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey(REVIEW), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str]
    reason: Mapped[str | None]  # of a change
    at: Mapped[datetime]
    actor: Mapped[str]

    __table_args__ = ({"info": APPEND_ONLY},)


class MilestoneRow(Base):
    """Something that is to be reached by a day."""

    __tablename__ = "milestone"

    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey(REVIEW), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str]
    planned_on: Mapped[date]
    due_on: Mapped[date]
    moves: Mapped[int] = mapped_column(Integer)
    done_on: Mapped[date | None]
    overdue_at: Mapped[datetime | None]  # when it was told that its day was over


class MilestoneMove(Base):
    """A milestone's day before it was moved, and why it was: appended."""

    __tablename__ = "milestone_move"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey(REVIEW), index=True)
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    was_due_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str]
    actor: Mapped[str]

    __table_args__ = ({"info": APPEND_ONLY},)


class Engagement(Base):
    """That somebody was heard, or was offered to be: a fact without a name; appended."""

    __tablename__ = "engagement"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey(REVIEW), index=True)
    heard: Mapped[str]
    how: Mapped[str]
    happened_on: Mapped[date]
    people: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str | None]
    at: Mapped[datetime]
    actor: Mapped[str]

    __table_args__ = (one_of("heard", Heard), one_of("how", How), {"info": APPEND_ONLY})
