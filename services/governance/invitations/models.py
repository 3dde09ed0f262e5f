"""The table of invitations."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base
from shared.invitations.models import InvitationColumns


class Invitation(InvitationColumns, Base):
    """One letter to one member about a meeting."""

    __tablename__ = "invitation"
    keys = ("meeting_id", "membership_id")

    meeting_id: Mapped[UUID]
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("governance.membership.id"))
