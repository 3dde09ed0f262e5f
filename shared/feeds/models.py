"""The columns of feeds; a service makes its table of them.

class Feed(FeedColumns, Base):
    __tablename__ = "feed"
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class FeedColumns:
    """One address that somebody has, or had: each person one at a time."""

    __tablename__: str

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str]
    agency_id: Mapped[str | None]  # null where it was made before this was kept
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Nobody has two."""
        return (
            Index(
                f"uq_{cls.__tablename__}_subject", "subject", unique=True, postgresql_where=sql("revoked_at IS NULL")
            ),
        )
