"""Business time: the instant by which clocks run, dates are judged and quarters end; the sandbox may move it forward."""

from datetime import UTC, datetime, timedelta

SANDBOX_BEGINS = datetime(2026, 10, 7, 8, 30, tzinfo=UTC)
"""When a new sandbox begins, on whatever day it is made: a Wednesday morning, a week into the third quarter of 2026/27."""


def wall() -> datetime:
    """Real time, for tokens, sessions, limits, idempotency, outbox and access records."""
    return datetime.now(UTC)


class Clock:
    """A service's business time: real time plus an offset, which is nought outside the sandbox."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    @property
    def offset(self) -> timedelta:
        """How far business time is ahead of real time (negative: behind)."""
        return self._offset

    def now(self) -> datetime:
        """The business instant, aware, in UTC."""
        return wall() + self._offset

    def restore(self, offset: timedelta) -> None:
        """Take up an offset that was kept from an earlier start."""
        self._offset = offset

    def advance_to(self, instant: datetime) -> None:
        """Move forward to `instant`. ValueError where that would be backwards."""
        if instant < self.now():
            raise ValueError("time in the sandbox moves forward only")
        self._offset = instant - wall()
