"""What says that somebody was there, how it is judged, and what keeps a session from being closed."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.training.bookings.domain import Do, Status
from services.training.sessions.domain import Kind
from shared.problems import Conflict, Invalid, NotFound

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that could be taken for something else
CODE_LENGTH = 6


class Source(StrEnum):
    """What says it."""

    SIGN_IN = "sign_in"
    REGISTER = "register"
    EXPORT = "export"


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


class SignInRefused(NotFound):
    """The code is not shown, or the session takes no sign-in now."""

    code = "sign_in_refused"


class DoesNotReconcile(Conflict):
    """Not every delegate stands in exactly one final status."""

    code = "does_not_reconcile"
    title = "The session does not reconcile"


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was said of a delegate; the later one of a source replaces the earlier."""

    source: Source
    outcome: Outcome


def judged(proofs: Iterable[Proof]) -> Outcome | Why:
    """What follows from all that was said, in its order: the register decides, and an export is more exact than a sign-in."""
    said = {one.source: one.outcome for one in proofs}
    if not said:
        return Why.NOTHING_SAID
    if word := said.get(Source.REGISTER):
        return word
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
UNSETTLED = frozenset({Status.BOOKED, Status.OFFERED})


def moves(status: Status | None, outcome: Outcome, kind: Kind) -> tuple[Do, ...]:
    """How a delegate comes from where she stands (None: nowhere) to what was judged.

    Where nobody books, whoever comes has a place by coming; elsewhere whoever comes without one is a walk-in.
    """
    if status in HAS_PLACE:
        return () if status.value == outcome.value else (_REGISTERED[outcome],)
    if status is Status.WALK_IN:
        if outcome is Outcome.DID_NOT_ATTEND:
            raise Invalid.field("outcome", "walked_in", "She came without a place, and a walk-in stays one.")
        return ()
    if outcome is Outcome.DID_NOT_ATTEND:
        return ()  # she had no place, so nobody waited for her
    if kind is Kind.OPEN:
        return (Do.APPROVE, Do.PLACE, _REGISTERED[outcome])
    return (Do.WALK_IN,)


def outcome_of(minutes: int, length: timedelta, attended_percent: int, part_percent: int) -> Outcome:
    """What follows from how long somebody was there, of a session's length."""
    whole = length.total_seconds() / 60
    if minutes * 100 >= whole * attended_percent:
        return Outcome.ATTENDED
    return Outcome.PART_ATTENDED if minutes * 100 >= whole * part_percent else Outcome.DID_NOT_ATTEND


@dataclass(frozen=True, slots=True)
class SignIn:
    """When a session takes sign-ins, and how long each code is shown."""

    starts_at: datetime
    ends_at: datetime
    before: timedelta
    after: timedelta
    lasts: timedelta

    def open_at(self, now: datetime) -> bool:
        """Whether one can sign in."""
        return self.starts_at - self.before <= now <= self.ends_at + self.after

    def window(self, now: datetime) -> int:
        """The number of the code that is shown."""
        return int(now.timestamp() // self.lasts.total_seconds())

    def shown_until(self, now: datetime) -> datetime:
        """When the next is shown."""
        return datetime.fromtimestamp((self.window(now) + 1) * self.lasts.total_seconds(), now.tzinfo)


def code(key: str, session_id: UUID, window: int) -> str:
    """The code shown at a session in one window of time, under a key derived from `key`, 32 bytes as hex."""
    derived = hmac.digest(bytes.fromhex(key), b"sign-in codes", "sha256")
    number = int.from_bytes(hmac.digest(derived, session_id.bytes + window.to_bytes(8), "sha256")[:16])
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def is_shown(given: str, keys: Sequence[str], session_id: UUID, window: int) -> bool:
    """Whether this is the code that is shown, or the one before it, which somebody may still be typing."""
    said = given.upper().encode()
    codes = [code(key, session_id, at).encode() for key in keys for at in (window, window - 1)]
    return any(hmac.compare_digest(said, one) for one in codes)
