"""The columns of joint decisions, of their rounds and of votes; a service makes its tables of them.

class Decision(JointDecision, Base):
    __tablename__ = "joint_decision"

class DecisionRound(JointRound, Base):
    __tablename__ = "joint_decision_round"
    decision_table = Decision

class DecisionVote(JointVote, Base):
    __tablename__ = "joint_decision_vote"
    round_table = DecisionRound
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint, false
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from shared.db import one_of
from shared.joint_decisions.domain import DecidedBy, Do, Partner, Status, Verdict
from shared.plumbing import APPEND_ONLY


class CastVote:
    """What is kept of a vote besides what it is for."""

    partner: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str]
    agency_name: Mapped[str]  # of the day
    voter: Mapped[str]  # the subject
    reason: Mapped[str]
    own_cause: Mapped[bool] = mapped_column(Boolean)
    as_deputy: Mapped[bool] = mapped_column(Boolean, server_default=false())
    cast_at: Mapped[datetime]


class JointDecision:
    """A question to the three, and how it stands. What it is about may be a record anywhere: `subject_type` and its id."""

    __tablename__: str

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    kind_version: Mapped[str]
    subject_type: Mapped[str | None]
    subject_id: Mapped[str | None]
    question: Mapped[str]
    concerned_agency_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]  # the subject
    agency_id: Mapped[str]  # that opened it
    status: Mapped[str]
    round_number: Mapped[int] = mapped_column(Integer)
    decided_by: Mapped[str]  # in the present round, or the last
    due_at: Mapped[datetime]  # of the present round, or the last
    overdue_at: Mapped[datetime | None]  # when it was told that votes of the present round are missing
    verdict: Mapped[str | None]
    choice: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]  # why it was withdrawn

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes, and what the list and the sweep walk along."""
        return (
            one_of("status", Status),
            one_of("decided_by", DecidedBy),
            one_of("verdict", Verdict),
            Index(f"ix_{cls.__tablename__}_newest", sql("opened_at DESC"), sql("id DESC")),
            Index(f"ix_{cls.__tablename__}_due", "due_at", postgresql_where=sql("status = 'open'")),
            Index(f"ix_{cls.__tablename__}_subject", "subject_id"),
        )


class JointRound:
    """A round that was opened; it ends when the next one opens, or with the decision."""

    __tablename__: str
    decision_table: ClassVar[type[JointDecision]]

    decision_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    decided_by: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]  # what led to it
    due_at: Mapped[datetime]
    deadline: Mapped[str]  # the rule by which the date was given

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes, and the decision that it belongs to."""
        return (
            one_of("decided_by", DecidedBy),
            one_of("opened_by", Do),
            ForeignKeyConstraint(["decision_id"], [cls.decision_table.id]),
            {"info": APPEND_ONLY},
        )


class JointVote(CastVote):
    """One partner's vote in one round. The keys are the last guard: one vote each, and nobody votes for two."""

    __tablename__: str
    round_table: ClassVar[type[JointRound]]

    decision_id: Mapped[UUID] = mapped_column(primary_key=True)
    round_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    choice: Mapped[str]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes, its round, and that nobody votes twice."""
        return (
            one_of("partner", Partner),
            UniqueConstraint("decision_id", "round_number", "voter"),
            ForeignKeyConstraint(
                ["decision_id", "round_number"], [cls.round_table.decision_id, cls.round_table.number]
            ),
            {"info": APPEND_ONLY},
        )
