"""What has been told of each way. It is no part of the threads that are made again from events: those tell nothing."""

from datetime import date
from typing import Any

from sqlalchemy import Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base


class Told(Base):
    """How far a way had come when it was last told."""

    __tablename__ = "way_told"

    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer)  # how often it was told
    course: Mapped[dict[str, Any]] = mapped_column(JSONB)
    stops_on: Mapped[date | None]  # if nothing happens until then

    __table_args__ = (Index("ix_way_told_stops_on", "stops_on", postgresql_where=sql("stops_on IS NOT NULL")),)
