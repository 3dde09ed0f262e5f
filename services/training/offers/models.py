"""The table of the letters by which places are offered."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.training.tables import Base
from shared.errands import Mailed


class OfferLetter(Mailed, Base):
    """The letter to a delegate about the offer that she has now, or had last."""

    __tablename__ = "offer_letter"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("training.booking.id"), primary_key=True)

    __table_args__ = (Index("ix_offer_letter_attempt", "attempt_at", postgresql_where=sql("attempt_at IS NOT NULL")),)
