"""The table of panel members."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.panels.domain import Seat, Status
from services.reviews.tables import Base
from shared.db import one_of


class PanelMember(Base):
    """Who sits on a review's panel, for this case alone and for its length."""

    __tablename__ = "panel_member"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.rapid_review.id"))
    person_id: Mapped[UUID]
    person_name: Mapped[str]
    agency_id: Mapped[str]
    seat: Mapped[str]
    status: Mapped[str]
    conflict: Mapped[str | None]  # what she says of it
    named_at: Mapped[datetime]
    named_by: Mapped[str]
    declared_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("seat", Seat),
        one_of("status", Status),
        Index(
            "uq_panel_member_sits", "review_id", "person_id", unique=True, postgresql_where=sql("released_at IS NULL")
        ),
        Index("ix_panel_member_person_id", "person_id", "review_id"),
    )
