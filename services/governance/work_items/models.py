"""The tables of work plans."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base
from services.governance.work_items.domain import Do, Status
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class WorkItem(Base):
    """One thing that a body means to do, as it stands."""

    __tablename__ = "work_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    year: Mapped[str]  # 2026/27
    quarter: Mapped[str]  # Q1 to Q4
    last_day: Mapped[date]  # of that quarter
    deferred: Mapped[int] = mapped_column(Integer)  # how often
    title: Mapped[str]
    text: Mapped[str | None]
    lead_agency_id: Mapped[str | None] = mapped_column(ForeignKey("governance.agency.id"))
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    planned_at: Mapped[datetime]

    __table_args__ = (one_of("status", Status), Index("ix_work_item_body_id", "body_id", "last_day", "id"))


class WorkItemEntry(Entry, Base):
    """What was done to an item, and for when it was planned then: appended, so that every quarter once given remains."""

    __tablename__ = "work_item_entry"

    work_item_id: Mapped[UUID] = mapped_column(ForeignKey("governance.work_item.id"), index=True)
    year: Mapped[str]
    quarter: Mapped[str]
    text: Mapped[str | None]

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
