"""The table of votes."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.escalations.domain import Outcome
from services.escalations.tables import Base
from shared.db import one_of
from shared.joint_decisions.domain import Partner
from shared.joint_decisions.models import CastVote
from shared.plumbing import APPEND_ONLY


class VoteEntry(CastVote, Base):
    """One partner's vote in one round. The keys are the last guard: one vote each, and nobody votes for two."""

    __tablename__ = "vote"

    escalation_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    outcome: Mapped[str]

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
