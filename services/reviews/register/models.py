"""The agencies and bodies that may be named in a record, as governance last said."""

from services.reviews.tables import Base
from shared.register import Register, RegisteredAgency, RegisteredBody


class Agency(RegisteredAgency, Base):
    """One agency of the register."""


class Body(RegisteredBody, Base):
    """One body of the partnership."""


REGISTER = Register(Agency, Body)
