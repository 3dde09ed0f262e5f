"""The code by which delegates sign in: when it is taken, and which it is."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.training.certificates.domain import ALPHABET
from shared.problems import NotFound

CODE_LENGTH = 6


class SignInRefused(NotFound):
    """The code is not the one shown at the session, or it takes no sign-in now."""

    code = "sign_in_refused"
    cure = "Take the one that is shown; or ask the trainer, who keeps the register."


@dataclass(frozen=True, slots=True)
class Hours:
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
