"""The tables of legal holds, of what was done to them, and of the periods for which records are kept."""

from services.escalations.tables import Base
from shared.keeping.models import HoldEntry, LoadedPeriod, PlacedHold


class LegalHold(PlacedHold, Base):
    """One legal hold."""


class LegalHoldEntry(HoldEntry, Base):
    """What was done to one."""


class RetentionPeriod(LoadedPeriod, Base):
    """The period of a class of records, from a day on."""
