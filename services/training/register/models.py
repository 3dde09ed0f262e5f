"""The agencies and bodies that may be named in a record, and whom to reach there, as governance last said."""

from services.training.tables import Base
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


class Suspension(ToldSuspension, Base):
    """How one agency or person stands of whom the gateway has told."""


REGISTER = Register(Agency, Body)
SUSPENSIONS = Suspensions(Suspension)
CONTACTS = Contacts(Agency, Contact, Delegation, SUSPENSIONS)
