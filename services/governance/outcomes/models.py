"""The table of outcomes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.outcomes.domain import Kind
from services.governance.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY


class Outcome(Base):
    """One thing that came of a meeting: never changed; a decision is superseded by a later one."""

    __tablename__ = "outcome"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("governance.meeting.id"))
    number: Mapped[int] = mapped_column(Integer)  # within the meeting
    agenda_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.agenda_item.id"))
    kind: Mapped[str]
    text: Mapped[str]
    body_decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.body_decision.id"))
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("governance.action.id"))
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    agency_id: Mapped[str | None]

    __table_args__ = (
        one_of("kind", Kind),
        UniqueConstraint("meeting_id", "number"),
        {"info": APPEND_ONLY},
    )
