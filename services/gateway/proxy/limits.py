"""How often one caller may call: a leaking bucket each, told in every answer (RateLimit headers, IETF httpapi draft)."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller: whether this request may pass, how many more may, and when all may again, in seconds."""

    passes: bool
    policy: str
    quota: int
    window: int
    left: int
    reset: int
    retry: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that say so; `Retry-After` where the request may not pass."""
        told = [
            (b"ratelimit-policy", f'"{self.policy}";q={self.quota};w={self.window}'.encode()),
            (b"ratelimit", f'"{self.policy}";r={self.left};t={self.reset}'.encode()),
        ]
        return told if self.passes else [*told, (b"retry-after", str(self.retry).encode())]


class Limit:
    """`quota` requests in `window` seconds for each caller, refilled evenly (the generic cell rate algorithm)."""

    def __init__(self, policy: str, quota: int, window: int = 60) -> None:
        self._policy, self._quota, self._window = policy, quota, window
        self._step = window / quota
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, caller: str, now: float | None = None) -> Allowance:
        """Count one request of this caller."""
        now = time.monotonic() if now is None else now
        full_at = max(self._full_at.get(caller, now), now) + self._step
        passes = full_at - now <= self._window + 1e-9
        if passes:
            self._full_at[caller] = full_at
            self._full_at.move_to_end(caller)
            if len(self._full_at) > REMEMBERED:
                self._full_at.popitem(last=False)
        else:
            full_at -= self._step
        used = full_at - now
        left = max(0, math.floor((self._window - used) / self._step + 1e-9))
        retry = max(1, math.ceil(used + self._step - self._window))
        return Allowance(passes, self._policy, self._quota, self._window, left, math.ceil(used), retry)
