"""What stands between a delegate who is offered a place and the place."""

from shared.problems import Conflict


class OfferOver(Conflict):
    """The place offered was not taken in time."""

    code = "offer_over"
    title = "The offer has passed"
    cure = "Wait on; the next offer comes by itself."
