"""The agencies and bodies that may be named in a record, and whom to reach there, as governance last said."""

from datetime import date
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.tables import Base
from shared.contacts import Contacts, RegisteredContact, RegisteredDelegation
from shared.register import Register, RegisteredAgency, RegisteredBody
from shared.suspensions import Suspensions, ToldSuspension


class Agency(RegisteredAgency, Base):
    """One agency of the register."""


class Body(RegisteredBody, Base):
    """One body of the partnership."""


class Contact(RegisteredContact, Base):
    """Whom an agency names for a purpose."""


class Delegation(RegisteredDelegation, Base):
    """One agency's dated leave to act for another."""


class Seat(Base):
    """Somebody's seat on a body, and the roles that it gives her, who has given an address for it; both days are inclusive."""

    __tablename__ = "seat"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    agency_id: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    name: Mapped[str]
    email: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Suspension(ToldSuspension, Base):
    """How one agency or person stands of whom the gateway has told."""


REGISTER = Register(Agency, Body)
SUSPENSIONS = Suspensions(Suspension)
CONTACTS = Contacts(Agency, Contact, Delegation, SUSPENSIONS)
