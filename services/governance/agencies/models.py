"""The register, and every version that each entry ever had."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base
from shared.db import one_of
from shared.plumbing import APPEND_ONLY
from shared.policy import AgencyType

Texts = ARRAY(Text)


class Agency(Base):
    """One agency as it stands."""

    __tablename__ = "agency"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    also_known_as: Mapped[list[str]] = mapped_column(Texts)
    agency_type: Mapped[str]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    successor_ids: Mapped[list[str]] = mapped_column(Texts)
    expected_to_raise: Mapped[bool]
    possibly_same_as: Mapped[str | None]
    unverified: Mapped[list[str]] = mapped_column(Texts)
    source: Mapped[str | None]
    note: Mapped[str | None]
    version: Mapped[int]
    ended_at: Mapped[datetime | None]  # when its end was acted upon

    __table_args__ = (
        one_of("agency_type", AgencyType),
        CheckConstraint("effective_to >= effective_from", name="dates"),
        Index("ix_agency_successor_ids", "successor_ids", postgresql_using="gin"),
        Index("ix_agency_ending", "effective_to", postgresql_where="ended_at IS NULL"),
    )


class AgencyVersion(Base):
    """What the register said, from when, and who wrote it; never changed."""

    __tablename__ = "agency_version"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    recorded_by_agency_id: Mapped[str | None]
    entry: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = {"info": APPEND_ONLY}
