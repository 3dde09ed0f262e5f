"""The table of feeds."""

from services.training.tables import Base
from shared.feeds.models import FeedColumns


class Feed(FeedColumns, Base):
    """The secret address of one person's calendar."""

    __tablename__ = "feed"
