"""The table of minutes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base
from shared.plumbing import APPEND_ONLY


class Minutes(Base):
    """One wording of a meeting's minutes: each edit is a new row, and the last one is what is approved."""

    __tablename__ = "minutes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"), index=True)
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = {"info": APPEND_ONLY}
