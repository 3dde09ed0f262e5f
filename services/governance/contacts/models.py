"""The contacts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.contacts.domain import Purpose
from services.governance.tables import Base
from shared.db import one_of


class Contact(Base):
    """Whom one agency names for one purpose."""

    __tablename__ = "contact"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"))
    purpose: Mapped[str]
    name: Mapped[str]
    post: Mapped[str | None]
    person_id: Mapped[UUID | None]
    email: Mapped[str | None]
    telephone: Mapped[str | None]
    working_hours: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    absences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    removed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    changed_by_agency_id: Mapped[str | None]
    version: Mapped[int]

    __table_args__ = (
        one_of("purpose", Purpose),
        CheckConstraint("email IS NOT NULL OR telephone IS NOT NULL", name="reachable"),
        Index("uq_contact_serving", "agency_id", "purpose", unique=True, postgresql_where="removed_at IS NULL"),
    )
