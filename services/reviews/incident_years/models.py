"""The table of years that were told."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.tables import Base


class IncidentYear(Base):
    """One year, April to March, from the first in which the service was at work."""

    __tablename__ = "incident_year"

    begins_in: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    told_at: Mapped[datetime | None]  # when its figure was told; null while it runs
