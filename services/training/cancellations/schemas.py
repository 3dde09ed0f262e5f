"""What the requests say by which places are given back."""

from typing import ClassVar

from services.training.requests.schemas import DelegateGiven
from shared.schemas import Prose, Request, Worded


class CancelBooking(Worded):
    """She does not come."""

    prose: ClassVar = ("reason",)

    reason: Prose | None = None


class TransferBooking(Request):
    """A colleague comes instead."""

    substitute: DelegateGiven


class CallOffSession(Worded):
    """It does not take place, and why."""

    prose: ClassVar = ("reason",)

    reason: Prose
