"""The columns of invitations; a service adds what is invited to and what invites, and makes its table of them.

class Invitation(InvitationColumns, Base):
    __tablename__ = "invitation"
    keys = ("meeting_id", "membership_id")
    meeting_id: Mapped[UUID]
    membership_id: Mapped[UUID]
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from shared.db import one_of
from shared.errands import Mailed
from shared.invitations.domain import Answer, Occasion


class InvitationColumns(Mailed):
    """One letter to one guest: the appointment, its change, its cancellation; or a word about it."""

    __tablename__: str
    keys: ClassVar[tuple[str, str]]  # what is invited to, and what invites

    id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(server_default=Occasion.INVITATION.value)
    sequence: Mapped[int] = mapped_column(Integer)
    person_name: Mapped[str]
    agency_id: Mapped[str | None]
    address: Mapped[str | None]
    summons: Mapped[dict[str, Any]] = mapped_column(JSONB)
    answer: Mapped[str | None]  # of this guest, to this state of the appointment
    answered_at: Mapped[datetime | None]
    reply_stamped_at: Mapped[datetime | None]  # by her calendar: of two answers the later one counts

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes; nobody is written to twice; what the errand and the replies walk along."""
        name = cls.__tablename__
        return (
            one_of("occasion", Occasion),
            one_of("answer", Answer),
            Index(f"uq_{name}_letter", *cls.keys, "sequence", "occasion", unique=True),
            Index(f"ix_{name}_attempt_at", "attempt_at", postgresql_where=sql("attempt_at IS NOT NULL")),
            Index(f"ix_{name}_uid", sql("(summons ->> 'uid')")),
        )
