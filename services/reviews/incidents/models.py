"""The tables of incidents: the case, its children, its parties, who referred it, what the partners think, its history."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.incidents.domain import Abuse, Do, Harm, Opinion, Place, Source, Status
from services.reviews.tables import Base
from shared.children import AgeBand
from shared.db import one_of
from shared.history import Entry
from shared.joint_decisions.domain import Partner
from shared.plumbing import APPEND_ONLY
from shared.retention import Retained


class Incident(Retained, Base):
    """One incident, whichever and however many children it harmed."""

    __tablename__ = "incident"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    harm: Mapped[str]  # the gravest of its children's
    abuse: Mapped[str]
    place: Mapped[str]
    happened_on: Mapped[date | None]
    summary: Mapped[str]
    recorded_at: Mapped[datetime]
    agency_id: Mapped[str]  # that recorded it
    council_id: Mapped[str]  # whose duty it is
    council_aware_at: Mapped[datetime]
    abuse_suspected_at: Mapped[datetime | None]
    rules_version: Mapped[str]  # of the data about what must be notified
    clock: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # none while it is a near miss
    due_at: Mapped[datetime | None]  # by when it is to be notified; null where nothing is awaited any more
    overdue_at: Mapped[datetime | None]  # when it was told that the time had run out
    decision_id: Mapped[UUID | None]  # the last joint decision that was asked for
    decision_reason: Mapped[str | None]  # why it was notified or not: what every agency that referred it is told
    decided_at: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]  # the first time
    late: Mapped[bool | None] = mapped_column(Boolean)  # whether that was
    review_needed: Mapped[bool | None] = mapped_column(
        Boolean
    )  # whether the notification makes a rapid review mandatory
    joined_to: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.incident.id"), index=True)
    causes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)

    __table_args__ = (
        one_of("status", Status),
        one_of("harm", Harm),
        one_of("abuse", Abuse),
        one_of("place", Place),
        Index("ix_incident_newest", sql("recorded_at DESC"), sql("id DESC")),
        Index("ix_incident_running_out", "due_at", postgresql_where=sql("due_at IS NOT NULL AND overdue_at IS NULL")),
        Index("ix_incident_notified_at", "notified_at", postgresql_where=sql("notified_at IS NOT NULL")),
    )


class IncidentChild(Base):
    """One child of an incident. A child may be in several incidents, and an incident harm several."""

    __tablename__ = "incident_child"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.child.id"), index=True)
    pseudonym: Mapped[str | None]  # of the first number given; none where no number was known
    given: Mapped[list[str]] = mapped_column(ARRAY(Text))  # pseudonyms of the numbers given with it
    age_band: Mapped[str]
    harm: Mapped[str]
    looked_after: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (one_of("age_band", AgeBand), one_of("harm", Harm), UniqueConstraint("incident_id", "child_id"))


class IncidentParty(Base):
    """Which agency an incident is for, in the order of a list: the three statutory partners, and whoever referred it."""

    __tablename__ = "incident_party"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), primary_key=True)

    __table_args__ = (Index("ix_incident_party_incident_id", "incident_id", "agency_id"),)


class Referral(Retained, Base):
    """That an agency, or the child death overview panel, wants the case considered. It goes along where cases are joined."""

    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), index=True)
    agency_id: Mapped[str]
    source: Mapped[str]
    text: Mapped[str]
    referred_at: Mapped[datetime]
    referred_by: Mapped[str]

    __table_args__ = (one_of("source", Source),)


class PartnerView(Base):
    """What one of the three thinks should be done: appended, so that a change of mind shows."""

    __tablename__ = "partner_view"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), index=True)
    partner: Mapped[str]
    agency_id: Mapped[str]
    opinion: Mapped[str]
    text: Mapped[str | None]
    given_at: Mapped[datetime]
    given_by: Mapped[str]

    __table_args__ = (one_of("partner", Partner), one_of("opinion", Opinion), {"info": APPEND_ONLY})


class IncidentEntry(Entry, Base):
    """What was done to an incident: appended, never changed."""

    __tablename__ = "incident_entry"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), index=True)
    text: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})


class Form(Retained, Base):
    """One form: for one child who died, or for all the others of an incident together."""

    __tablename__ = "notification_form"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    children: Mapped[list[int]] = mapped_column(ARRAY(Integer))  # their numbers in the incident
    text: Mapped[str | None]
    quarantined: Mapped[bool] = mapped_column(Boolean)  # the text seems to identify somebody: for parties alone
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    panel_reference: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
