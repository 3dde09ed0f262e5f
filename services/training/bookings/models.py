"""The tables of bookings, of what was done to them, and of what agencies want asked before their people go."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.training.bookings.domain import Do, Status
from services.training.tables import Base
from shared.db import one_of
from shared.errands import Mailed
from shared.plumbing import APPEND_ONLY


class Booking(Base):
    """One delegate at one session. The keys are the last guard: nobody stands there twice, by address or by account."""

    __tablename__ = "booking"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training.session.id"))
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    agency_id: Mapped[str]
    subject: Mapped[str | None]  # null where she has no account
    name: Mapped[str]
    email: Mapped[str]  # in small letters
    arrival: Mapped[int] = mapped_column(Integer)  # the number that the session gave when she asked
    asked_at: Mapped[datetime]
    lapses: Mapped[int] = mapped_column(Integer)  # offers that she let pass
    put_first: Mapped[bool] = mapped_column(Boolean, server_default=false())  # before others, until her offer passes
    had_place: Mapped[bool] = mapped_column(Boolean, server_default=false())  # whether it was ever booked
    throughout: Mapped[bool] = mapped_column(
        Boolean, server_default=false()
    )  # who walked in, and was there for the whole of it
    stands_until: Mapped[datetime | None]  # of the offer that she has now
    transferred_to: Mapped[UUID | None] = mapped_column(ForeignKey("training.booking.id"))
    booked_by: Mapped[str]
    booked_by_agency_id: Mapped[str | None]

    __table_args__ = (
        one_of("status", Status),
        Index("uq_booking_session_id_email", "session_id", "email", unique=True),
        Index(
            "uq_booking_session_id_subject",
            "session_id",
            "subject",
            unique=True,
            postgresql_where=sql("subject IS NOT NULL"),
        ),
        Index("ix_booking_waiting", "session_id", "arrival", postgresql_where=sql("status = 'waiting'")),
        Index("ix_booking_agency", "agency_id", sql("asked_at DESC"), sql("id DESC")),
        Index("ix_booking_newest", sql("asked_at DESC"), sql("id DESC")),
        Index("ix_booking_subject", "subject", sql("asked_at DESC"), sql("id DESC")),
        Index("ix_booking_offers", "stands_until", postgresql_where=sql("status = 'offered'")),
    )


class BookingEntry(Base):
    """What was done to a booking, and how it stood then: appended."""

    __tablename__ = "booking_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("training.booking.id"), index=True)
    session_id: Mapped[UUID]
    at: Mapped[datetime]
    did: Mapped[str]
    status: Mapped[str]
    actor: Mapped[str]
    agency_id: Mapped[str | None]
    text: Mapped[str | None]
    passed_over: Mapped[int | None] = mapped_column(Integer)  # how many were before her when she was put first

    __table_args__ = (
        one_of("did", Do),
        Index("ix_booking_entry_departures", "session_id", postgresql_where=sql("passed_over > 0")),
        {"info": APPEND_ONLY},
    )


class PlaceLetter(Mailed, Base):
    """The letter to a delegate about where she stands, where no calendar tells her: an offer, the waiting list, that she has no place."""

    __tablename__ = "offer_letter"  # the first were about offers

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("training.booking.id"), primary_key=True)

    __table_args__ = (Index("ix_offer_letter_attempt", "attempt_at", postgresql_where=sql("attempt_at IS NOT NULL")),)


class AgencyPractice(Base):
    """Whether an agency wants to approve its people's bookings; one that has said nothing does not."""

    __tablename__ = "agency_practice"

    agency_id: Mapped[str] = mapped_column(primary_key=True)
    approves: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)
    set_at: Mapped[datetime]
    set_by: Mapped[str]
