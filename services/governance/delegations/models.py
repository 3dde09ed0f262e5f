"""The delegations."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.delegations.domain import Purpose
from services.governance.tables import Base
from shared.db import one_of
from shared.policy import Seniority


class DelegationRow(Base):
    """One agency's leave to act for another, for one term."""

    __tablename__ = "delegation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)
    for_agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)
    purpose: Mapped[str]
    from_seniority: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day
    agreed_by: Mapped[str | None]
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]
    granted_by_agency_id: Mapped[str | None]
    ended_by: Mapped[str | None]  # whoever cut it short or took it back
    ended_by_agency_id: Mapped[str | None]
    end_reason: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]  # when its end was told
    version: Mapped[int]

    __table_args__ = (
        one_of("purpose", Purpose),
        one_of("from_seniority", Seniority),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("agency_id <> for_agency_id", name="another"),
        Index("ix_delegation_ending", "ends_on", postgresql_where="over_at IS NULL AND withdrawn_at IS NULL"),
    )
