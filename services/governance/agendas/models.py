"""The tables of agendas and papers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.agendas.domain import Block
from services.governance.tables import Base
from shared.db import one_of


class AgendaItem(Base):
    """One line of an agenda: business from when it is put there; everything else from when the meeting is held."""

    __tablename__ = "agenda_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"))
    block: Mapped[str]
    position: Mapped[int] = mapped_column(Integer)  # within its block
    title: Mapped[str]
    text: Mapped[str | None]
    minutes: Mapped[int | None] = mapped_column(Integer)
    about_type: Mapped[str | None]
    about_id: Mapped[str | None]
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    removed_at: Mapped[datetime | None]

    __table_args__ = (one_of("block", Block), Index("ix_agenda_item_meeting_id", "meeting_id", "block", "position"))


class Paper(Base):
    """A paper for a meeting: where it is, not what it says."""

    __tablename__ = "paper"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"), index=True)
    agenda_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.agenda_item.id"))
    title: Mapped[str]
    link: Mapped[str]
    late: Mapped[bool] = mapped_column(Boolean)
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    agency_id: Mapped[str | None]
