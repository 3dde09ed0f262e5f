"""The table of publication checks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.publication.domain import Status
from services.reviews.tables import Base
from shared.db import one_of
from shared.retention import Retained


class PublicationCheck(Retained, Base):
    """One reading of one text by a second person; what was found is kept as places, never as what stands there."""

    __tablename__ = "publication_check"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.practice_review.id"))
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    text_hash: Mapped[str]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
    read_agency_id: Mapped[str | None]
    reason: Mapped[str | None]

    __table_args__ = (
        one_of("status", Status),
        Index("ix_publication_check_review", "practice_review_id", sql("asked_at DESC")),
    )
