"""The tables of notes, and of the agencies whose they are."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.escalations.domain import Theme
from services.escalations.notes.domain import Kind
from services.escalations.tables import Base
from shared.db import one_of
from shared.retention import Retained


class Note(Retained, Base):
    """A short text about no child. One that was taken back keeps its place and loses its text."""

    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    theme: Mapped[str]
    text: Mapped[str | None]
    happened_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]  # the subject
    agency_id: Mapped[str]
    about_agency_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    retracted_at: Mapped[datetime | None]
    retracted_by: Mapped[str | None]
    retraction: Mapped[str | None]

    __table_args__ = (
        one_of("kind", Kind),
        one_of("theme", Theme),
        Index("ix_note_newest", sql("noted_at DESC"), sql("id DESC")),
    )


class NoteParty(Base):
    """Which agency wrote a note or is named in it, in the order of a list."""

    __tablename__ = "note_party"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(primary_key=True)
    note_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.note.id"), primary_key=True)

    __table_args__ = (Index("ix_note_party_note_id", "note_id", "agency_id"),)
