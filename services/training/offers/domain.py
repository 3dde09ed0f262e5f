"""What stands between a delegate who is offered a place and the place."""

from datetime import datetime

from shared.problems import Conflict


class OfferOver(Conflict):
    """The place offered was not taken in time."""

    code = "offer_over"
    title = "The offer has passed"
    cure = "Wait on; the next offer comes by itself."


def stands(until: datetime | None, now: datetime) -> bool:
    """Whether an offer can still be taken."""
    return until is not None and now <= until


def must_stand(until: datetime | None, now: datetime) -> None:
    """OfferOver where the offer was not taken in time."""
    if not stands(until, now):
        raise OfferOver("The offer has passed, and goes on to whoever is next; you wait on.")
