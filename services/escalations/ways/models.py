"""The read model of ways: when each came to each station, and when it stood still."""

from datetime import date, datetime

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base


class Way(Base):
    """One learning point of any service, and the instants at which what followed from it came to each station."""

    __tablename__ = "way"

    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer)  # of the event that said so
    begun_at: Mapped[datetime]
    action_at: Mapped[datetime | None]
    training_at: Mapped[datetime | None]
    evidence_at: Mapped[datetime | None]
    activity_signed_at: Mapped[datetime | None]
    impact_signed_at: Mapped[datetime | None]
    impact_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_way_begun_at", "begun_at"),)


class WayStop(Base):
    """A time in which nothing happened on a way for longer than is waited; open while nothing has happened since."""

    __tablename__ = "way_stop"

    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    stopped_on: Mapped[date]
    resumed_on: Mapped[date | None]
