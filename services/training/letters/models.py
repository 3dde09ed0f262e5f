"""The letters to agencies, each with how far it has come."""

from services.training.letters.domain import Occasion
from services.training.tables import Base
from shared.db import one_of
from shared.letters.models import PostedLetter


class Letter(PostedLetter, Base):
    """One letter to one contact."""

    __table_args__ = (one_of("occasion", Occasion), *PostedLetter.indexes())
