"""The tables of evaluations: what is asked of whom, what she says, whose impact is asked, and which managers are."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.training.evaluations.domain import Audience, Moment, Status
from services.training.tables import Base
from shared.db import one_of
from shared.errands import Mailed


class Evaluation(Mailed, Base):
    """What is asked of one delegate, or of her manager, at one moment, with the letter that asks. The link's secret is nowhere stored."""

    __tablename__ = "evaluation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    moment: Mapped[str]
    audience: Mapped[str]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("training.booking.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"))
    agency_id: Mapped[str]
    kind: Mapped[str]  # with its version: what is asked
    kind_version: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reminded: Mapped[int] = mapped_column(Integer)  # how often
    remind_at: Mapped[datetime | None]  # when next
    answered_at: Mapped[datetime | None]
    late: Mapped[bool | None]
    text: Mapped[str | None]

    __table_args__ = (
        one_of("status", Status),
        one_of("moment", Moment),
        one_of("audience", Audience),
        CheckConstraint("status <> 'answered' OR answered_at IS NOT NULL", name="answered"),
        Index("uq_evaluation_booking_id", "booking_id", "moment", "audience", unique=True),
        Index("ix_evaluation_session_id", "session_id", "moment"),
        Index("ix_evaluation_newest", sql("asked_at DESC"), sql("id DESC")),
        Index("ix_evaluation_due", "due_at", postgresql_where=sql("status = 'asked'")),
        Index("ix_evaluation_remind", "remind_at", postgresql_where=sql("remind_at IS NOT NULL")),
        Index("ix_evaluation_attempt", "attempt_at", postgresql_where=sql("attempt_at IS NOT NULL")),
    )


class EvaluationAnswer(Base):
    """The answer to one question."""

    __tablename__ = "evaluation_answer"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("training.evaluation.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class ImpactSample(Base):
    """Of how many who came to a session the impact is asked, and whether it counts as measured."""

    __tablename__ = "impact_sample"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"), primary_key=True)
    asked_at: Mapped[datetime]
    percent: Mapped[int] = mapped_column(Integer)
    came: Mapped[int] = mapped_column(Integer)
    chosen: Mapped[int] = mapped_column(Integer)
    settled_at: Mapped[datetime | None]  # when nothing more was awaited
    measured: Mapped[bool | None]


class DelegateManager(Base):
    """Who is asked, beside the delegate, what has changed at her work."""

    __tablename__ = "delegate_manager"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("training.booking.id"), primary_key=True)
    name: Mapped[str]
    email: Mapped[str]  # in small letters
    named_at: Mapped[datetime]
    named_by: Mapped[str]
