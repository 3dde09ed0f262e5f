"""The letters written, each with how far it has come."""

from services.governance.letters.domain import Occasion
from services.governance.tables import Base
from shared.db import one_of
from shared.letters.models import PostedLetter


class Letter(PostedLetter, Base):
    """One letter to one contact, or to an owner herself."""

    __table_args__ = (one_of("occasion", Occasion), *PostedLetter.indexes())
