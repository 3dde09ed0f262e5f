"""The letters written, each with how far it has come."""

from services.reviews.letters.domain import Occasion
from services.reviews.tables import Base
from shared.db import one_of
from shared.letters.models import PostedLetter
from shared.retention import Retained


class Letter(PostedLetter, Retained, Base):
    """One letter to one contact."""

    __table_args__ = (one_of("occasion", Occasion), *PostedLetter.indexes())
