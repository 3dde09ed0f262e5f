"""The tables of series and courses."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.training.courses.domain import Mode
from services.training.tables import Base
from shared.db import one_of


class Series(Base):
    """Courses of one kind that follow each other."""

    __tablename__ = "series"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    about: Mapped[str]
    rhythm: Mapped[str | None]
    length_minutes: Mapped[int | None] = mapped_column(Integer)
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    unverified: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str | None]


class Course(Base):
    """One course of the programme."""

    __tablename__ = "course"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str]
    about: Mapped[str | None]
    framework: Mapped[str | None]
    level: Mapped[str | None]
    audience: Mapped[list[str]] = mapped_column(ARRAY(Text))
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    length_minutes: Mapped[int | None] = mapped_column(Integer)
    mode: Mapped[str]
    series: Mapped[str | None] = mapped_column(ForeignKey("training.series.code"), index=True)
    evaluation: Mapped[str]  # the kind, of data/evaluation_kinds.yaml
    causes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]  # the last day
    unverified: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str | None]
    note: Mapped[str | None]
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    __table_args__ = (
        one_of("mode", Mode),
        CheckConstraint("effective_to >= effective_from", name="dates"),
        Index("ix_course_causes", "causes", postgresql_using="gin", postgresql_ops={"causes": "jsonb_path_ops"}),
    )
