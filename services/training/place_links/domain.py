"""The link by which a place is given back, and what is told before it is."""

from datetime import datetime
from uuid import UUID

from shared.invitations.domain import in_words
from shared.one_time import record_of, signed

PURPOSE = b"places"


def token(key: str, booking_id: UUID) -> str:
    """The secret part of the link of a delegate's place."""
    return signed(key, PURPOSE, booking_id)


def booking_of(token: str, *keys: str) -> UUID | None:
    """The booking whose link this is, or None where the token was made under none of these keys."""
    return record_of(token, PURPOSE, *keys)


def told(in_time_until: datetime, *, late: bool) -> str:
    """What giving it back now means, told before it is done."""
    if not late:
        return f"Until {in_words(in_time_until)} it is given back in time."
    return (
        f"It is late: in time was until {in_words(in_time_until)}. It will be counted as cancelled late, and somebody "
        "who waits may still be able to come."
    )


def worded(link: str) -> str:
    """What a letter says of the link."""
    return f"If you cannot come, give your place back here; whoever has this link can do it for you:\n{link}\n"
