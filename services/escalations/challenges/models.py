"""The table of matters that ran elsewhere until an agency brought them in."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.plumbing import APPEND_ONLY


class BroughtIn(Base):
    """Under which reference of its own an agency knows a matter, so that bringing it in again changes nothing."""

    __tablename__ = "brought_in"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    own_reference: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), unique=True)

    __table_args__ = {"info": APPEND_ONLY}
