"""The table of decisions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.body_decisions.domain import How
from services.governance.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY


class BodyDecision(Base):
    """One decision of one body, as it was taken: nothing of it is ever changed, and a later one may stand in its place."""

    __tablename__ = "body_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    how: Mapped[str]
    taken_on: Mapped[date]
    text: Mapped[str]
    partners_present: Mapped[list[str]] = mapped_column(ARRAY(Text))
    partners_agreed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    partners_missing: Mapped[list[str]] = mapped_column(ARRAY(Text))
    quorum_rule: Mapped[str | None]  # `executive/1`; null where none was in force on that day
    meeting_id: Mapped[UUID | None] = mapped_column(index=True)
    about_type: Mapped[str | None]
    about_id: Mapped[str | None]
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("governance.body_decision.id"), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]  # the subject
    agency_id: Mapped[str | None]  # for which she recorded it

    __table_args__ = (
        one_of("how", How),
        Index("ix_body_decision_newest", sql("taken_on DESC"), sql("id DESC")),
        Index("ix_body_decision_body_id", "body_id", sql("taken_on DESC"), sql("id DESC")),
        Index("ix_body_decision_about_id", "about_id", "about_type"),
        {"info": APPEND_ONLY},
    )
