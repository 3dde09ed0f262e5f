"""The tables of escalations: the matter, its parties and its history."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.escalations.domain import Impact, Outcome, RedirectedTo, Status, Theme
from services.escalations.ladders.domain import Kind, Priority
from services.escalations.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class Escalation(Retained, Base):
    """One challenge. Names of agencies are those of the day of raising; the ids follow their successors."""

    __tablename__ = "escalation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    status: Mapped[str]
    raised_at: Mapped[datetime]
    entered_at: Mapped[
        datetime
    ]  # business time of recording: a matter entered after its quarter was frozen is a correction
    decision_date: Mapped[date | None]
    raising_agency_id: Mapped[str]
    raising_name: Mapped[str]
    receiving_agency_id: Mapped[str | None]
    receiving_name: Mapped[str]
    first_receiving_agency_id: Mapped[str | None]
    raiser: Mapped[str]  # the subject who raised it
    raiser_role: Mapped[str]
    raiser_team: Mapped[str | None]
    receiving_team: Mapped[str | None]
    priority: Mapped[str]
    priority_reason: Mapped[str | None]
    primary_theme: Mapped[str]
    secondary_themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    level_of_need: Mapped[str]  # the highest of its children's
    summary: Mapped[str]
    wanted: Mapped[str]
    guidance: Mapped[str | None]
    safety_action: Mapped[str | None]
    child_views: Mapped[str | None]
    quarantined: Mapped[bool] = mapped_column(Boolean, server_default=false())
    ladder_code: Mapped[str]
    ladder_version: Mapped[int] = mapped_column(Integer)
    stage_number: Mapped[int] = mapped_column(Integer)  # which of its stage rows is the present one
    stage_order: Mapped[int] = mapped_column(Integer)
    stage_decided_by: Mapped[str | None]
    due_at: Mapped[datetime | None]  # of the present respond clock; null when nothing is awaited
    outcome: Mapped[str | None]
    outcome_text: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_stage_order: Mapped[int | None] = mapped_column(Integer)
    told_at: Mapped[datetime | None]
    satisfied: Mapped[bool | None]
    satisfaction_asked: Mapped[bool | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    redirected_at: Mapped[datetime | None]
    redirected_to: Mapped[str | None]
    impact: Mapped[str | None]
    impact_text: Mapped[str | None]
    vignette: Mapped[str | None]
    counter_to: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.escalation.id"))
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)

    __table_args__ = (
        one_of("kind", Kind),
        one_of("status", Status),
        one_of("priority", Priority),
        one_of("primary_theme", Theme),
        one_of("outcome", Outcome),
        one_of("redirected_to", RedirectedTo),
        one_of("impact", Impact),
        Index("ix_escalation_newest", text("raised_at DESC"), text("id DESC")),
        Index("ix_escalation_left", text("coalesce(closed_at, withdrawn_at, redirected_at)"), "raised_at"),
        Index("ix_escalation_counter_to", "counter_to", postgresql_where=text("counter_to IS NOT NULL")),
        Index("ix_escalation_running_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
    )


LIVE = func.coalesce(Escalation.closed_at, Escalation.withdrawn_at, Escalation.redirected_at).is_(None)  # as its index


class Party(Base):
    """Which agency is party to which escalation, in the order of a list: what an agency's own list walks."""

    __tablename__ = "party"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    raised_at: Mapped[datetime] = mapped_column(primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), primary_key=True)
    since: Mapped[datetime]

    __table_args__ = (Index("ix_party_escalation_id", "escalation_id", "agency_id"),)


class HistoryEntry(Entry, Base):
    """What was done to an escalation: appended, never changed."""

    __tablename__ = "history_entry"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.escalation.id"), index=True)
    recorded_at: Mapped[datetime]
    stage_order: Mapped[int] = mapped_column(Integer)
    acting_for: Mapped[str | None]
    seniority: Mapped[str | None]
    text: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (Index("ix_history_entry_at", "at", "did"), {"info": APPEND_ONLY})


class ReferenceNumber(Base):
    """The last number given in each year: `ESC-2627-0042` is the 42nd of 2026/27."""

    __tablename__ = "reference_number"

    year: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
