"""When a chair reports, and that she does so once."""

from services.governance.meetings.domain import TOOK_PLACE, Status
from shared.moves import NotNow
from shared.problems import Conflict


class AlreadyReported(Conflict):
    """The chair has reported on this meeting."""

    code = "already_reported"
    title = "The chair has reported"
    cure = "What is new belongs to the next one."


class ReportsToNobody(Conflict):
    """The body reports to no other."""

    code = "reports_to_nobody"
    title = "There is nobody to report to"
    cure = "Change the body where it does."


def check_reported_to(status: Status, body_name: str, parent_ids: list[str]) -> None:
    """Refuse a report on what did not take place, or to nobody."""
    if status not in TOOK_PLACE:
        raise NotNow(f"This meeting is {status}: the chair reports on one that was held.")
    if not parent_ids:
        raise ReportsToNobody(f"{body_name} reports to no other body: change that first where it does.")
