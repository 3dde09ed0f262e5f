"""How many guesses at a secret are borne: links and codes that were not made here."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import HTTPException, Request

GUESSES, WITHIN = 30, timedelta(seconds=60)


@dataclass
class Guesses:
    """Secrets that were not made here, of late; beyond so many within a minute, such a one is not even looked at."""

    at: deque[datetime] = field(default_factory=lambda: deque(maxlen=GUESSES))

    def too_many(self, wall: datetime) -> bool:
        """Count one more; whether there have been too many."""
        full = len(self.at) == GUESSES and wall - self.at[0] < WITHIN
        if not full:
            self.at.append(wall)
        return full


def count_guess(request: Request, wall: datetime, what: str) -> None:
    """Count a wrong guess at one kind of secret, `what` in the plural; 429 where there were too many."""
    state = request.app.state
    if not hasattr(state, "guesses"):
        state.guesses = {}
    if state.guesses.setdefault(what, Guesses()).too_many(wall):
        seconds = int(WITHIN.total_seconds())
        raise HTTPException(429, f"Too many {what} that are none.", {"retry-after": str(seconds)})
