"""What says that somebody was there, how it is judged, and what keeps a session from being closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.training.bookings.domain import Do, Status
from services.training.sessions.domain import Kind
from shared.problems import Conflict, Invalid


class Source(StrEnum):
    """What says it."""

    SIGN_IN = "sign_in"
    REGISTER = "register"
    EXPORT = "export"
    CORRECTION = "correction"  # she was entered by mistake, and nothing that was said before counts


class Outcome(StrEnum):
    """What it says."""

    ATTENDED = Status.ATTENDED.value
    PART_ATTENDED = Status.PART_ATTENDED.value
    DID_NOT_ATTEND = Status.DID_NOT_ATTEND.value


class Why(StrEnum):
    """Why a delegate keeps a session from being closed."""

    NOTHING_SAID = "nothing_said"
    CONTRADICTION = "contradiction"
    NOBODY_KNOWN = "nobody_known"


SENTENCES = {
    Why.NOTHING_SAID: "She had a place, and nothing says whether she came: enter it in the register.",
    Why.CONTRADICTION: "She signed in, and the meeting's export has her for too short a time: the register decides.",
    Why.NOBODY_KNOWN: (
        "The meeting's export has her, and nobody knows for which agency: enter her with it in the register, or as not "
        "attending if she is no delegate."
    ),
}


class DoesNotReconcile(Conflict):
    """Not every delegate of the session stands in exactly one final status."""

    code = "does_not_reconcile"
    title = "The session does not reconcile"
    cure = "`errors` says who, and why: enter them in the register."


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was said of a delegate; the later one of a source replaces the earlier."""

    source: Source
    outcome: Outcome


def judged(proofs: Iterable[Proof]) -> Outcome | Why:
    """What follows from all that was said, in its order: the register decides, and an export is more exact than a sign-in.

    Who was struck out comes again by the register or a sign-in, and not by the export that is taken once more.
    """
    said: dict[Source, Outcome] = {}
    for one in proofs:
        if one.source is Source.CORRECTION:
            said.clear()
        said[one.source] = one.outcome
    if not said:
        return Why.NOTHING_SAID
    if word := said.get(Source.REGISTER):
        return word
    if Source.CORRECTION in said and Source.SIGN_IN not in said:
        return said[Source.CORRECTION]
    if Source.SIGN_IN in said and said.get(Source.EXPORT) is Outcome.DID_NOT_ATTEND:
        return Why.CONTRADICTION
    return said.get(Source.EXPORT) or said[Source.SIGN_IN]


_REGISTERED = {
    Outcome.ATTENDED: Do.ATTEND,
    Outcome.PART_ATTENDED: Do.PART_ATTEND,
    Outcome.DID_NOT_ATTEND: Do.MISS,
}
HAS_PLACE = frozenset({Status.BOOKED, Status.ATTENDED, Status.PART_ATTENDED, Status.DID_NOT_ATTEND})
FINAL = frozenset({*(Status(one) for one in Outcome), Status.WALK_IN})
"""Where a delegate who had a place, or came without one, ends."""
CAME = FINAL - {Status.DID_NOT_ATTEND}
"""Who was there, having booked or not."""
"""Who was there, having booked or not."""
UNSETTLED = frozenset({Status.BOOKED, Status.OFFERED})


def moves(status: Status | None, outcome: Outcome, kind: Kind) -> tuple[Do, ...]:
    """How a delegate comes from where she stands (None: nowhere) to what was judged.

    Where nobody books, whoever comes has a place by coming; elsewhere whoever comes without one is a walk-in.
    """
    if status in HAS_PLACE:
        return () if status.value == outcome.value else (_REGISTERED[outcome],)
    if status is Status.WALK_IN:
        if outcome is Outcome.DID_NOT_ATTEND:
            message = "She came without a place. If that is a mistake, strike her out: POST /bookings/{id}/strike_out."
            raise Invalid.field("outcome", "walked_in", message)
        return ()
    if outcome is Outcome.DID_NOT_ATTEND:
        return ()  # she had no place, so nobody waited for her
    if kind is Kind.OPEN:
        return (*((Do.BOOK_AGAIN,) if status else ()), Do.APPROVE, Do.PLACE, _REGISTERED[outcome])
    return (Do.WALK_IN,)


def outcome_of(minutes: int, length: timedelta, attended_percent: int, part_percent: int) -> Outcome:
    """What follows from how long somebody was there, of a session's length."""
    whole = length.total_seconds() / 60
    if minutes * 100 >= whole * attended_percent:
        return Outcome.ATTENDED
    return Outcome.PART_ATTENDED if minutes * 100 >= whole * part_percent else Outcome.DID_NOT_ATTEND
