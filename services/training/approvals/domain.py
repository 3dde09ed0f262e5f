"""Who may answer for an agency that wants to approve its people's bookings."""

from shared.policy import Principal
from shared.problems import Forbidden, NotFound


class PracticeNotFound(NotFound):
    """How that agency lets its people book is its own affair."""

    code = "practice_not_found"
    cure = "Look at your own."


class OwnRequest(Forbidden):
    """The caller asked for this herself."""

    code = "own_request"
    title = "Somebody else approves this"
    cure = "Another lead of your agency approves it."


def must_answer(delegate: str | None, booked_by: str, principal: Principal) -> None:
    """OwnRequest where the one who answers asked herself, or is to go."""
    if principal.subject in {delegate, booked_by}:
        raise OwnRequest("You asked for this yourself: another lead of your agency approves it.")
