"""When an agency is asked why it came so seldom, and how that goes on."""

from datetime import date
from enum import StrEnum

from services.governance.attendances.domain import Tally
from shared.days import months_later
from shared.moves import moved


class Status(StrEnum):
    """Where the question stands."""

    ASKED = "asked"
    ANSWERED = "answered"


class Do(StrEnum):
    """What can be done to it."""

    ANSWER = "answer"


TRANSITIONS: dict[tuple[Status, Do], Status] = {(Status.ASKED, Do.ANSWER): Status.ANSWERED}


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This question")


def asks(tally: Tally, least_meetings: int, last_asked: date | None, day: date, again_after_months: int) -> bool:
    """Whether an agency is asked now: it is below, over enough meetings, and was not asked lately."""
    lately = last_asked is not None and day < months_later(last_asked, again_after_months)
    return tally.below and tally.of >= least_meetings and not lately
