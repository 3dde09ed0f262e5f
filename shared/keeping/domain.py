"""How a legal hold moves and who lifts it, and how a record stands with the day until which it is kept."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from shared.acting import NotYourAgency
from shared.days import today
from shared.moves import moved
from shared.problems import Conflict, Invalid, NotFound

SOON_DAYS = 90  # how far ahead the list looks, which decides nothing


class Status(StrEnum):
    """Where a legal hold stands."""

    LIVE = "live"
    LIFTED = "lifted"


class Do(StrEnum):
    """What can be done to a legal hold; the same word in the URL, the command and the history."""

    PLACE = "place"
    REVIEW = "review"
    LIFT = "lift"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.LIVE, Do.REVIEW): Status.LIVE,
    (Status.LIVE, Do.LIFT): Status.LIFTED,
}


class Standing(StrEnum):
    """How a record stands with the day until which it is kept."""

    RUNS = "runs"  # it is not over, or no period of its class is loaded
    KEPT = "kept"
    SOON = "soon"  # its day comes within 90 days
    DUE = "due"
    HELD = "held"  # whatever its day says


class Held(Conflict):
    """A legal hold keeps the record as it is."""

    code = "legal_hold"
    title = "Kept under a legal hold"
    cure = "Wait until it is lifted."


class MatterNotFound(NotFound):
    """There is no such record, or the caller may not know of it."""

    code = "matter_not_found"


class LegalHoldNotFound(NotFound):
    """There is no such legal hold, or another agency has placed it."""

    code = "legal_hold_not_found"


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This legal hold")


def must_be_free(what: str, *, legal_hold: bool) -> None:
    """Held where a legal hold keeps a record from being emptied or deleted."""
    if legal_hold:
        raise Held(f"A legal hold keeps {what} as it is, until the last one is lifted.")


def must_have_placed(agency_id: str, agencies: Collection[str]) -> None:
    """NotYourAgency for everybody but the agency that placed a hold: it alone knows what the duty was."""
    if agency_id not in agencies:
        raise NotYourAgency(f"{agency_id} placed this legal hold, and reviews and lifts it.")


def check_review(review_on: date, now: datetime) -> None:
    """Invalid where the day on which a hold is looked at again does not lie ahead."""
    if review_on <= today(now):
        raise Invalid.field("review_on", "past", "A legal hold is looked at again on a day that lies ahead.")


def is_review_overdue(status: str, review_on: date, now: datetime) -> bool:
    """Whether nobody has looked at a live hold since its day."""
    return status == Status.LIVE and today(now) > review_on
