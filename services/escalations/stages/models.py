"""The tables of stages and their clocks."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Interval, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.ladders.domain import Duty
from services.escalations.tables import Base
from shared.db import one_of


class StageEntry(Base):
    """One stage that the escalation entered. Passing on enters the same order again, with the right agency."""

    __tablename__ = "stage_entry"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    order: Mapped[int] = mapped_column(Integer)
    name: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]  # raise, or the transition that led here
    receiving_agency_id: Mapped[str | None]
    priority: Mapped[str]
    skipped_orders: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    skip_reason: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    overrun_reason: Mapped[str | None]


class ClockEntry(Base):
    """One duty's clock at one stage. A date once given is not rewritten: `agreed_due_at` stands beside it."""

    __tablename__ = "clock_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"))
    stage_number: Mapped[int] = mapped_column(Integer)
    stage_order: Mapped[int] = mapped_column(Integer)
    duty: Mapped[str]
    priority: Mapped[str]
    agency_id: Mapped[str | None]  # on whom the duty lies
    on_breach: Mapped[str]
    rule: Mapped[str]  # code and version of the ladder, stage, duty, priority and amount, as computed
    calendar_version: Mapped[str]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    agreed_due_at: Mapped[datetime | None]  # earlier than `due_at`, by agreement of both sides
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    margin: Mapped[timedelta | None] = mapped_column(Interval)  # working time left when it stopped; negative when late
    late: Mapped[bool | None]
    breached_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("duty", Duty),
        Index("ix_clock_entry_escalation_id", "escalation_id", "stage_number", "duty"),
        Index("ix_clock_entry_running", "due_at", postgresql_where=text("stopped_at IS NULL")),
        Index("ix_clock_entry_due", "due_at", "duty"),
    )


BINDING = func.least(ClockEntry.due_at, func.coalesce(ClockEntry.agreed_due_at, ClockEntry.due_at))
