"""The agencies that may be named in a matter, their contacts and who acts for them, and the bodies, as governance last said."""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base


class Agency(Base):
    """One agency of the register."""

    __tablename__ = "agency"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    agency_type: Mapped[str]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    successor_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expected_to_raise: Mapped[bool] = mapped_column(Boolean, server_default=true())


class Body(Base):
    """One body of the partnership."""

    __tablename__ = "body"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]


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
