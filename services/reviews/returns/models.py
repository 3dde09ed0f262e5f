"""The tables of what agencies are asked and return."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.returns.domain import Status
from services.reviews.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class ScopingReturn(Retained, Base):
    """What one agency is asked for a review, and whether it has answered."""

    __tablename__ = "scoping_return"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.rapid_review.id"))
    version: Mapped[int] = mapped_column(Integer)
    agency_id: Mapped[str | None] = mapped_column(index=True)
    party_name: Mapped[str | None]  # of who is not in the register
    status: Mapped[str]
    asked: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    due_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]  # the first time
    late: Mapped[bool | None] = mapped_column(Boolean)
    asked_again: Mapped[int] = mapped_column(Integer, server_default="0")
    ask_again_at: Mapped[datetime | None]  # when next; null where nobody asks any more
    told_at: Mapped[datetime | None]  # when the panel's chair was told that it stays out

    __table_args__ = (
        one_of("status", Status),
        UniqueConstraint("review_id", "agency_id"),
        Index("ix_scoping_return_newest", sql("asked_at DESC"), sql("id DESC")),
        Index("ix_scoping_return_missing", "ask_again_at", postgresql_where=sql("ask_again_at IS NOT NULL")),
    )


class ReturnEntry(Base):
    """What an agency has told: appended, so that what it told first remains."""

    __tablename__ = "scoping_return_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    return_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.scoping_return.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    agency_id: Mapped[str]  # of who wrote it down
    known: Mapped[bool] = mapped_column(Boolean)  # whether the agency knew the child or the family
    text: Mapped[str]
    practice: Mapped[str | None]

    __table_args__ = ({"info": APPEND_ONLY},)
