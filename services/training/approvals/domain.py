"""Who may answer for an agency that wants to approve its people's bookings."""

from shared.policy import Principal
from shared.problems import Forbidden


class OwnRequest(Forbidden):
    """Nobody approves her own request."""

    code = "own_request"
    title = "Somebody else approves this"


def must_answer(delegate: str | None, booked_by: str, principal: Principal) -> None:
    """OwnRequest where the one who answers asked herself, or is to go."""
    if principal.subject in {delegate, booked_by}:
        raise OwnRequest("You asked for this yourself: another lead of your agency approves it.")
