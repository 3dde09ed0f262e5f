"""The table of invitations."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.training.tables import Base
from shared.invitations.models import InvitationColumns


class Invitation(InvitationColumns, Base):
    """One letter about a session, to one delegate or to a distribution list."""

    __tablename__ = "invitation"
    keys = ("session_id", "guest_id")

    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"))
    guest_id: Mapped[UUID]  # her booking, or made of the session and a list's address
