"""The tables of practice reviews: what is reviewed, by whom, which agencies take part, the report, and its history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, Text, false
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.practice_reviews.domain import Do, Kind, Part, Status
from services.reviews.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class PracticeReview(Retained, Base):
    """One practice review; children are told apart by their letters alone."""

    __tablename__ = "practice_review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text))  # other areas with which it is held
    led_by: Mapped[str | None]  # one of them; null where this partnership leads, or nobody has said who does
    reason: Mapped[str | None]  # why it is held
    decided_on: Mapped[date | None]
    commissioned_at: Mapped[datetime]
    publish_by: Mapped[date | None]
    publish_rule: Mapped[str | None]  # by which that day was given
    terms: Mapped[int] = mapped_column(Integer, server_default="0")  # the version of the terms of reference
    answers_due_on: Mapped[date | None]  # when the agencies are to have said whether the facts are right
    circulated_hash: Mapped[str | None]  # of the text that they were sent
    decision_id: Mapped[UUID | None]  # of the three, who sign it off
    signed_hash: Mapped[str | None]  # of the text that they signed
    sent_on: Mapped[date | None]  # to the Panel and the Secretary of State
    not_before: Mapped[date | None]  # the first day on which it may be published
    held: Mapped[bool] = mapped_column(Boolean, server_default=false())  # a hold for proceedings is live
    published_on: Mapped[date | None]
    published: Mapped[str | None]  # when, in the words of the publication itself
    public_until: Mapped[date | None]  # at the least
    overdue_at: Mapped[datetime | None]  # when it was told that the day of publication had passed
    silence_told_at: Mapped[datetime | None]  # that the agencies' day had, and some had said nothing
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    source: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))  # of one that was published before

    __table_args__ = (
        one_of("status", Status),
        one_of("kind", Kind),
        Index("ix_practice_review_newest", sql("commissioned_at DESC"), sql("id DESC")),
        Index("ix_practice_review_publish_by", "publish_by", postgresql_where=sql("status <> 'published'")),
    )


class ReviewLetter(Base):
    """A letter that was given to a child of a review: once, and never again."""

    __tablename__ = "review_letter"

    letter: Mapped[str] = mapped_column(primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), index=True)


class ReviewParty(Base):
    """Which agencies take part, in the order of a list, and whether each found the facts right."""

    __tablename__ = "review_party"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    commissioned_at: Mapped[datetime] = mapped_column(primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), primary_key=True)
    answered_at: Mapped[datetime | None]
    accurate: Mapped[bool | None] = mapped_column(Boolean)
    corrections: Mapped[str | None]

    __table_args__ = (Index("ix_review_party_practice_review_id", "practice_review_id", "agency_id"),)


class Reviewer(Base):
    """Somebody independent who reviews, from the appointment to its end, and how the six requirements are met."""

    __tablename__ = "reviewer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), index=True)
    person_id: Mapped[str] = mapped_column(index=True)
    person_name: Mapped[str]
    agency_id: Mapped[str]
    requirements: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    appointed_at: Mapped[datetime]
    appointed_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class ReportPart(Base):
    """One part of a review's report, as it was last written."""

    __tablename__ = "report_part"

    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    written_at: Mapped[datetime]

    __table_args__ = (one_of("part", Part), CheckConstraint("text <> ''", name="text"))


class ReviewEntry(Entry, Base):
    """What was done to a review, and in which state it was then: appended."""

    __tablename__ = "review_entry"

    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"), index=True)
    part: Mapped[str | None]
    text: Mapped[str | None]

    __table_args__ = (one_of("did", Do), one_of("part", Part), {"info": APPEND_ONLY})
