"""The table of attendances."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.attendances.domain import How
from services.governance.tables import Base
from shared.db import one_of


class Attendance(Base):
    """How the holder of one seat attended one meeting; the agency is that for which she sat on the day."""

    __tablename__ = "attendance"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"), primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("governance.membership.id"), primary_key=True)
    agency_id: Mapped[str]
    how: Mapped[str]
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.membership.id"))
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]

    __table_args__ = (one_of("how", How), Index("ix_attendance_agency_id", "agency_id", "meeting_id"))
