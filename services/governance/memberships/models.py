"""The memberships."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.memberships.domain import Seat
from services.governance.tables import Base
from shared.db import one_of


class MembershipRow(Base):
    """One seat of one person for one term."""

    __tablename__ = "membership"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_id: Mapped[str] = mapped_column(ForeignKey("governance.body.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    person_name: Mapped[str]
    email: Mapped[str | None]  # where invitations reach her
    agency_id: Mapped[str] = mapped_column(ForeignKey("governance.agency.id"), index=True)
    seat: Mapped[str]
    deputy_for: Mapped[UUID | None] = mapped_column(ForeignKey("governance.membership.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))  # as they were given: a body's later rule changes no term
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day
    end_reason: Mapped[str | None]
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str]
    ended_by: Mapped[str | None]  # whoever cut it short or took it back
    withdrawn_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]  # when its end was told
    version: Mapped[int]

    __table_args__ = (
        one_of("seat", Seat),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        Index("ix_membership_ending", "ends_on", postgresql_where="over_at IS NULL AND withdrawn_at IS NULL"),
    )
