"""The table of a service's letters."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.errands import Mailed


class PostedLetter(Mailed):
    """One letter to one contact: `class Letter(PostedLetter, Base)`. Its text is made when it is sent."""

    __tablename__ = "letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion: Mapped[str]
    about_type: Mapped[str]
    about_id: Mapped[str]
    agency_id: Mapped[str]  # that is told
    contact_id: Mapped[str | None]  # null where it has nobody to tell
    contact_agency_id: Mapped[str | None]  # the contact's own agency, which may act for the other
    name: Mapped[str | None]
    address: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    written_at: Mapped[datetime]  # business time
    leaves_at: Mapped[datetime]  # business time, in working hours
    failed_at: Mapped[datetime | None]  # real time

    @staticmethod
    def indexes() -> tuple[Index, Index]:
        """For `__table_args__`: by what it is about, and by when it is due."""
        due = Index("ix_letter_due", "attempt_at", postgresql_where=text("attempt_at IS NOT NULL"))
        return Index("ix_letter_about", "about_type", "about_id", "id"), due
