"""The tables of reports: frozen quarters, what was asked for with them, and what the rates are over."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.plumbing import APPEND_ONLY


class FrozenQuarter(Base):
    """A quarter as it was known when it was frozen: inserted once, never changed.

    `rolling` stands in for a quarter too small for the wider edition. `hidden` is what was decided with the freezing once;
    it is written no more, and stands in `wider_edition` too.
    """

    __tablename__ = "frozen_quarter"

    quarter: Mapped[str] = mapped_column(primary_key=True)  # 2026/27 Q2, which sorts as it passes
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]
    rolling: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    hidden: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = {"info": APPEND_ONLY}


class WiderEdition(Base):
    """What the wider edition of a frozen quarter hides, decided once: null where nothing could protect the small counts."""

    __tablename__ = "wider_edition"

    quarter: Mapped[str] = mapped_column(ForeignKey(FrozenQuarter.quarter), primary_key=True)
    decided_at: Mapped[datetime]
    hidden: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = {"info": APPEND_ONLY}


class AskedDecision(Base):
    """One of the three decisions that a quarter's report asks for, and what became of it."""

    __tablename__ = "asked_decision"

    quarter: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    became: Mapped[str | None]
    became_at: Mapped[datetime | None]
    became_by: Mapped[str | None]


class Denominator(Base):
    """What a rate of a quarter is over, and which agency supplied it."""

    __tablename__ = "denominator"

    quarter: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    supplied_by: Mapped[str]  # the agency
    supplied_at: Mapped[datetime]
