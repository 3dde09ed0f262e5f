"""The table of suspensions: a read model that the gateway's events feed."""

from services.governance.tables import Base
from shared.suspensions import Suspensions, ToldSuspension


class Suspension(ToldSuspension, Base):
    """How one agency or person stands of whom the gateway has told."""


SUSPENSIONS = Suspensions(Suspension)
