"""The table of expectations."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base


class ExpectationRow(Base):
    """At which share of a body's meetings an agency is expected, from when to when; a new one ends the one before."""

    __tablename__ = "expectation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)
    share: Mapped[int] = mapped_column(Integer)  # percent of the meetings
    expected_by: Mapped[str]  # who expects it, and where that is written
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("share BETWEEN 1 AND 100", name="share"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        Index("ix_expectation_body_id", "body_id", "agency_id", "starts_on"),
    )
