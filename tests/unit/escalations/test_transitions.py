"""Escalations: where their moves lead."""

from services.escalations.escalations.domain import (
    LEFT,
    RUNNING,
    TRANSITIONS,
    Status,
)


def test_what_is_over_stays_over() -> None:
    """Nothing leads out of closed, withdrawn or redirected; every other status leads somewhere."""
    assert {status for status, _ in TRANSITIONS} == set(Status) - LEFT


def test_every_status_is_reached() -> None:
    """From open, each status can be reached."""
    reached = {Status.OPEN}
    for _ in Status:
        reached |= {to for (status, _), to in TRANSITIONS.items() if status in reached}
    assert reached == set(Status)


def test_cannot_close_untold() -> None:
    """The only way to closed leads through told."""
    assert {status for (status, _), to in TRANSITIONS.items() if to is Status.CLOSED} == {Status.TOLD}
    led = {status for (status, _), to in TRANSITIONS.items() if to is Status.TOLD}
    assert led - {Status.TOLD} == {Status.RESOLVED}
    assert {Status.RESOLVED, Status.TOLD} & RUNNING == set()
