"""Every version of every ladder that was ever loaded, as it was read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.plumbing import APPEND_ONLY


class LadderVersion(Base):
    """One version; `document` is what the file said, and is never changed once loaded."""

    __tablename__ = "ladder_version"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    loaded_at: Mapped[datetime]

    __table_args__ = {"info": APPEND_ONLY}
