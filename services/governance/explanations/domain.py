"""When an agency is asked why it came so seldom, and how that goes on."""

from datetime import date
from enum import StrEnum

from services.governance.attendances.domain import Tally
from services.governance.terms.domain import months_later
from shared.problems import Conflict


class Status(StrEnum):
    """Where the question stands."""

    ASKED = "asked"
    ANSWERED = "answered"


class Do(StrEnum):
    """What can be done to it."""

    ANSWER = "answer"


TRANSITIONS: dict[tuple[Status, Do], Status] = {(Status.ASKED, Do.ANSWER): Status.ANSWERED}


class NotNow(Conflict):
    """The question's present status does not allow this."""

    code = "not_in_this_status"
    title = "Not possible in the present status"


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition."""
    try:
        return TRANSITIONS[status, do]
    except KeyError:
        raise NotNow(f"This question is {status}, so there is nothing to {do}.") from None


def asks(tally: Tally, least_meetings: int, last_asked: date | None, day: date, again_after_months: int) -> bool:
    """Whether an agency is asked now: it is below, over enough meetings, and was not asked lately."""
    lately = last_asked is not None and day < months_later(last_asked, again_after_months)
    return tally.below and tally.of >= least_meetings and not lately
