"""When a letter that did not leave is tried again."""

from datetime import UTC, datetime, timedelta

from shared.errands import next_attempt

NOW = datetime(2026, 10, 7, tzinfo=UTC)


def test_later_and_later() -> None:
    """Half a minute, doubling up to an hour; after three days no more."""
    waits = [next_attempt(NOW, attempts, NOW) for attempts in (0, 1, 2, 6, 7, 499)]
    minutes = [wait and (wait - NOW) / timedelta(minutes=1) for wait in waits]
    assert minutes == [0.5, 1, 2, 32, 60, 60]
    assert next_attempt(NOW, 80, NOW + timedelta(hours=71, minutes=59))
    assert next_attempt(NOW, 80, NOW + timedelta(hours=72)) is None
