"""The letters written, each with how far it has come and the link that it carries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.letters.domain import Occasion
from services.escalations.tables import Base
from shared.db import one_of
from shared.errands import Mailed
from shared.retention import Retained


class Letter(Mailed, Retained, Base):
    """One letter to one contact. Its text is made when it is sent; the link's secret is nowhere stored."""

    __tablename__ = "letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"))
    occasion: Mapped[str]
    agency_id: Mapped[str | None]  # which side it tells; null for an agency that is not registered
    contact_id: Mapped[str | None]  # null where that side has nobody to tell
    contact_agency_id: Mapped[str | None]  # the contact's own agency, which may act for the other
    name: Mapped[str | None]
    address: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    stage_order: Mapped[int] = mapped_column(Integer)
    written_at: Mapped[datetime]  # business time
    failed_at: Mapped[datetime | None]  # real time, as all that follow
    link_expires_at: Mapped[datetime | None]  # null where it asks for no answer
    link_used_at: Mapped[datetime | None]
    link_used_to: Mapped[str | None]

    __table_args__ = (
        one_of("occasion", Occasion),
        Index("ix_letter_escalation_id", "escalation_id", "id"),
        Index("ix_letter_agency_id", "agency_id", "id"),
        Index("ix_letter_due", "attempt_at", postgresql_where=text("attempt_at IS NOT NULL")),
    )
