"""The agencies that may be named in a matter, their contacts and who acts for them, and the bodies, as governance last said."""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.register import Register, RegisteredAgency, RegisteredBody


class Agency(RegisteredAgency, Base):
    """One agency of the register."""

    expected_to_raise: Mapped[bool] = mapped_column(Boolean, server_default=true())


class Body(RegisteredBody, Base):
    """One body of the partnership."""


class Contact(Base):
    """Whom an agency names for challenges: single point of contact, stand-in, out of hours."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    telephone: Mapped[str | None]
    hours: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    absences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Delegation(Base):
    """One agency's dated leave to act for another."""

    __tablename__ = "delegation"

    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str]
    for_agency_id: Mapped[str] = mapped_column(index=True)
    acts_as: Mapped[str]
    from_seniority: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


REGISTER = Register(Agency, Body)
