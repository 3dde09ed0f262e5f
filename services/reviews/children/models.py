"""The tables of children and their sealed identifiers."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.tables import Base
from shared.child_records import RecordedChild, RecordedIdentifier


class Child(RecordedChild, Base):
    """A child, known by pseudonyms only; one of whom no number is known has none."""


class ChildIdentifier(RecordedIdentifier, Base):
    """One typed identifier of a child."""

    child_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.child.id"), index=True)
