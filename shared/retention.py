"""How long a record about a child is kept, and the hold that keeps it longer."""

from datetime import date

from sqlalchemy import Boolean, Text, false
from sqlalchemy.orm import Mapped, mapped_column


class Retained:
    """The columns of every case table: its class, the day from which it may go, and a legal hold, which blocks that."""

    retention_class: Mapped[str] = mapped_column(Text, nullable=False)
    retain_until: Mapped[date | None] = mapped_column(nullable=True)
    legal_hold: Mapped[bool] = mapped_column(Boolean, nullable=False, server_default=false())
