"""The agencies that may be named in a matter, their contacts and who acts for them, and the bodies, as governance last said."""

from sqlalchemy import Boolean, true
from sqlalchemy.orm import Mapped, mapped_column

from services.escalations.tables import Base
from shared.contacts import Contacts, RegisteredContact, RegisteredDelegation
from shared.register import Register, RegisteredAgency, RegisteredBody
from shared.suspensions import Suspensions, ToldSuspension


class Agency(RegisteredAgency, Base):
    """One agency of the register."""

    expected_to_raise: Mapped[bool] = mapped_column(Boolean, server_default=true())


class Body(RegisteredBody, Base):
    """One body of the partnership."""


class Contact(RegisteredContact, Base):
    """Whom an agency names for challenges: single point of contact, stand-in, out of hours."""


class Delegation(RegisteredDelegation, Base):
    """One agency's dated leave to act for another."""


class Suspension(ToldSuspension, Base):
    """How one agency or person stands of whom the gateway has told."""


REGISTER = Register(Agency, Body)
SUSPENSIONS = Suspensions(Suspension)
CONTACTS = Contacts(Agency, Contact, Delegation, SUSPENSIONS)
