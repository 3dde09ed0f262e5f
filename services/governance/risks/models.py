"""The tables of risks, of their scores, and of what was done to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.risks.domain import Answer, Do, Status, Which
from services.governance.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class Risk(Base):
    """One risk as it stands; its scores are the newest of their kind."""

    __tablename__ = "risk"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    owner_agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)
    owner_body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    controls: Mapped[list[str]] = mapped_column(ARRAY(Text))
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    raised_at: Mapped[datetime]
    raised_by: Mapped[str]  # the subject
    agency_id: Mapped[str | None]  # that raised it
    inherent_score: Mapped[int | None]
    current_score: Mapped[int]
    target_score: Mapped[int | None]
    band: Mapped[str]  # of the current score
    matrix_version: Mapped[str]  # of the current score
    scored_by: Mapped[str]  # the current score
    escalated_at: Mapped[datetime | None]  # when it last went to the Executive
    reply_due: Mapped[date | None]  # the last day of the reply that is awaited
    reply_told_at: Mapped[datetime | None]  # when it was told that the reply is overdue
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_score: Mapped[int | None]
    review_due: Mapped[date]  # the last day
    reviewed_at: Mapped[datetime | None]
    review_told_at: Mapped[datetime | None]  # when it was told that the review is overdue
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("status", Status),
        one_of("answer", Answer),
        Index("ix_risk_worst", sql("current_score DESC"), sql("id DESC")),
        Index("ix_risk_review", "review_due", postgresql_where=sql("status <> 'closed'")),
    )


class RiskScore(Base):
    """A score that was given, on its day; it stays as it was given."""

    __tablename__ = "risk_score"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    risk_id: Mapped[UUID] = mapped_column(ForeignKey("governance.risk.id"), index=True)
    which: Mapped[str]
    likelihood: Mapped[int]
    impact: Mapped[int]
    score: Mapped[int]
    band: Mapped[str]
    matrix_version: Mapped[str]
    reason: Mapped[str]
    scored_at: Mapped[datetime]
    scored_by: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = (one_of("which", Which), {"info": APPEND_ONLY})


class RiskEntry(Entry, Base):
    """What was done to a risk, by whom, and how it stood then."""

    __tablename__ = "risk_entry"

    risk_id: Mapped[UUID] = mapped_column(ForeignKey("governance.risk.id"), index=True)
    text: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (one_of("did", Do), one_of("status", Status), {"info": APPEND_ONLY})
