"""What a chase asks for, and when the same may be asked for again."""

from datetime import datetime

from services.escalations.tracker.domain import WaitsFor
from shared.days import until_written
from shared.problems import Conflict

NEEDS = {
    WaitsFor.ANSWER: "an answer",
    WaitsFor.NEXT_STEP: "its next step, which is to resolve it or to take it on",
    WaitsFor.TELLING: "the raiser to be told the outcome",
    WaitsFor.CLOSING: "its closing",
}


class ChasedLately(Conflict):
    """The same step was asked for a short while ago, and whoever was asked still has time for it."""

    code = "chased_lately"
    title = "This was asked for already"
    cure = "Wait until the instant in `detail`, or ring them."


def must_be_time(again_at: datetime | None, now: datetime) -> None:
    """ChasedLately up to the instant until which whoever was asked has time; None where nobody was."""
    if again_at and now <= again_at:
        raise ChasedLately(
            f"The same was asked for already; it can be asked for again after {again_at:%Y-%m-%dT%H:%MZ}."
        )


def needed(waits_for: WaitsFor, due_at: datetime | None, now: datetime) -> str:
    """What a letter asks for, and by when where that is written."""
    when = f", {'which was due' if due_at < now else 'due'} by {until_written(due_at)}" if due_at else ""
    return NEEDS[waits_for] + when
