"""The tables of challenges, and of what was done to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.challenges.domain import Do, Impact, Outcome, Status
from services.governance.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class Challenge(Base):
    """One challenge as it stands."""

    __tablename__ = "challenge"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    wanted: Mapped[str]
    agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)  # that is challenged
    by_agency_id: Mapped[str]
    body_id: Mapped[str | None] = mapped_column(ForeignKey("governance.body.id"))  # in whose name
    made_as: Mapped[str]  # the role
    made_by: Mapped[str]  # the subject
    made_at: Mapped[datetime]
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    due: Mapped[date | None]  # the last day for what is awaited now
    told_at: Mapped[datetime | None]  # when it was told that this day has come, or is over
    responded_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    rechecked_at: Mapped[datetime | None]
    impact: Mapped[str | None]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("status", Status),
        one_of("impact", Impact),
        one_of("outcome", Outcome),
        Index("ix_challenge_newest", sql("made_at DESC"), sql("id DESC")),
        Index("ix_challenge_due", "due", postgresql_where=sql("told_at IS NULL")),
    )


class ChallengeEntry(Entry, Base):
    """What was done to a challenge, by whom, and how it stood then."""

    __tablename__ = "challenge_entry"

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("governance.challenge.id"), index=True)
    due: Mapped[date | None]
    rule: Mapped[str | None]  # by which the day was given
    text: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (one_of("did", Do), one_of("status", Status), {"info": APPEND_ONLY})
