"""On whom a running matter waits, and for what."""

from enum import StrEnum

from services.escalations.escalations.domain import AWAITING_ANSWER, Status
from services.escalations.ladders.domain import Duty

AFTER_THE_ANSWER = (Duty.MEET, Duty.WRITE_OUTCOME)  # what a stage may still ask for, by clocks of its own


class Show(StrEnum):
    """Which matters the tracker lists."""

    MINE = "mine"  # those that wait for the caller's agency
    OVERDUE = "overdue"
    DUE_NEXT = "due_next"
    RUNNING = "running"


class WaitsFor(StrEnum):
    """What a running matter needs next."""

    ANSWER = "answer"
    VOTES = "votes"
    NEXT_STEP = "next_step"  # the raising side resolves it, or takes it on
    TELLING = "telling"
    CLOSING = "closing"


def waits(status: Status, raising: str, receiving: str | None, *, awaits_votes: bool) -> tuple[WaitsFor, str | None]:
    """What a matter that has not left waits for, and which agency; None where it is for several, or is not registered."""
    if status in AWAITING_ANSWER:
        return (WaitsFor.VOTES, None) if awaits_votes else (WaitsFor.ANSWER, receiving)
    after = {
        Status.RESPONDED: WaitsFor.NEXT_STEP,
        Status.RESOLVED: WaitsFor.TELLING,
        Status.TOLD: WaitsFor.CLOSING,
    }
    return after[status], raising
