"""The tables of children, of their sealed identifiers, and of who is perhaps one."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.tables import Base
from shared.child_records.models import RecordedChild, RecordedIdentifier, RecordedMatch


class Child(RecordedChild, Base):
    """A child, known by pseudonyms only; one of whom no number is known has none."""


class ChildIdentifier(RecordedIdentifier, Base):
    """One typed identifier of a child."""


class Match(RecordedMatch, Base):
    """Two children who are perhaps one, and the incident for which numbers of both were given."""

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.incident.id"), index=True)
