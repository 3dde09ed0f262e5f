"""What an update says."""

from services.governance.actions.domain import Rating
from services.governance.agencies.schemas import Note
from shared.schemas import Worded


class AddUpdate(Worded):
    """How it goes."""

    text: Note
    rating: Rating | None = None
