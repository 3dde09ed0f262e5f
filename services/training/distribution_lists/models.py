"""The table of distribution lists."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.training.tables import Base


class DistributionList(Base):
    """An address behind which many people are, and the series that it subscribes to."""

    __tablename__ = "distribution_list"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[str | None]  # whose people are on it; null where several agencies' are
    series: Mapped[list[str]] = mapped_column(ARRAY(Text))
    effective_to: Mapped[date | None]  # the last day
    set_at: Mapped[datetime]
    set_by: Mapped[str]
