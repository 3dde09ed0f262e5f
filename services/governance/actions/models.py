"""The tables of actions: each as it stands, what was done to it, and what was said, shown and signed about it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.actions.domain import OVER, DateStatus, Decision, Rating, Source, Status
from services.governance.plans.domain import EvidenceKind, Phase
from services.governance.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained

_RUNS = "status NOT IN ({})".format(", ".join(f"'{status}'" for status in sorted({*OVER, Status.PROPOSED})))
ACTION = "governance.action.id"


class Action(Retained, Base):
    """One action as it stands."""

    __tablename__ = "action"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    text: Mapped[str]
    theme: Mapped[str | None]
    source_type: Mapped[str]
    source_id: Mapped[str | None]
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.plan.id"), index=True)
    area_code: Mapped[str | None]
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    body_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))  # whose members see it: the owning body, those that sign
    lead_agency_id: Mapped[str | None] = mapped_column(ForeignKey("governance.agency.id"))
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    owner_name: Mapped[str | None]
    due_on: Mapped[date | None]
    moved_from: Mapped[list[str]] = mapped_column(JSONB)  # the dates from which a later one was approved
    evidence_required: Mapped[str | None]
    measured: Mapped[str | None]
    baseline: Mapped[str | None]
    target: Mapped[str | None]
    measured_by: Mapped[date | None]
    rating: Mapped[str | None]
    result: Mapped[str | None]
    signing_code: Mapped[str]
    signing_version: Mapped[str]
    activity_sha256: Mapped[str]  # of what a signature of phase 1, or of phase 2, would be put to now
    impact_sha256: Mapped[str]
    impact_from: Mapped[date | None]  # the first day on which impact can be claimed
    waiting_for: Mapped[str | None]
    waiting_since: Mapped[date | None]
    waits: Mapped[list[dict[str, str]]] = mapped_column(JSONB)  # those that are over
    late_after: Mapped[date | None]  # the owner's last day in time
    reminded_for: Mapped[date | None]  # the last day of which the owner was reminded
    drifting_since: Mapped[datetime | None]
    update_by: Mapped[date | None]
    update_ask_on: Mapped[date | None]  # none once it has been asked for
    superseded_by: Mapped[UUID | None] = mapped_column(ForeignKey(ACTION))
    proposed_at: Mapped[datetime]
    agency_id: Mapped[str | None]  # that proposed it
    agreed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("status", Status),
        one_of("source_type", Source),
        one_of("rating", Rating),
        CheckConstraint("(waiting_for IS NULL) = (waiting_since IS NULL)", name="waiting"),
        Index("ix_action_newest", sql("proposed_at DESC"), sql("id DESC")),
        Index("ix_action_of_agency", "lead_agency_id", sql("proposed_at DESC"), sql("id DESC")),
        Index("ix_action_of_source", "source_type", "source_id"),
        Index("ix_action_of_bodies", "body_ids", postgresql_using="gin"),
        Index("ix_action_running", "late_after", postgresql_where=sql(_RUNS)),
        Index("ix_action_update_ask_on", "update_ask_on", postgresql_where=sql(_RUNS)),
    )


class ActionEntry(Entry, Base):
    """What was done to an action, by whom, and how it stood then: appended, so that every date and text remains."""

    __tablename__ = "action_entry"

    action_id: Mapped[UUID] = mapped_column(ForeignKey(ACTION), index=True)
    text: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # what changed: from what, to what

    __table_args__ = ({"info": APPEND_ONLY},)


class ActionUpdate(Base):
    """What was said of an action on a day: appended, and never overwritten."""

    __tablename__ = "action_update"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey(ACTION), index=True)
    at: Mapped[datetime]
    text: Mapped[str]
    rating: Mapped[str | None]
    actor: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = (one_of("rating", Rating), {"info": APPEND_ONLY})


class Evidence(Base):
    """One thing that shows what was done, or what changed by it; what was withdrawn stays readable."""

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey(ACTION), index=True)
    phase: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str | None]
    link: Mapped[str | None]
    sha256: Mapped[str | None]  # of what the link leads to
    supplied_at: Mapped[datetime]
    actor: Mapped[str]
    agency_id: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_why: Mapped[str | None]

    __table_args__ = (one_of("phase", Phase), one_of("kind", EvidenceKind))


class DueDate(Base):
    """One move of a date: from which to which, why, who asked, and who said yes or no."""

    __tablename__ = "due_date"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey(ACTION), index=True)
    column: Mapped[str]  # which date: of the activity, or by which impact is measured
    from_on: Mapped[date | None]
    to_on: Mapped[date]
    status: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    asked_agency_id: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_agency_id: Mapped[str | None]
    decided_why: Mapped[str | None]

    __table_args__ = (
        one_of("status", DateStatus),
        Index("uq_due_date_asked", "action_id", unique=True, postgresql_where=sql("status = 'asked'")),
    )


class Signature(Base):
    """One signature: who, of which agency, for which body by which decision, and exactly what was signed."""

    __tablename__ = "signature"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey(ACTION), index=True)
    phase: Mapped[str]
    body_id: Mapped[str]
    signer: Mapped[str]
    agency_id: Mapped[str]
    decision_id: Mapped[UUID | None]  # of the body, on which it rests
    text: Mapped[str | None]
    sha256: Mapped[str]
    signed: Mapped[str]  # the canonical JSON of which that is the hash
    at: Mapped[datetime]
    set_aside_at: Mapped[datetime | None]  # the action went back behind it

    __table_args__ = (
        one_of("phase", Phase),
        Index("uq_signature_in_force", "action_id", "phase", unique=True, postgresql_where=sql("set_aside_at IS NULL")),
    )


class DriftDecision(Base):
    """What was decided about an action that drifts, and by whom."""

    __tablename__ = "drift_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey(ACTION), index=True)
    at: Mapped[datetime]
    decision: Mapped[str]
    body_id: Mapped[str | None]
    text: Mapped[str]
    review_on: Mapped[date | None]
    actor: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = (one_of("decision", Decision), {"info": APPEND_ONLY})
