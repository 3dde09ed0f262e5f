"""The tables of plans, of what they are to cover, and of what was published about them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.plans.domain import AreaKind, Source
from services.governance.tables import Base
from shared.db import one_of


class PlanRow(Base):
    """One plan."""

    __tablename__ = "plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str]
    source_type: Mapped[str]
    source_id: Mapped[str | None]
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"))
    signing: Mapped[str]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    source: Mapped[str | None]
    note: Mapped[str | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    __table_args__ = (one_of("source_type", Source), CheckConstraint("effective_to >= effective_from", name="dates"))


class PlanArea(Base):
    """One thing that a plan is to cover."""

    __tablename__ = "plan_area"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("governance.plan.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    part_of: Mapped[str | None]
    text: Mapped[str]

    __table_args__ = (one_of("kind", AreaKind),)


class PlanStatement(Base):
    """What was published about a plan, and whether it can be made again from its records."""

    __tablename__ = "plan_statement"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("governance.plan.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    stated_on: Mapped[date]
    text: Mapped[str]
    source: Mapped[str]
    reproducible: Mapped[bool]
    why: Mapped[str]
