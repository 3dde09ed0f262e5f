"""The tables of sessions, of their trainers, and of what was done to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.training.sessions.domain import Do, Kind, Status
from services.training.tables import Base
from shared.db import one_of
from shared.history import Entry
from shared.plumbing import APPEND_ONLY


class Session(Base):
    """One session of a course. Its row is the lock under which its places are given."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("training.course.id"))
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None]
    joining_link: Mapped[str | None]
    distribution_lists: Mapped[list[str]] = mapped_column(ARRAY(Text))
    places: Mapped[int | None] = mapped_column(Integer)  # null where nobody books
    booking_closes_at: Mapped[datetime | None]
    kept: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # places for one agency each, until a day
    releases_on: Mapped[date | None]  # the next day on which places that were kept are for everybody
    arrivals: Mapped[int] = mapped_column(Integer)  # how many have asked: each gets the next number
    taken: Mapped[dict[str, int]] = mapped_column(JSONB)  # places by agency, as the bookings stand
    waiting: Mapped[int] = mapped_column(Integer)  # how many wait, as the bookings stand
    agency_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))  # for whom places are kept, or of whom somebody asked
    planned_at: Mapped[datetime]
    planned_by: Mapped[str]

    __table_args__ = (
        one_of("status", Status),
        one_of("kind", Kind),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("(kind = 'booked') = (places IS NOT NULL)", name="places"),
        CheckConstraint("(kind = 'booked') = (booking_closes_at IS NOT NULL)", name="booking"),
        Index("ix_session_next", "starts_at", "id"),
        Index("ix_session_releases", "releases_on", postgresql_where=sql("releases_on IS NOT NULL")),
        Index("ix_session_course_id", "course_id", "starts_at"),
    )


class SessionTrainer(Base):
    """Who holds a session."""

    __tablename__ = "session_trainer"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]

    __table_args__ = (Index("ix_session_trainer_subject", "subject", "session_id"),)


class SessionEntry(Entry, Base):
    """What was done to a session, and how it stood then: appended, so that every time once given remains."""

    __tablename__ = "session_entry"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None]
    places: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str | None]

    __table_args__ = (one_of("did", Do), {"info": APPEND_ONLY})
