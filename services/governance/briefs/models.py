"""The tables of briefs."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.briefs.domain import Do, Status
from services.governance.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class Brief(Base):
    """One task-and-finish group's brief, as it stands."""

    __tablename__ = "brief"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"), unique=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    objective: Mapped[str]
    lead_name: Mapped[str]
    lead_agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"))
    overseen_by: Mapped[str] = mapped_column(ForeignKey("governance.body.id"), index=True)
    due_on: Mapped[date]
    extended: Mapped[int] = mapped_column(Integer)  # how often
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    given_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    report: Mapped[str | None]
    follow_on: Mapped[str | None]  # what goes on as business as usual, and with whom

    __table_args__ = (one_of("status", Status), Index("ix_brief_newest", sql("given_at DESC"), sql("id DESC")))


class BriefEntry(Entry, Base):
    """What was done to a brief, and when it was due then: appended, so that every day once given remains."""

    __tablename__ = "brief_entry"

    brief_id: Mapped[UUID] = mapped_column(ForeignKey("governance.brief.id"), index=True)
    due_on: Mapped[date]
    text: Mapped[str]

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
