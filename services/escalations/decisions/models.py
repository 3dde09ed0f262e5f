"""The table of votes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKeyConstraint, Integer, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.escalations.domain import Outcome
from services.escalations.tables import Base
from shared.db import one_of
from shared.joint_decisions.domain import Partner
from shared.plumbing import APPEND_ONLY


class VoteEntry(Base):
    """One partner's vote in one round. The keys are the last guard: one vote each, and nobody votes for two."""

    __tablename__ = "vote"

    escalation_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str]
    agency_name: Mapped[str]  # of the day
    voter: Mapped[str]  # the subject
    outcome: Mapped[str]
    reason: Mapped[str]
    own_cause: Mapped[bool] = mapped_column(Boolean)
    as_deputy: Mapped[bool] = mapped_column(Boolean, server_default=false())
    cast_at: Mapped[datetime]

    __table_args__ = (
        one_of("partner", Partner),
        one_of("outcome", Outcome),
        UniqueConstraint("escalation_id", "stage_number", "voter"),
        ForeignKeyConstraint(
            ["escalation_id", "stage_number"],
            ["escalations.stage_entry.escalation_id", "escalations.stage_entry.number"],
        ),
        {"info": APPEND_ONLY},
    )
